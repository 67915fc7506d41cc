"""The subcommands of outputs."""

from __future__ import annotations

from pathlib import Path

import click

from heavylift_client import progress, render
from heavylift_client.commands.options import FILE, FOLDER
from heavylift_client.commands.session import Session
from heavylift_client.formats import format_bytes


@click.command()
@click.argument("job_id")
@click.pass_obj
def outputs(session: Session, job_id: str) -> None:
    """List the outputs of a job. Their URLs are valid for an hour."""
    session.print(list(session.api.outputs(job_id)), render.print_outputs)


@click.command()
@click.argument("job_id")
@click.option("--out", type=FOLDER, help="The folder to save in; by default the current one.")
@click.option("--zip", "zip_file", type=FILE, help="Save them as this one zip instead.")
@click.pass_obj
def save(session: Session, job_id: str, out: Path | None, zip_file: Path | None) -> None:
    """Save the outputs of a job as files, or all of them as one zip."""
    if out and zip_file:
        raise click.UsageError("Give --out or --zip, but not both.")
    if zip_file:
        save_zip(session, job_id, zip_file)
    else:
        save_outputs(session, job_id, out or Path())


def save_outputs(session: Session, job_id: str, out: Path) -> None:
    files = session.api.save(job_id, out)
    session.print([str(file) for file in files], lambda _: click.echo(f"{len(files)} files in {out}/"))


def save_zip(session: Session, job_id: str, file: Path) -> None:
    with progress.show_progress(hidden=session.as_json) as on_change:
        session.api.save_zip(job_id, file, on_change=on_change)
    size = file.stat().st_size
    session.print([str(file)], lambda _: click.echo(f"{file}: {format_bytes(size)}"))
