"""A job for each of several files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from heavylift_client import progress
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.commands.submission_options import refuse_options, to_submit_options
from heavylift_client.errors import ClientError, JobsFailed
from heavylift_client.types import Job
from heavylift_client.upload_pool import MAX_CONCURRENT

OF_ONE_JOB = {
    "output_of": "--input",
    "input_url": "--url",
    "name": "--name",
    "reference": "--reference",
    "idempotency_key": "--idempotency-key",
    "deliver_put": "--deliver-put",
}


@dataclass
class FileJobs:
    """What came of several files."""

    jobs: list[Job] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """File → why the API has not accepted it."""

    def raise_refusals(self) -> None:
        """Raise JobsFailed if a file was refused."""
        if self.refused:
            raise JobsFailed(len(self.refused), len(self.jobs) + len(self.refused), self.refused)


def submit_file_jobs(
    session: Session,
    files: tuple[Path, ...],
    task: str,
    pairs: tuple[str, ...],
    whole: str | None,
    **options: Any,
) -> FileJobs:
    """Submit a job for each file, a few at a time. A file that is refused does not stop the others."""
    refuse_options(options, OF_ONE_JOB, "is for one job.")
    params, wanted = parse_params(pairs, whole), to_submit_options(**options)
    found = FileJobs()

    def submit(file: Path) -> Job:
        return session.api.submit(task, file, params=params, **wanted)

    pool = ThreadPoolExecutor(MAX_CONCURRENT)
    try:
        with progress.show_count("sent", len(files), hidden=session.as_json) as on_count:
            _collect(found, [(file, pool.submit(submit, file)) for file in files], on_count)
    except KeyboardInterrupt:
        pool.shutdown(wait=True, cancel_futures=True)
        click.echo(f"{len(found.jobs)} or a few more jobs are submitted, and go on: heavylift jobs", err=True)
        raise
    pool.shutdown()
    return found


def _collect(found: FileJobs, submissions: list[Any], on_count: Callable[[int], None]) -> None:
    for number, (file, submission) in enumerate(submissions, 1):
        try:
            found.jobs.append(submission.result())
        except ClientError as refused:
            found.refused[str(file)] = str(refused)
        on_count(number)
