"""Callbacks: from the table's stream to the queue of callbacks, then signed to the receiver."""
