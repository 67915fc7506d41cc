"""The subcommand that shows what happened to a job."""

from __future__ import annotations

import click

from heavylift_client import render
from heavylift_client.commands.session import Session
from heavylift_client.types import Event, Job


@click.command()
@click.argument("job_id")
@click.option("-f", "--follow", is_flag=True, help="Print what happens until the job has ended.")
@click.option("--lines", is_flag=True, help="Print the lines of the task's log only.")
@click.pass_obj
def logs(session: Session, job_id: str, *, follow: bool, lines: bool) -> None:
    """Show what happened to a job, with the lines that its task has logged."""
    printer = EventPrinter(session, job_id, lines_only=lines)
    printer.print_new()
    if follow:
        session.api.wait(job_id, on_change=printer.print_new)


class EventPrinter:
    """Prints each event of a job once. What changes while it lasts, such as progress, is printed anew."""

    def __init__(self, session: Session, job_id: str, *, lines_only: bool) -> None:
        self._session = session
        self._job_id = job_id
        self._lines_only = lines_only
        self._printed: set[tuple[str, str, str]] = set()

    def print_new(self, _job: Job | None = None) -> None:
        """Print the events that were not printed yet."""
        for event in self._session.api.events(self._job_id):
            identity = event["at"], event["kind"], event["text"]
            if identity not in self._printed and (event["kind"] == "log" or not self._lines_only):
                self._printed.add(identity)
                self._print(event)

    def _print(self, event: Event) -> None:
        self._session.print(event, render.print_event)
