"""A client of the Heavylift API.

client.py ─ the client: its calls/    transport.py ── requests, and their retries
follow.py ─ waiting for a job         downloads.py ── outputs as files
batch.py ── a submitted batch         new_batch.py ── one that is put together
types.py ── the API's responses       errors.py ───── the errors
cli.py ──── the command `heavylift`: its commands/
"""

from heavylift_client.batch import SubmittedBatch
from heavylift_client.client import Heavylift
from heavylift_client.errors import ClientError, JobFailed, JobsFailed, Problem, StillRunning, Unreachable
from heavylift_client.new_batch import NewBatch
from heavylift_client.types import Batch, Job, JobCounts, Output, Queue, Refusal, Task

__all__ = [
    "Batch",
    "ClientError",
    "Heavylift",
    "Job",
    "JobCounts",
    "JobFailed",
    "JobsFailed",
    "NewBatch",
    "Output",
    "Problem",
    "Queue",
    "Refusal",
    "StillRunning",
    "SubmittedBatch",
    "Task",
    "Unreachable",
]
