"""The subcommands of outputs."""

from __future__ import annotations

from pathlib import Path

import click

from heavylift_client import render
from heavylift_client.commands.options import FOLDER
from heavylift_client.commands.session import Session


@click.command()
@click.argument("job_id")
@click.pass_obj
def outputs(session: Session, job_id: str) -> None:
    """List the outputs of a job. Their URLs are valid for an hour."""
    session.print(list(session.api.outputs(job_id)), render.print_outputs)


@click.command()
@click.argument("job_id")
@click.option("--out", type=FOLDER, default=Path(), help="The folder to save in; by default the current one.")
@click.pass_obj
def save(session: Session, job_id: str, out: Path) -> None:
    """Save the outputs of a job as files."""
    save_outputs(session, job_id, out)


def save_outputs(session: Session, job_id: str, out: Path) -> None:
    files = session.api.save(job_id, out)
    session.print([str(file) for file in files], lambda _: click.echo(f"{len(files)} files in {out}/"))
