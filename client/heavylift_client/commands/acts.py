"""The subcommands that cancel, retry and delete jobs: one, several, or all that a filter finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from heavylift_client import render, render_many
from heavylift_client.commands.filters import describe_filter, filter_options
from heavylift_client.commands.session import Session
from heavylift_client.errors import ClientError
from heavylift_client.types import Refusal

FINISHED = ("DONE", "FAILED", "CANCELED")
FAILED = ("FAILED", "CANCELED")
Many = Callable[..., tuple[list[str], list[Refusal]]]


def act_options(*statuses: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds the ids, the filter and --yes."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        yes = click.option("--yes", is_flag=True, help="Do not ask before acting on all jobs of a filter.")
        return click.argument("job_ids", nargs=-1)(filter_options(statuses)(yes(command)))

    return add


@click.command()
@act_options()
@click.pass_obj
def cancel(session: Session, /, job_ids: tuple[str, ...], **options: Any) -> None:
    """Cancel jobs that are queued or running. Name them, or give a filter."""
    if len(job_ids) == 1 and not any(options.values()):
        session.print(session.api.cancel(job_ids[0]), render.print_job)
    else:
        _act_on_many(session, session.api.cancel_many, "cancel", ("PROCESSING",), job_ids, options)


@click.command()
@act_options(*FAILED)
@click.pass_obj
def retry(session: Session, /, job_ids: tuple[str, ...], **options: Any) -> None:
    """Run failed or canceled jobs again. Name them, or give a filter."""
    if len(job_ids) == 1 and not any(options.values()):
        session.print(session.api.retry(job_ids[0]), render.print_job)
    else:
        _act_on_many(session, session.api.retry_many, "retry", FAILED, job_ids, options)


@click.command()
@act_options(*FINISHED)
@click.pass_obj
def delete(session: Session, /, job_ids: tuple[str, ...], **options: Any) -> None:
    """Delete finished jobs and their outputs, at once and for good. Name them, or give a filter."""
    if len(job_ids) == 1 and not any(options.values()):
        session.api.delete(job_ids[0])
        session.print({"deleted": job_ids[0]}, lambda _: render_many.print_acts("delete", job_ids, []))
    else:
        _act_on_many(session, session.api.delete_many, "delete", FINISHED, job_ids, options)


def _act_on_many(
    session: Session,
    many: Many,
    verb: str,
    statuses: Sequence[str],
    job_ids: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    yes = options.pop("yes")
    wanted = {name: value for name, value in options.items() if value}
    if bool(job_ids) == bool(wanted):
        raise click.UsageError("Name jobs, or give a filter such as --tag, but not both.")
    if wanted and not yes:
        _confirm(session, verb, statuses, wanted)
    done, refused = many(job_ids, **wanted)
    session.print(
        {"job_ids": done, "refused": refused}, lambda _: render_many.print_acts(verb, done, refused)
    )
    if refused:
        raise ClientError(f"{len(refused)} of {len(done) + len(refused)} jobs were refused.")


def _confirm(session: Session, verb: str, statuses: Sequence[str], wanted: dict[str, Any]) -> None:
    """Ask with the number of jobs. Aborts unless the answer is yes."""
    chosen = dict(wanted)
    taken = [chosen.pop("status")] if "status" in chosen else statuses
    counted = session.api.count_jobs(**chosen)
    number = sum(counted["counts"][status] for status in taken)
    amount = f"at least {number}" if counted["at_least"] else str(number)
    loss = " They and their outputs can't be brought back." if verb == "delete" else ""
    jobs = "job" if amount == "1" else "jobs"
    act = "Run again" if verb == "retry" else verb.capitalize()
    click.confirm(f"{act} {amount} {jobs} ({describe_filter(wanted)})?{loss}", abort=True, err=True)
