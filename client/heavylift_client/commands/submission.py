"""The subcommands that submit jobs: of one input, of several files, or of many as a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from heavylift_client import progress
from heavylift_client.commands.file_batch import submit_file_batch
from heavylift_client.commands.file_jobs import submit_file_jobs
from heavylift_client.commands.many import follow_batch, follow_jobs
from heavylift_client.commands.options import FOLDER, timeout_option
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.commands.submission_options import submission_options, to_submit_options
from heavylift_client.commands.wait import follow_job
from heavylift_client.types import Job


@click.command()
@submission_options
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs here; of several files in a folder for each.")
@click.pass_obj
def run(
    session: Session,
    /,
    files: tuple[Path, ...],
    timeout_s: float | None,
    out: Path | None,
    *,
    as_batch: bool,
    **wanted: Any,
) -> None:
    """Submit a job for each of FILES and wait for all. TASK is the task's name."""
    if as_batch:
        follow_batch(session, submit_file_batch(session, files, **wanted), timeout_s, out, files)
    elif len(files) > 1:
        follow_jobs(session, submit_file_jobs(session, files, **wanted), timeout_s, out)
    else:
        job = _submit_one(session, files, **wanted)
        follow_job(session, job["id"], timeout_s, out)


@click.command()
@submission_options
@click.pass_obj
def submit(session: Session, /, files: tuple[Path, ...], *, as_batch: bool, **wanted: Any) -> None:
    """Submit a job for each of FILES and print the ids. TASK is the task's name."""
    if as_batch:
        batch = submit_file_batch(session, files, **wanted)
        session.print(batch.state(), lambda _: click.echo(batch.id))
    elif len(files) > 1:
        submitted = submit_file_jobs(session, files, **wanted)
        session.print(submitted.jobs, lambda jobs: click.echo("\n".join(job["id"] for job in jobs)))
        submitted.raise_refusals()
    else:
        session.print(_submit_one(session, files, **wanted), lambda job: click.echo(job["id"]))


def _submit_one(
    session: Session,
    files: tuple[Path, ...],
    task: str,
    pairs: tuple[str, ...],
    whole: str | None,
    **options: Any,
) -> Job:
    file = files[0] if files else None
    if file is not None and options["input_url"]:
        raise click.UsageError("Give a FILE or --url, not both.")
    given = parse_params(pairs, whole)
    wanted = to_submit_options(**options)
    with progress.show_upload(hidden=session.as_json) as on_upload:
        return session.api.submit(task, file, params=given, on_upload=on_upload, **wanted)
