"""The options of a submission."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from heavylift_client.commands.starts import START_OPTIONS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def submission_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the arguments and options of a submission."""
    for option in reversed(
        (
            click.argument("task"),
            click.argument("files", type=FILE, nargs=-1),
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
            click.option("--batch", "as_batch", is_flag=True, help="Submit all FILES as one batch."),
            click.option(
                "--stop-on-failure",
                is_flag=True,
                help="With --batch: end it at the first job that fails, and cancel the rest.",
            ),
            click.option(
                "--skip-invalid",
                is_flag=True,
                help="With --batch: leave out files that do not fit, instead of refusing all.",
            ),
        )
    ):
        command = option(command)
    return command


def to_submit_options(
    *,
    header_pairs: tuple[str, ...],
    deliver_put: str | None,
    callback_url: str | None,
    callback_headers: tuple[str, ...],
    callback_on: tuple[str, ...],
    stop_on_failure: bool,
    skip_invalid: bool,
    **options: Any,
) -> dict[str, Any]:
    """Return the options of the command as those of `submit`. Raises click.UsageError."""
    if stop_on_failure or skip_invalid:
        raise click.UsageError("--stop-on-failure and --skip-invalid need --batch.")
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


def refuse_options(options: dict[str, Any], names: dict[str, str], why: str) -> None:
    """Raise click.UsageError if one of the options is given. `names`: of the values, as people give them."""
    for name, shown in names.items():
        if options.get(name):
            raise click.UsageError(f"{shown} {why}")
