"""Steps on a job's record that `service`, `worker` and `recovery` share."""
