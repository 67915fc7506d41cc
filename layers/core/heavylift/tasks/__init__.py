"""What a task is: its spec, what it is given to work with, and where it is found."""
