"""What a task is: its spec, its context, and the registry of tasks."""
