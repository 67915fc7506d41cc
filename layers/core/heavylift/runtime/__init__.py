"""The code that runs in Lambda: handlers, logs and metrics with Powertools, and the composition root."""
