"""A client of the Heavylift API.

client.py ─ every call           shapes.py ── what the API answers
follow.py ─ waiting for a job    errors.py ── what can go wrong
saving.py ─ outputs to files     commands.py ─ the command `heavylift`
sending.py ─ tried again where that is safe
"""

from heavylift_client.client import Heavylift
from heavylift_client.errors import ClientError, JobFailed, Problem, StillRunning, Unreachable
from heavylift_client.types import Job, Output, Queue, Task

__all__ = [
    "ClientError",
    "Heavylift",
    "Job",
    "JobFailed",
    "Output",
    "Problem",
    "Queue",
    "StillRunning",
    "Task",
    "Unreachable",
]
