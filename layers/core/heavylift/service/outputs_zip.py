"""The zip of a job's outputs, or of a batch's: made once, when somebody asks, by a job of the task `zip`.

Its record names the job of the zip. So two requests make one zip, and a deletion finds it.
"""

from __future__ import annotations

from heavylift.errors import Conflict, NotFound
from heavylift.job_store.batch_counts import load_counts
from heavylift.job_store.erase import erase_zip
from heavylift.job_store.load import load_job
from heavylift.jobs.download_names import label_of
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.find import find_job
from heavylift.service.labels import Labels
from heavylift.service.submission import Submission
from heavylift.service.submit import submit

ZIP_TASK = "zip"
MAX_TRIES = 3


def find_zip(system: System, job: Job) -> Job | None:
    """Return the job that makes the zip of these outputs, or has made it; None if there is none.

    Raises Conflict if the job is not DONE, or the batch has not ended, or its zip has failed, and NotFound if
    it has no outputs.
    """
    _require_end(job)
    if job.task == ZIP_TASK:
        return job
    if job.round != job.zip_round:
        return None  # the batch was retried since then
    made = load_job(system.table, job.zip_job) if job.zip_job else None
    if made is None or made.deleted_at is not None or made.status == Status.CANCELED:
        return None
    if made.gone_at <= system.clock.now():
        return None
    if made.status == Status.FAILED:
        why = (made.error or {}).get("detail") or "it failed"
        raise Conflict(
            f"The zip could not be made: {why} Retry the job {made.id}, or delete it and ask again."
        )
    return made


def _require_end(job: Job) -> None:
    if job.task == BATCH_TASK:
        if not job.ended:
            raise Conflict(f"The batch {job.id} has not ended.")
        return
    if job.status != Status.DONE:
        raise Conflict(f"The job {job.id} is {job.status}; only a DONE job has outputs.")
    if not job.outputs or not job.outputs["count"]:
        raise NotFound(f"The job {job.id} has no outputs.")


def create_zip(system: System, job: Job) -> Job:
    """Submit the job that makes the zip, and return it; or the one that another request has submitted.

    Raises what `find_zip` raises, Gone if the job was deleted, and Refused.
    """
    for _ in range(MAX_TRIES):
        found = find_zip(system, job)
        if found is not None:
            return found
        if job.zip_job is not None:
            erase_zip(system, job.zip_job)  # one that was canceled, and may have stored something
        if job.task == BATCH_TASK and not load_counts(system.table, job.id).done:
            raise NotFound(f"No job of the batch {job.id} is DONE.")
        try:
            return submit(system, _submission_of(job))
        except ConditionFailed:
            job = find_job(system, job.tenant, job.id)  # another zip was attached, or the job was deleted
    raise Conflict("The job changes at this moment; try again.")


def _submission_of(job: Job) -> Submission:
    labels = Labels(name=job.name if job.task == BATCH_TASK else label_of(job))
    return Submission(job.tenant, ZIP_TASK, {"jobs": [job.id]}, labels=labels, zip_of=job)
