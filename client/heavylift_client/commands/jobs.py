"""The subcommands that read jobs and act on them."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from heavylift_client import render
from heavylift_client.commands.options import DEFAULT_LIMIT, LIMIT
from heavylift_client.commands.session import Session

STATUSES = click.Choice(["PROCESSING", "DONE", "FAILED", "CANCELED"])


@click.command()
@click.argument("job_id")
@click.pass_obj
def job(session: Session, job_id: str) -> None:
    """Show a job."""
    session.print(session.api.job(job_id), render.print_job)


@click.command()
@click.option("--status", type=STATUSES, help="List only jobs with this status.")
@click.option("--task", help="List only jobs of this task.")
@click.option("--reference", help="List only jobs of this reference of yours.")
@click.option("--tag", help="List only jobs with this tag.")
@click.option("--name", help="List only jobs with this part in their name or their file's.")
@click.option("--since", help="List only jobs created at this time or later, as 2026-11-28T09:00Z.")
@click.option("--before", help="List only jobs created before this time.")
@click.option(
    "--order", type=click.Choice(["newest", "oldest"]), help="Which jobs come first: the newest by default."
)
@click.option("--limit", type=LIMIT, default=DEFAULT_LIMIT, show_default=True, help="List at most this many.")
@click.pass_obj
def jobs(session: Session, /, limit: int, **wanted: Any) -> None:
    """List your jobs."""
    session.print(list(islice(session.api.jobs(**wanted), limit)), render.print_jobs)


@click.command()
@click.argument("job_id")
@click.pass_obj
def cancel(session: Session, job_id: str) -> None:
    """Cancel a job that is queued or running."""
    session.print(session.api.cancel(job_id), render.print_job)


@click.command()
@click.argument("job_id")
@click.pass_obj
def retry(session: Session, job_id: str) -> None:
    """Run a failed or canceled job again."""
    session.print(session.api.retry(job_id), render.print_job)


@click.command()
@click.argument("job_ids", nargs=-1, required=True)
@click.pass_obj
def delete(session: Session, job_ids: tuple[str, ...]) -> None:
    """Delete finished jobs and their outputs, at once and for good."""
    for job_id in job_ids:
        session.api.delete(job_id)
        session.print({"deleted": job_id}, lambda done: click.echo(f"{done['deleted']} is deleted"))
