"""What the core needs of the world: a table, queues, an object store and a clock."""
