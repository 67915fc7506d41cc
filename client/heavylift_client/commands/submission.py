"""The subcommands that submit a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from heavylift_client.commands.options import FOLDER, timeout_option
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.commands.starts import START_OPTIONS
from heavylift_client.commands.wait import follow_job
from heavylift_client.types import Job

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def submission_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the arguments and options of a submission."""
    for option in reversed(
        (
            click.argument("task"),
            click.argument("file", type=FILE, required=False),
            click.option(
                "-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of the task."
            ),
            click.option(
                "--params", "whole", metavar="JSON", help="The parameters of the task, as one JSON object."
            ),
            click.option(
                "--input",
                "output_of",
                nargs=2,
                metavar="JOB OUTPUT",
                help="Use an output of another job as the input.",
            ),
            click.option("--name", help="What people call the job."),
            click.option("--reference", help="Your own id of the job."),
            click.option("--tag", "tags", multiple=True, help="A tag; give the option once for each tag."),
            *START_OPTIONS,
            click.option(
                "--deadline",
                "deadline_s",
                type=int,
                metavar="SECONDS",
                help="End the job by then in any case.",
            ),
            click.option(
                "--expire-in", type=int, metavar="SECONDS", help="Keep the job for so long after its end."
            ),
            click.option("--callback-url", help="POST the job to this URL when it has ended."),
            click.option(
                "--callback-header",
                "callback_headers",
                multiple=True,
                metavar="'NAME: VALUE'",
                help="Send this header with the callback, too.",
            ),
            click.option(
                "--callback-on",
                multiple=True,
                type=click.Choice(["done", "failed", "canceled"]),
                help="Send the callback for this end only; give the option once for each.",
            ),
            click.option("--idempotency-key", help="Submit only one job for this key, even if repeated."),
        )
    ):
        command = option(command)
    return command


@click.command()
@submission_options
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs in this folder.")
@click.pass_obj
def run(session: Session, /, timeout_s: float | None, out: Path | None, **wanted: Any) -> None:
    """Submit a job and wait for it. TASK is the task's name, FILE the job's input."""
    job = _submit(session, **wanted)
    follow_job(session, job["id"], timeout_s, out)


@click.command()
@submission_options
@click.pass_obj
def submit(session: Session, /, **wanted: Any) -> None:
    """Submit a job and print its id. TASK is the task's name, FILE the job's input."""
    session.print(_submit(session, **wanted), lambda job: click.echo(job["id"]))


def _submit(
    session: Session,
    task: str,
    file: Path | None,
    pairs: tuple[str, ...],
    whole: str | None,
    callback_url: str | None,
    callback_headers: tuple[str, ...],
    callback_on: tuple[str, ...],
    **options: Any,
) -> Job:
    if callback_headers or callback_on:
        options["callback"] = _make_callback(callback_url, callback_headers, callback_on)
    else:
        options["callback_url"] = callback_url
    return session.api.submit(task, file, params=parse_params(pairs, whole), **options)


def _make_callback(url: str | None, headers: tuple[str, ...], on: tuple[str, ...]) -> dict[str, Any]:
    """Return the callback of the options. Raises click.UsageError."""
    if url is None:
        raise click.UsageError("--callback-header and --callback-on need --callback-url.")
    callback: dict[str, Any] = {"url": url}
    if headers:
        pairs = [header.partition(":") for header in headers]
        if not all(colon for _, colon, _ in pairs):
            raise click.UsageError("--callback-header is 'NAME: VALUE'.")
        callback["headers"] = {name.strip(): value.strip() for name, _, value in pairs}
    if on:
        callback["on"] = list(on)
    return callback
