"""Jobs that no worker ends: the janitor, dead messages and quarantine."""
