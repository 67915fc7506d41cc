"""The subcommands of the command `heavylift`. Each file has those of one noun."""
