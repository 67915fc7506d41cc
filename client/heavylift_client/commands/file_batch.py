"""A batch of files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from heavylift_client import progress
from heavylift_client.batch import SubmittedBatch
from heavylift_client.commands.file_jobs import OF_ONE_JOB
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.commands.submission_options import refuse_options
from heavylift_client.errors import ClientError, Problem

NOT_OF_A_BATCH = {name: shown for name, shown in OF_ONE_JOB.items() if name not in ("name", "reference")} | {
    "run_at": "--run-at",
    "delay_s": "--delay",
    "after": "--after",
    "deadline_s": "--deadline",
    "expire_in": "--expire-in",
    "callback_headers": "--callback-header",
    "callback_on": "--callback-on",
}
NOTHING = "Interrupted: no batch was submitted."
PERHAPS = "Interrupted before the API had answered. See if there is a batch: heavylift jobs --task batch"
POINTER = re.compile(r"/items/([0-9]+)")
NUMBER = re.compile(r"\b[Ii]tem ([0-9]+)\b")


def submit_file_batch(
    session: Session,
    files: tuple[Path, ...],
    task: str,
    pairs: tuple[str, ...],
    whole: str | None,
    **options: Any,
) -> SubmittedBatch:
    """Upload the files, a few at a time, and submit them as one batch. If that is interrupted, nothing is."""
    if not files:
        raise click.UsageError("--batch needs FILES.")
    refuse_options(options, NOT_OF_A_BATCH, "is not for a batch.")
    params = parse_params(pairs, whole)
    fields = {
        **{name: options[name] for name in ("name", "reference", "lane", "callback_url")},
        "tags": list(options["tags"]),
        "on_failure": "stop" if options["stop_on_failure"] else None,
        "on_invalid": "skip" if options["skip_invalid"] else None,
    }
    with progress.show_count("sent", len(files), hidden=session.as_json) as on_sent:
        batch = session.api.batch(task, params=params, on_sent=on_sent, **fields)
        try:
            with batch:
                for file in files:
                    batch.add(file)
        except KeyboardInterrupt:
            click.echo(PERHAPS if batch.is_asked_for else NOTHING, err=True)
            raise
        except Problem as refused:
            raise ClientError(name_items(str(refused), files)) from None
    return batch


def name_items(text: str, files: Sequence[Path]) -> str:
    """Return the text with the file's name beside each number of an item, if the files are known."""

    def add(found: re.Match[str], first: int) -> str:
        at = int(found[1]) - first
        return f"{found[0]} ({files[at]})" if at < len(files) else found[0]

    text = POINTER.sub(lambda found: add(found, 0), text)
    return NUMBER.sub(lambda found: add(found, 1), text)
