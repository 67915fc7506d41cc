"""The subcommand that waits for jobs, and what it does then."""

from __future__ import annotations

from pathlib import Path

import click

from heavylift_client import progress, render
from heavylift_client.commands.file_jobs import FileJobs
from heavylift_client.commands.many import follow_batch, follow_jobs
from heavylift_client.commands.options import FOLDER, timeout_option
from heavylift_client.commands.outputs import save_outputs
from heavylift_client.commands.session import Session


@click.command()
@click.argument("job_ids", nargs=-1, required=True)
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs here; of several jobs in a folder for each.")
@click.pass_obj
def wait(session: Session, job_ids: tuple[str, ...], timeout_s: float | None, out: Path | None) -> None:
    """Wait until jobs, or the jobs of a batch, have ended."""
    jobs = [session.api.job(job_id) for job_id in job_ids]
    if len(jobs) > 1:
        follow_jobs(session, FileJobs(jobs), timeout_s, out)
    elif jobs[0]["task"] == "batch":
        follow_batch(session, session.api.submitted_batch(job_ids[0]), timeout_s, out)
    else:
        follow_job(session, job_ids[0], timeout_s, out)


def follow_job(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    with progress.show_progress(hidden=session.as_json) as on_change:
        job = session.api.wait_until_done(job_id, timeout_s=timeout_s, on_change=on_change)
    session.print(job, render.print_job)
    if out:
        save_outputs(session, job_id, out)
