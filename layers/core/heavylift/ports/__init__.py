"""The interfaces that the core needs: a table, queues, an object store and a clock."""
