"""The janitor ends or rescues stuck jobs: on a schedule, and for each message of a dead-letter queue."""
