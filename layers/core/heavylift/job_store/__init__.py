"""Steps on a job's record that several rooms share."""
