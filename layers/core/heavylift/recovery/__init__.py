"""How jobs end that no worker ends: the janitor and dead messages."""
