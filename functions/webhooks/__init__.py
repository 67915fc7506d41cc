"""Callbacks: from the table's stream to a queue, and from there, signed, to whoever asked for them."""
