"""The worker that makes the jobs of batches."""
