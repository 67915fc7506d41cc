"""The subcommands of a batch that is submitted. `heavylift run TASK FILES --batch` submits one."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from heavylift_client import render
from heavylift_client.commands.many import follow_batch
from heavylift_client.commands.options import FILE, FOLDER, LIMIT, timeout_option
from heavylift_client.commands.outputs import save_batch
from heavylift_client.commands.session import Session


@click.group()
def batch() -> None:
    """Show a batch, wait for it, list its jobs, save its outputs.

    `heavylift run TASK FILES --batch` submits one. `heavylift cancel ID` cancels it, and `heavylift retry ID`
    runs again what failed.
    """


@batch.command()
@click.argument("batch_id")
@click.pass_obj
def show(session: Session, batch_id: str) -> None:
    """Show a batch, with how many of its jobs are done."""
    session.print(session.api.get_batch(batch_id), render.print_batch)


@batch.command()
@click.argument("batch_id")
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs below this folder, in a folder for each item.")
@click.pass_obj
def wait(session: Session, batch_id: str, timeout_s: float | None, out: Path | None) -> None:
    """Wait until all jobs of a batch have ended. With --out outputs are saved as their jobs end.

    Existing files are replaced.
    """
    follow_batch(session, session.api.submitted_batch(batch_id), timeout_s, out)


@batch.command()
@click.argument("batch_id")
@click.option("--status", help="List only jobs with this status.")
@click.option("--limit", type=LIMIT, default=1000, show_default=True, help="List at most this many.")
@click.pass_obj
def jobs(session: Session, batch_id: str, status: str | None, limit: int) -> None:
    """List the jobs of a batch in the order of its items."""
    session.print(list(islice(session.api.batch_jobs(batch_id, status=status), limit)), render.print_jobs)


@batch.command()
@click.argument("batch_id")
@click.option("--out", type=FOLDER, help="The folder to save in; by default the current one.")
@click.option("--zip", "zip_file", type=FILE, help="Save them as this one zip instead.")
@click.pass_obj
def save(session: Session, batch_id: str, out: Path | None, zip_file: Path | None) -> None:
    """Save the outputs of the jobs that are DONE: in a folder for each item, or all as one zip."""
    save_batch(session, batch_id, out, zip_file)
