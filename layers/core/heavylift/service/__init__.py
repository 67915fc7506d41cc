"""What the API does for a tenant: submit, find, list, wait, cancel, retry, redrive."""
