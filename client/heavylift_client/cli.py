"""The command `heavylift` and its subcommands."""

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
LIMIT = click.IntRange(min=1)
DEFAULT_LIMIT = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="HEAVYLIFT_URL", help="The URL of the API.  [HEAVYLIFT_URL]")
@click.option("--key", envvar="HEAVYLIFT_API_KEY", help="The API key.  [HEAVYLIFT_API_KEY]")
@click.option("--json", "as_json", is_flag=True, help="Print the API's response as JSON, for programs.")
@click.pass_context
def heavylift(context: click.Context, url: str | None, key: str | None, *, as_json: bool) -> None:
    """Submit jobs to Heavylift, follow them and save their outputs."""
    context.obj = Session(url, key, as_json)
    context.call_on_close(context.obj.close)


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
            click.option("--callback-url", help="POST the job to this URL when it has ended."),
            click.option("--idempotency-key", help="Submit only one job for this key, even if repeated."),
        )
    ):
        command = option(command)
    return command


def timeout_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option --timeout."""
    return click.option("--timeout", "timeout_s", type=float, help="Wait at most this many seconds.")(command)


@heavylift.command()
@submission_options
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs in this folder.")
@click.pass_obj
def run(session: Session, /, timeout_s: float | None, out: Path | None, **wanted: Any) -> None:
    """Submit a job and wait for it. TASK is the task's name, FILE the job's input."""
    job = _submit(session, **wanted)
    _follow(session, job["id"], timeout_s, out)


@heavylift.command()
@submission_options
@click.pass_obj
def submit(session: Session, /, **wanted: Any) -> None:
    """Submit a job and print its id. TASK is the task's name, FILE the job's input."""
    session.print(_submit(session, **wanted), lambda job: click.echo(job["id"]))


@heavylift.command()
@click.argument("job_id")
@timeout_option
@click.option("--out", type=FOLDER, help="Save the outputs in this folder.")
@click.pass_obj
def wait(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    """Wait until a job has ended."""
    _follow(session, job_id, timeout_s, out)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def job(session: Session, job_id: str) -> None:
    """Show a job."""
    session.print(session.api.job(job_id), render.print_job)


@heavylift.command()
@click.option("--status", type=STATUSES, help="List only jobs with this status.")
@click.option("--task", help="List only jobs of this task.")
@click.option("--reference", help="List only jobs of this reference of yours.")
@click.option("--tag", help="List only jobs with this tag.")
@click.option("--name", help="List only jobs with this part in their name or their file's.")
@click.option("--since", help="List only jobs created at this time or later, as 2026-11-28T09:00Z.")
@click.option("--before", help="List only jobs created before this time.")
@click.option(
    "--order", type=click.Choice(["newest", "oldest"]), help="Which jobs come first: the newest by default."
)
@click.option("--limit", type=LIMIT, default=DEFAULT_LIMIT, show_default=True, help="List at most this many.")
@click.pass_obj
def jobs(session: Session, /, limit: int, **wanted: Any) -> None:
    """List your jobs."""
    session.print(list(islice(session.api.jobs(**wanted), limit)), render.print_jobs)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def outputs(session: Session, job_id: str) -> None:
    """List the outputs of a job. Their URLs are valid for an hour."""
    session.print(list(session.api.outputs(job_id)), render.print_outputs)


@heavylift.command()
@click.argument("job_id")
@click.option("--out", type=FOLDER, default=Path(), help="The folder to save in; by default the current one.")
@click.pass_obj
def save(session: Session, job_id: str, out: Path) -> None:
    """Save the outputs of a job as files."""
    _save(session, job_id, out)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def cancel(session: Session, job_id: str) -> None:
    """Cancel a job that is queued or running."""
    session.print(session.api.cancel(job_id), render.print_job)


@heavylift.command()
@click.argument("job_id")
@click.pass_obj
def retry(session: Session, job_id: str) -> None:
    """Run a failed or canceled job again."""
    session.print(session.api.retry(job_id), render.print_job)


@heavylift.command()
@click.argument("job_ids", nargs=-1, required=True)
@click.pass_obj
def delete(session: Session, job_ids: tuple[str, ...]) -> None:
    """Delete finished jobs and their outputs, at once and for good."""
    for job_id in job_ids:
        session.api.delete(job_id)
        session.print({"deleted": job_id}, lambda done: click.echo(f"{done['deleted']} is deleted"))


@heavylift.command()
@click.argument("name", required=False)
@click.pass_obj
def models(session: Session, name: str | None) -> None:
    """List the kept models, or the versions of the one called NAME."""
    if name is None:
        session.print(session.api.models(), render.print_models)
    else:
        session.print(session.api.model_versions(name), render.print_model_versions)


@heavylift.command()
@click.argument("job_id")
@click.argument("name")
@click.pass_obj
def keep(session: Session, job_id: str, name: str) -> None:
    """Keep the model of a job under NAME, beyond the job's expiry."""
    session.print(session.api.keep(job_id, name), lambda kept: click.echo(kept["reference"]))


@heavylift.command("delete-model")
@click.argument("version", metavar="NAME@VERSION")
@click.pass_obj
def delete_model(session: Session, version: str) -> None:
    """Delete a version of a kept model, such as churn@3."""
    name, _, number = version.rpartition("@")
    if not name or not number.isdecimal():
        raise click.BadParameter(f"{version!r} is not NAME@VERSION", param_hint="NAME@VERSION")
    session.api.delete_model(name, int(number))


@heavylift.command()
@click.pass_obj
def tasks(session: Session) -> None:
    """List the tasks."""
    session.print(session.api.tasks(), render.print_tasks)


@heavylift.command()
@click.pass_obj
def queues(session: Session) -> None:
    """List the queues and how many messages they hold."""
    session.print(session.api.queues(), render.print_queues)


@heavylift.command("dead-letters")
@click.option("--limit", type=LIMIT, default=DEFAULT_LIMIT, show_default=True, help="List at most this many.")
@click.pass_obj
def dead_letters(session: Session, limit: int) -> None:
    """List the jobs that failed after their retries."""
    session.print(list(islice(session.api.dead_letters(), limit)), render.print_dead_letters)


@heavylift.command()
@click.argument("job_ids", nargs=-1)
@click.option("--queue", help="Run all dead letters of this queue.")
@click.option("--task", help="Run all dead letters of this task.")
@click.pass_obj
def redrive(session: Session, job_ids: tuple[str, ...], queue: str | None, task: str | None) -> None:
    """Run dead letters again. Name jobs, or a queue or a task."""
    if bool(job_ids) == bool(queue or task):
        raise click.UsageError("Name jobs, or a queue or a task, but not both.")
    redriven, refused = session.api.redrive(*job_ids, queue=queue, task=task)
    session.print([*redriven, *refused], lambda _: render.print_redriven(redriven, refused))


def _submit(
    session: Session,
    task: str,
    file: Path | None,
    pairs: tuple[str, ...],
    whole: str | None,
    **options: Any,
) -> Job:
    return session.api.submit(task, file, params=parse_params(pairs, whole), **options)


def _follow(session: Session, job_id: str, timeout_s: float | None, out: Path | None) -> None:
    with render.show_progress(hidden=session.as_json) as on_change:
        job = session.api.wait_until_done(job_id, timeout_s=timeout_s, on_change=on_change)
    session.print(job, render.print_job)
    if out:
        _save(session, job_id, out)


def _save(session: Session, job_id: str, out: Path) -> None:
    files = session.api.save(job_id, out)
    session.print([str(file) for file in files], lambda _: click.echo(f"{len(files)} files in {out}/"))
