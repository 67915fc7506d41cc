"""What is added to a job that has ended: a kept model, and the job of its zip. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heavylift.jobs import states as moves
from heavylift.jobs.job import Job
from heavylift.ports.table import Change, Is


def mark_kept(job: Job, kept: Mapping[str, Any]) -> Change:
    """Record what of a DONE job is kept as a model. Of two that keep it at once, only one succeeds."""
    before = Is("kept", "missing") if job.kept is None else Is("kept", "=", job.kept)
    return Change(job.key, when=(Is("status", "=", moves.DONE.status), before), set={"kept": dict(kept)})


def attach_zip(job: Job, zip_job: str) -> Change:
    """Record which job makes the zip of a DONE job, or of an ended batch.

    Of two that ask for it at once, only one succeeds. A deletion comes before it, and then it fails, or after
    it, and then finds the zip in the record.
    """
    before = Is("zip_job", "missing") if job.zip_job is None else Is("zip_job", "=", job.zip_job)
    again = {"zip_round": job.round} if job.round else {}
    return Change(
        job.key,
        when=(Is("status", "=", job.status), Is("deleted_at", "missing"), before),
        set={"zip_job": zip_job, **again},
    )
