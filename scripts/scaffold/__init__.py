"""What `make task`, `make worker` and `make packages` write."""
