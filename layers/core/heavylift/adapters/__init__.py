"""Implementations of the ports: on AWS (`aws`) and in memory (`memory`)."""
