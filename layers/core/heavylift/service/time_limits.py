"""The times that a client may choose for a job: its deadline, and how long it is kept after its end."""

from __future__ import annotations

from heavylift.errors import InvalidRequest
from heavylift.jobs import expiry
from heavylift.ports.system import System
from heavylift.service.submission import Submission
from heavylift.tasks.spec import TaskSpec


def check_time_limits(system: System, spec: TaskSpec, submission: Submission) -> None:
    """Raise InvalidRequest for a time beyond the task's or the stack's limit."""
    deadline_s, expire_in = submission.deadline_s, submission.expire_in
    if deadline_s is not None and not 1 <= deadline_s <= spec.deadline_s:
        detail = f"It must be 1 to {spec.deadline_s} seconds: a {spec.name} job has at most that long."
        raise InvalidRequest.at("/deadline_s", detail)
    longest = int(system.settings.retention_hours * 3600)
    if expire_in is not None and not expiry.MIN_S <= expire_in <= longest:
        detail = f"It must be {expiry.MIN_S} to {longest} seconds: this stack keeps no job longer."
        raise InvalidRequest.at("/expire_in", detail)
