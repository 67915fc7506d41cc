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
    """Save the outputs of a job, or of a batch, as files, or all of them as one zip."""
    _require_one(out, zip_file)
    if session.api.job(job_id)["task"] == "batch":
        save_batch(session, job_id, out, zip_file)
        return
    if zip_file:
        save_zip(session, job_id, zip_file)
    else:
        save_outputs(session, job_id, out or Path())


def save_outputs(session: Session, job_id: str, out: Path) -> None:
    files = session.api.save(job_id, out)
    session.print([str(file) for file in files], lambda _: click.echo(f"{len(files)} files in {out}/"))


def save_batch(session: Session, batch_id: str, out: Path | None, zip_file: Path | None) -> None:
    """Save what the jobs of a batch have made, and say how many of them are not DONE.

    Raises click.UsageError if both are given.
    """
    _require_one(out, zip_file)
    batch = session.api.submitted_batch(batch_id)
    if zip_file:
        save_zip(session, batch_id, zip_file)
    else:
        folder, saved = out or Path(), batch.save(out or Path())
        files = [str(file) for each in saved.values() for file in each]
        session.print(files, lambda _: click.echo(f"{len(files)} files in {folder}/, of {len(saved)} jobs"))
    state = batch.state()
    missing = (state["jobs"]["total"] or 0) - state["jobs"]["done"] + state["skipped"]
    if missing:
        named = "missing.csv in the zip names them" if zip_file else f"heavylift batch jobs {batch_id}"
        items = "1 item is not DONE, and has" if missing == 1 else f"{missing} items are not DONE, and have"
        click.echo(f"{items} no outputs: {named}", err=True)


def _require_one(out: Path | None, zip_file: Path | None) -> None:
    if out and zip_file:
        raise click.UsageError("Give --out or --zip, but not both.")


def save_zip(session: Session, job_id: str, file: Path) -> None:
    with progress.show_progress(hidden=session.as_json) as on_change:
        session.api.save_zip(job_id, file, on_change=on_change)
    size = file.stat().st_size
    session.print([str(file)], lambda _: click.echo(f"{file}: {format_bytes(size)}"))
