"""The command `heavylift`: what each of its words does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import click

from heavylift_client import render
from heavylift_client.cli_session import Session, parse_params
from heavylift_client.types import Job

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
STATUSES = click.Choice(["PROCESSING", "DONE", "FAILED", "CANCELED"])
SHOWN = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="HEAVYLIFT_URL", help="Where the API is.  [HEAVYLIFT_URL]")
@click.option("--key", envvar="HEAVYLIFT_API_KEY", help="The API key.  [HEAVYLIFT_API_KEY]")
@click.option("--json", "as_json", is_flag=True, help="Print what the API said, for programs.")
@click.pass_context
def heavylift(context: click.Context, url: str | None, key: str | None, *, as_json: bool) -> None:
    """Post heavy work, follow it, save what comes out."""
    context.obj = Session(url, key, as_json)
    context.call_on_close(context.obj.close)


def work(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a submission."""
    for option in reversed(
        (
            click.argument("task"),
            click.argument("file", type=FILE, required=False),
            click.option(
                "-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="As the task has it."
            ),
            click.option("--params", "whole", metavar="JSON", help="All of them, as one object."),
            click.option(
                "--input", "output_of", nargs=2, metavar="JOB OUTPUT", help="An output of another job."
            ),
            click.option("--callback-url", help="Where the job is POSTed when it has ended."),
            click.option("--idempotency-key", help="The same key and request are the same job."),
        )
    ):
        command = option(command)
    return command


def waiting(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--timeout", "timeout_s", type=float, help="Seconds to wait at most.")(command)


@heavylift.command()
@work
@waiting
@click.option("--out", type=FOLDER, help="Save the outputs here.")
@click.pass_obj
def run(session: Session, /, timeout_s: float | None, out: Path | None, **wanted: Any) -> None:
    """Submit a job of TASK with FILE, follow it, save what came out."""
    job = _submitted(session, **wanted)
    _followed(session, job["id"], timeout_s, out)


@heavylift.command()
@work
@click.pass_obj
def submit(session: Session, /, **wanted: Any) -> None:
    """Submit a job of TASK with FILE, and print its id."""
    session.print(_submitted(session, **wanted), lambda job: click.echo(job["id"]))


@heavylift.command()
@click.argument("job_id")
@waiting
@click.option("--out", type=FOLDER, help="Save the outputs here.")
@click.pass_obj
def wait(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    """Follow a job until it has ended."""
    _followed(session, job_id, timeout_s, out)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def job(session: Session, job_id: str) -> None:
    """Show a job."""
    session.print(session.api.job(job_id), render.job)


@heavylift.command()
@click.option("--status", type=STATUSES)
@click.option("--task")
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True)
@click.pass_obj
def jobs(session: Session, status: str | None, task: str | None, limit: int) -> None:
    """List your jobs, the newest first."""
    session.print(list(islice(session.api.jobs(status=status, task=task), limit)), render.jobs)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def outputs(session: Session, job_id: str) -> None:
    """List what came out, each with an address that is good for an hour."""
    session.print(list(session.api.outputs(job_id)), render.outputs)


@heavylift.command()
@click.argument("job_id")
@click.option("--out", type=FOLDER, default=Path(), help="The folder; this one by default.")
@click.pass_obj
def save(session: Session, job_id: str, out: Path) -> None:
    """Save what came out as files."""
    _saved(session, job_id, out)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def cancel(session: Session, job_id: str) -> None:
    """Cancel a job that is queued or running."""
    session.print(session.api.cancel(job_id), render.job)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def retry(session: Session, job_id: str) -> None:
    """Run a job again that failed or was canceled."""
    session.print(session.api.retry(job_id), render.job)


@heavylift.command()
@click.pass_obj
def tasks(session: Session) -> None:
    """List what there is to ask for."""
    session.print(session.api.tasks(), render.tasks)


@heavylift.command()
@click.pass_obj
def queues(session: Session) -> None:
    """List the queues, and how long they are."""
    session.print(session.api.queues(), render.queues)


@heavylift.command("dead-letters")
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True)
@click.pass_obj
def dead_letters(session: Session, limit: int) -> None:
    """List the jobs that failed although they were tried again."""
    session.print(list(islice(session.api.dead_letters(), limit)), render.dead_letters)


@heavylift.command()
@click.argument("job_ids", nargs=-1)
@click.option("--queue", help="All dead letters of this queue.")
@click.option("--task", help="All dead letters of this task.")
@click.pass_obj
def redrive(session: Session, job_ids: tuple[str, ...], queue: str | None, task: str | None) -> None:
    """Run dead letters again: some by their ids, or all of a queue or a task."""
    if bool(job_ids) == bool(queue or task):
        raise click.UsageError("Name either jobs, or a queue or a task.")
    again, refused = session.api.redrive(*job_ids, queue=queue, task=task)
    session.print([*again, *refused], lambda _: render.redriven(again, refused))


def _submitted(
    session: Session,
    task: str,
    file: Path | None,
    pairs: tuple[str, ...],
    whole: str | None,
    **options: Any,
) -> Job:
    return session.api.submit(task, file, params=parse_params(pairs, whole), **options)


def _followed(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    with render.progress(hidden=session.as_json) as on_change:
        ended = session.api.done(job_id, timeout_s=timeout_s, on_change=on_change)
    session.print(ended, render.job)
    if out:
        _saved(session, job_id, out)


def _saved(session: Session, job_id: str, out: Path) -> None:
    files = session.api.save(job_id, out)
    session.print([str(file) for file in files], lambda _: click.echo(f"{len(files)} files in {out}/"))
