"""The calls of the API. Each file has those of one noun; `client.Heavylift` has them all."""
