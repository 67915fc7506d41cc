"""The ports on real services (`aws`) and in memory (`memory`)."""
