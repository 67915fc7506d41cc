"""The engine in Lambda: the composition root, and Powertools."""
