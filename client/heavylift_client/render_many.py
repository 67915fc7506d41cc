"""What was done to many jobs, and how many there are, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from heavylift_client.types import JobCounts, Refusal

DONE = {"cancel": "is canceled", "retry": "runs again", "delete": "is deleted"}
NOT_DONE = {"cancel": "is not canceled", "retry": "does not run again", "delete": "is not deleted"}


def print_acts(verb: str, done: Sequence[str], refused: Sequence[Refusal]) -> None:
    for job_id in done:
        click.echo(f"{job_id} {DONE[verb]}")
    for each in refused:
        click.echo(f"{each['id']} {NOT_DONE[verb]}: {each['detail'] or each['title']}")
    if not done and not refused:
        click.echo("No job matches.")


def print_counts(found: JobCounts) -> None:
    rows: Mapping[str, int] = {**found["counts"], "total": found["total"]}
    more = "+" if found["at_least"] else ""
    for name, number in rows.items():
        click.echo(f"{name:<10} {number:>8,}{more}")
