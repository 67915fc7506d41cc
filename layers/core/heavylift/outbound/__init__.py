"""Requests to addresses that clients name: which are allowed, and the connection to a checked one."""
