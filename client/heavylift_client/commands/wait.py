"""The subcommand that waits for a job, and what it does then."""

from __future__ import annotations

from pathlib import Path

import click

from heavylift_client import render
from heavylift_client.commands.options import FOLDER, timeout_option
from heavylift_client.commands.outputs import save_outputs
from heavylift_client.commands.session import Session


@click.command()
@click.argument("job_id")
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs in this folder.")
@click.pass_obj
def wait(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    """Wait until a job has ended."""
    follow_job(session, job_id, timeout_s, out)


def follow_job(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    with render.show_progress(hidden=session.as_json) as on_change:
        job = session.api.wait_until_done(job_id, timeout_s=timeout_s, on_change=on_change)
    session.print(job, render.print_job)
    if out:
        save_outputs(session, job_id, out)
