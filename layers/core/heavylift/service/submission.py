"""What a caller asks for, and what tells two requests with one idempotency key apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from heavylift.jobs.job import Job
from heavylift.ports.lanes import Lane
from heavylift.service.callback import CallbackChoice
from heavylift.service.deliver import DeliverTo
from heavylift.service.inputs import Input
from heavylift.service.labels import Labels
from heavylift.service.start import When


@dataclass(frozen=True)
class Submission:
    tenant: str
    task: str
    params: Mapping[str, Any]
    input: Input = None
    callback_url: str | None = None
    idempotency_key: str | None = None
    labels: Labels = field(default_factory=Labels)
    callback: CallbackChoice = field(default_factory=CallbackChoice)
    """What is chosen of the callback, beside its `callback_url`."""
    deadline_s: int | None = None
    """Seconds from now to the deadline; None is the task's."""
    lane: Lane = Lane.STANDARD
    expire_in: int | None = None
    """Seconds for which the job is kept after its end; None is the stack's retention."""
    deliver: DeliverTo | None = None
    """Where the outputs are sent once the job is DONE."""
    zip_of: Job | None = None
    """The job of whose outputs the new one makes the zip: it is attached to that job, and ends with it."""
    when: When = field(default_factory=When)
    job_id: str = ""
    """The id of the job, where it follows from something else; a new one by default."""


def digest_of(submission: Submission) -> bytes:
    """Return what tells two requests with one key apart."""
    labels = submission.labels
    named = [labels.name, labels.reference, *labels.tags]
    asked: list[Any] = [submission.task, dict(submission.params), submission.callback_url]
    if any(named):  # without labels, the fingerprint is that of the release before
        asked.append(named)
    asked += submission.callback.to_fingerprint()
    limits = {"deadline_s": submission.deadline_s, "expire_in": submission.expire_in}
    if any(limits.values()):
        asked.append(limits)
    if submission.deliver is not None:
        asked.append({"deliver": submission.deliver.to_json().decode()})
    if submission.lane != Lane.STANDARD:
        asked.append({"lane": submission.lane})
    if submission.when != When():
        asked.append({"when": asdict(submission.when)})
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode())
    given = submission.input
    digest.update(given if isinstance(given, bytes) else repr(given).encode())
    return digest.digest()


def stretch(submission: Submission, digest: bytes) -> str:
    """Return the fingerprint of a request with secrets: slow, against trying passwords."""
    salt = f"{submission.tenant}#{submission.idempotency_key}".encode()
    return hashlib.scrypt(digest, salt=salt, n=2**14, r=8, p=1).hex()


def end_with(job: Job, source: Job | None) -> Job:
    """Return the new job with the lifetime of the one that it serves, if there is one and it ends earlier."""
    if source is None:
        return job
    ends_at = int(source.gone_at)
    return replace(job, deadline=min(job.deadline, ends_at), expires_at=min(job.expires_at, ends_at))
