"""What a worker does with one message."""
