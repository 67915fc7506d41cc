"""The subcommands of batches."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from heavylift_client import render
from heavylift_client.commands.options import LIMIT, timeout_option
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.errors import JobFailed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("task")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of all jobs.")
@click.option("--params", "whole", metavar="JSON", help="The parameters of all jobs, as one JSON object.")
@click.option("--name", help="What people call the batch.")
@click.option("--tag", "tags", multiple=True, help="A tag of the batch and its jobs; once for each tag.")
@click.option(
    "--stop-on-failure", is_flag=True, help="End the batch at the first job that fails, and cancel the rest."
)
@click.option("--wait/--no-wait", "wait", default=True, help="Wait until all jobs have ended: the default.")
@timeout_option
@click.pass_obj
def batch(  # noqa: PLR0913 - each is an option, given by name
    session: Session,
    task: str,
    files: tuple[Path, ...],
    pairs: tuple[str, ...],
    whole: str | None,
    name: str | None,
    tags: tuple[str, ...],
    timeout_s: float | None,
    *,
    stop_on_failure: bool,
    wait: bool,
) -> None:
    """Submit a job for each of FILES, as one batch, and wait for it. TASK is the task's name."""
    made = session.api.submit_batch(
        task,
        files,
        params=parse_params(pairs, whole),
        name=name,
        tags=list(tags),
        on_failure="stop" if stop_on_failure else None,
    )
    if wait:
        made = session.api.wait_for_batch(made["id"], timeout_s=timeout_s)
    session.print(made, render.print_batch)
    if made["status"] in ("FAILED", "CANCELED"):
        raise JobFailed(made)


@click.command("batch-jobs")
@click.argument("batch_id")
@click.option("--status", help="List only jobs with this status.")
@click.option("--limit", type=LIMIT, default=1000, show_default=True, help="List at most this many.")
@click.pass_obj
def batch_jobs(session: Session, batch_id: str, status: str | None, limit: int) -> None:
    """List the jobs of a batch in the order of its items."""
    found = islice(session.api.batch_jobs(batch_id, status=status), limit)
    session.print(list(found), render.print_jobs)
