"""The subcommands of the stack: its tasks, queues and dead letters."""

from __future__ import annotations

from itertools import islice

import click

from heavylift_client import render
from heavylift_client.commands.options import DEFAULT_LIMIT, LIMIT
from heavylift_client.commands.session import Session


@click.command()
@click.pass_obj
def tasks(session: Session) -> None:
    """List the tasks."""
    session.print(session.api.tasks(), render.print_tasks)


@click.command()
@click.pass_obj
def queues(session: Session) -> None:
    """List the queues and how many messages they hold."""
    session.print(session.api.queues(), render.print_queues)


@click.command()
@click.argument("queue")
@click.pass_obj
def pause(session: Session, queue: str) -> None:
    """Pause a queue: its worker gets no more jobs."""
    session.print(session.api.pause(queue), lambda found: render.print_queues([found]))


@click.command()
@click.argument("queue")
@click.pass_obj
def resume(session: Session, queue: str) -> None:
    """Resume a queue."""
    session.print(session.api.resume(queue), lambda found: render.print_queues([found]))


@click.command("dead-letters")
@click.option("--limit", type=LIMIT, default=DEFAULT_LIMIT, show_default=True, help="List at most this many.")
@click.pass_obj
def dead_letters(session: Session, limit: int) -> None:
    """List the jobs that failed after their retries."""
    session.print(list(islice(session.api.dead_letters(), limit)), render.print_dead_letters)


@click.command()
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
