"""The rules of callbacks (webhooks): allowed urls, signatures, delivery state."""
