"""The queue of callbacks, as the QUEUES setting of these two functions names it."""

CALLBACKS = "callbacks"
