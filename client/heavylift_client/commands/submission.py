"""The subcommands that submit a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from heavylift_client import render
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
            click.option("--url", "input_url", help="Let the worker fetch the input from this URL."),
            click.option(
                "--url-header",
                "header_pairs",
                multiple=True,
                metavar="NAME: VALUE",
                help="A header for that request; give the option once for each header.",
            ),
            click.option(
                "--deliver-put",
                metavar="URL",
                help="PUT each output to this URL, in which {name} is its name, when the job is done.",
            ),
            click.option("--name", help="What people call the job."),
            click.option("--reference", help="Your own id of the job."),
            click.option("--tag", "tags", multiple=True, help="A tag; give the option once for each tag."),
            *START_OPTIONS,
            click.option(
                "--lane",
                type=click.Choice(["standard", "bulk"]),
                help="bulk: let the jobs of others go first.",
            ),
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
    **options: Any,
) -> Job:
    if file is not None and options["input_url"]:
        raise click.UsageError("Give a FILE or --url, not both.")
    given = parse_params(pairs, whole)
    wanted = _to_submit_options(**options)
    with render.show_upload(hidden=session.as_json) as on_upload:
        return session.api.submit(task, file, params=given, on_upload=on_upload, **wanted)


def _to_submit_options(
    *,
    header_pairs: tuple[str, ...],
    deliver_put: str | None,
    callback_url: str | None,
    callback_headers: tuple[str, ...],
    callback_on: tuple[str, ...],
    **options: Any,
) -> dict[str, Any]:
    """Return the options of the command as those of `submit`. Raises click.UsageError."""
    options["deliver"] = {"put_url": deliver_put} if deliver_put else None
    options["input_headers"] = _parse_headers("--url-header", header_pairs)
    if callback_headers or callback_on:
        options["callback"] = _make_callback(callback_url, callback_headers, callback_on)
    else:
        options["callback_url"] = callback_url
    return options


def _make_callback(url: str | None, headers: tuple[str, ...], on: tuple[str, ...]) -> dict[str, Any]:
    """Return the callback of the options. Raises click.UsageError."""
    if url is None:
        raise click.UsageError("--callback-header and --callback-on need --callback-url.")
    callback: dict[str, Any] = {"url": url}
    if headers:
        callback["headers"] = _parse_headers("--callback-header", headers)
    if on:
        callback["on"] = list(on)
    return callback


def _parse_headers(option: str, headers: tuple[str, ...]) -> dict[str, str]:
    """Return headers that are given as 'NAME: VALUE'. Raises click.UsageError."""
    pairs = [header.partition(":") for header in headers]
    if not all(colon for _, colon, _ in pairs):
        raise click.UsageError(f"{option} is 'NAME: VALUE'.")
    return {name.strip(): value.strip() for name, _, value in pairs}
