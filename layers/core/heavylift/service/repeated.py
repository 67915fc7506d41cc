"""The job that an idempotency key has already created."""

from __future__ import annotations

from heavylift.errors import Gone
from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.ports.system import System
from heavylift.ports.table import Key
from heavylift.service.submission import Submission, digest_of, stretch


def idempotency_key(submission: Submission) -> Key:
    return Key(f"IDEM#{submission.tenant}#{submission.idempotency_key}", "IDEM")


def find_repeated(system: System, submission: Submission) -> Job | None:
    """Return the job of an earlier, equal request with the same key; None if there was none.

    For a request that is refused now: what it refers to may have failed or expired since then.
    """
    if submission.idempotency_key is None:
        return None
    item = system.table.get(idempotency_key(submission))
    if item is None or item["expires_at"] <= system.clock.now():
        return None
    digest = digest_of(submission)
    equal = item["fingerprint"] == digest.hex() or item["fingerprint"] == stretch(submission, digest)
    return load_earlier(system, item["job_id"]) if equal else None


def load_earlier(system: System, job_id: str) -> Job | None:
    """Return the job of a key. Raises Gone if it was deleted or has expired."""
    job = load_job(system.table, job_id)
    if job is not None and job.deleted_at is not None:
        raise Gone(f"The job {job_id} of this Idempotency-Key was deleted.")
    if job is not None and job.gone_at <= system.clock.now():
        raise Gone(f"The job {job_id} of this Idempotency-Key has expired.")
    return job
