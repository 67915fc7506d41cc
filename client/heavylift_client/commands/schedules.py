"""The subcommands of schedules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from heavylift_client import render
from heavylift_client.commands.session import Session, parse_params
from heavylift_client.types import Schedule

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def schedule() -> None:
    """Submit a job again and again."""


@schedule.command("add")
@click.argument("name")
@click.argument("task")
@click.argument("file", type=FILE, required=False)
@click.option("--cron", help="When: minute, hour, day, month and weekday, as in '30 2 * * *'.")
@click.option("--rate", help="Instead of --cron: how often, as in '6 hours'.")
@click.option("--timezone", help="The time zone of --cron, as in Europe/Berlin.")
@click.option("-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of the task.")
@click.option("--params", "whole", metavar="JSON", help="The parameters of the task, as one JSON object.")
@click.option(
    "--input", "output_of", nargs=2, metavar="JOB OUTPUT", help="Use an output of a job as the input."
)
@click.option("--lane", type=click.Choice(["standard", "bulk"]), help="The lane of its jobs.")
@click.option("--callback-url", help="POST each job to this URL when it has ended.")
@click.option(
    "--overlap", type=click.Choice(["skip", "queue"]), help="If the last job is still open; default: skip."
)
@click.pass_obj
def add(
    session: Session,
    /,
    name: str,
    task: str,
    file: Path | None,
    pairs: tuple[str, ...],
    whole: str | None,
    **more: Any,
) -> None:
    """Make a schedule. NAME is yours, TASK the task's name, FILE the input of each job."""
    if bool(more["cron"]) == bool(more["rate"]):
        raise click.UsageError("Give either --cron or --rate.")
    made = session.api.add_schedule(name, task, file, params=parse_params(pairs, whole), **more)
    _print(session, [made])


@schedule.command()
@click.option("--cron", help="Minute, hour, day of the month, month and weekday, as in '30 2 * * *'.")
@click.option("--rate", help="Instead of --cron: how often, as in '6 hours'.")
@click.option("--timezone", help="The time zone of --cron, as in Europe/Berlin.")
@click.pass_obj
def when(session: Session, /, **recurrence: str | None) -> None:
    """Show the next times of a schedule before you make it."""
    if bool(recurrence["cron"]) == bool(recurrence["rate"]):
        raise click.UsageError("Give either --cron or --rate.")
    for at in session.api.next_runs(**recurrence):
        click.echo(at)


@schedule.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """List your schedules, with their last and next runs."""
    _print(session, session.api.schedules())


@schedule.command()
@click.argument("name")
@click.pass_obj
def pause(session: Session, name: str) -> None:
    """Pause a schedule: nothing is submitted until it is resumed."""
    _print(session, [session.api.pause_schedule(name)])


@schedule.command()
@click.argument("name")
@click.pass_obj
def resume(session: Session, name: str) -> None:
    """Resume a schedule."""
    _print(session, [session.api.resume_schedule(name)])


@schedule.command()
@click.argument("name")
@click.pass_obj
def delete(session: Session, name: str) -> None:
    """Delete a schedule. Its jobs stay."""
    session.api.delete_schedule(name)


def _print(session: Session, found: list[Schedule]) -> None:
    session.print(found, render.print_schedules)
