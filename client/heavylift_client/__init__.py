"""A client of the Heavylift API.

client.py ─ the client: its calls/    transport.py ── requests, and their retries
follow.py ─ waiting for a job         downloads.py ── outputs as files
types.py ── the API's responses       errors.py ───── the errors
cli.py ──── the command `heavylift`: its commands/
"""

from heavylift_client.client import Heavylift
from heavylift_client.errors import ClientError, JobFailed, Problem, StillRunning, Unreachable
from heavylift_client.types import Job, JobCounts, Output, Queue, Refusal, Task

__all__ = [
    "ClientError",
    "Heavylift",
    "Job",
    "JobCounts",
    "JobFailed",
    "Output",
    "Problem",
    "Queue",
    "Refusal",
    "StillRunning",
    "Task",
    "Unreachable",
]
