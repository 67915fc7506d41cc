"""What was done to many jobs, and how many there are, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from heavylift_client.render import print_failures
from heavylift_client.types import Job, JobCounts, Refusal

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


@dataclass(frozen=True)
class Item:
    """One of many jobs that has ended."""

    name: str
    job: Job
    files: list[Path]


def print_items(items: Sequence[Item], refused: Mapping[str, str], out: Path | None) -> None:
    """Print how many files were saved, and what is not DONE. `refused`: name → why there is no job."""
    if out:
        done = sum(item.job["status"] == "DONE" for item in items)
        click.echo(f"{sum(len(item.files) for item in items)} files in {out}/, of {done} jobs")
    failed = [item for item in items if item.job["status"] != "DONE"]
    rows: list[tuple[str, str, str, str]] = [
        (item.name, item.job["status"], item.job["id"], _reason_of(item.job)) for item in failed
    ]
    rows += [(name, "refused", "", why) for name, why in refused.items()]
    if rows:
        print_failures(rows)


def _reason_of(job: Job) -> str:
    error = job["error"] or {}
    return str(error.get("detail") or error.get("title") or "")
