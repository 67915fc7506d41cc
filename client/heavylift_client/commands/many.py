"""Following many jobs: each is saved as it ends, and what failed is named at the end."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from heavylift_client import progress, render
from heavylift_client.batch import SubmittedBatch
from heavylift_client.commands.file_batch import name_items
from heavylift_client.commands.file_jobs import FileJobs
from heavylift_client.commands.session import Session
from heavylift_client.errors import JobFailed, JobsFailed, StillRunning
from heavylift_client.item_names import ItemNames
from heavylift_client.render_many import Item, print_items
from heavylift_client.types import Job


def follow_batch(
    session: Session,
    batch: SubmittedBatch,
    timeout_s: float | None,
    out: Path | None,
    files: Sequence[Path] = (),
) -> None:
    """Wait for the jobs of a batch and save their outputs. Raises JobFailed if the batch is not DONE."""
    go_on = f"heavylift batch wait {batch.id}{_show_out(out)}"
    items = []
    with (
        _say_how_to_go_on(f"The batch {batch.id} goes on. To follow it: {go_on}"),
        progress.show_progress(hidden=session.as_json) as on_change,
    ):
        for job in batch.as_completed(timeout_s=timeout_s, on_change=on_change):
            name = batch.name_of(job)
            items.append(_end(session, job, name, out))
        ended = batch.wait(timeout_s=timeout_s, on_change=on_change)
    items.sort(key=lambda item: (item.job.get("batch") or {"number": 0})["number"])
    skipped = {f"item {each['number']}": each["detail"] for each in ended["skipped_items"]}
    session.print(ended, render.print_batch)
    if not session.as_json:
        print_items(items, {name_items(item, files): why for item, why in skipped.items()}, out)
        if not out and ended["jobs"]["done"]:
            click.echo(f"To save their outputs: heavylift batch save {batch.id} --out FOLDER", err=True)
        if ended["status"] != "DONE":
            click.echo(f"To run again what failed: heavylift retry {batch.id}; {go_on}", err=True)
    if ended["status"] != "DONE":
        raise JobFailed(ended)


def follow_jobs(session: Session, submitted: FileJobs, timeout_s: float | None, out: Path | None) -> None:
    """Wait for several jobs and save their outputs. Raises JobsFailed if one is not DONE."""
    names, jobs = ItemNames(), submitted.jobs
    for job in jobs:
        names.name_of(job)
    items: list[Item] = []
    ids = " ".join(job["id"] for job in jobs)
    with (
        _say_how_to_go_on(f"The jobs go on. To follow them: heavylift wait{_show_out(out)} {ids}"),
        progress.show_count("ended", len(jobs), hidden=session.as_json) as on_count,
    ):
        for job in session.api.as_completed([job["id"] for job in jobs], timeout_s=timeout_s):
            items.append(_end(session, job, names.name_of(job), out))
            on_count(len(items))
    order = {job["id"]: number for number, job in enumerate(jobs)}
    items.sort(key=lambda item: order[item.job["id"]])
    if not session.as_json:
        render.print_jobs([item.job for item in items])
        print_items(items, submitted.refused, out)
    failed = [item for item in items if item.job["status"] != "DONE"]
    if failed or submitted.refused:
        raise JobsFailed(len(failed) + len(submitted.refused), len(items) + len(submitted.refused))


def _end(session: Session, job: Job, name: str, out: Path | None) -> Item:
    """Save the outputs of an ended job, and return what is to be printed of it."""
    files = session.api.save(job["id"], out / name) if out and job["status"] == "DONE" else []
    if session.as_json:
        session.print({"name": name, "job": job, "files": [str(file) for file in files]}, _print_nothing)
    return Item(name, job, files)


def _show_out(out: Path | None) -> str:
    return f" --out {shlex.quote(str(out))}" if out else ""


def _print_nothing(_: object) -> None:
    pass


@contextmanager
def _say_how_to_go_on(text: str) -> Iterator[None]:
    """Print the text on standard error if the block is interrupted or takes too long."""
    try:
        yield
    except (KeyboardInterrupt, StillRunning):
        click.echo(text, err=True)
        raise
