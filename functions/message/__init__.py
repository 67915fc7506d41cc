"""The message worker: a zip function, and the smallest example of a task."""
