"""The subcommands that show, list and count jobs."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from heavylift_client import render
from heavylift_client.commands.filters import filter_options
from heavylift_client.commands.options import DEFAULT_LIMIT, LIMIT
from heavylift_client.commands.session import Session
from heavylift_client.render_many import print_counts


@click.command()
@click.argument("job_id")
@click.pass_obj
def job(session: Session, job_id: str) -> None:
    """Show a job."""
    session.print(session.api.job(job_id), render.print_job)


@click.command()
@filter_options()
@click.option(
    "--order", type=click.Choice(["newest", "oldest"]), help="Which jobs come first: the newest by default."
)
@click.option("--limit", type=LIMIT, default=DEFAULT_LIMIT, show_default=True, help="List at most this many.")
@click.pass_obj
def jobs(session: Session, /, limit: int, **wanted: Any) -> None:
    """List your jobs."""
    session.print(list(islice(session.api.jobs(**wanted), limit)), render.print_jobs)


@click.command()
@filter_options(statuses=())
@click.pass_obj
def counts(session: Session, /, **wanted: Any) -> None:
    """Show how many jobs have each status."""
    session.print(session.api.count_jobs(**wanted), print_counts)
