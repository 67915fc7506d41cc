"""What the folders of many jobs are called: each by its item's name, its file or its number, and each once.

A zip of a batch calls its folders the same.
"""

from __future__ import annotations

import re

from heavylift_client.types import Job

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
"""What a name of a file can't have on Windows."""
MAX_CHARS = 100


class ItemNames:
    """Gives each job a name of its own. Give it the jobs in the order of their items."""

    def __init__(self) -> None:
        self._by_job: dict[str, str] = {}
        self._taken: set[str] = set()

    def name_of(self, job: Job) -> str:
        """Return the job's name: always the same. A name that is taken has a number: `scan (2)`."""
        if job["id"] not in self._by_job:
            self._by_job[job["id"]] = self._take(_describe(job, len(self._by_job) + 1))
        return self._by_job[job["id"]]

    def _take(self, name: str) -> str:
        chosen, number = name, 1
        while chosen.casefold() in self._taken:  # upper and lower case are the same on Windows and macOS
            number += 1
            chosen = f"{name} ({number})"
        self._taken.add(chosen.casefold())
        return chosen


def _describe(job: Job, number: int) -> str:
    file = (job["input"]["name"] if job["input"] else None) or ""
    name = job["name"] or file.rpartition(".")[0] or file
    place = job.get("batch")
    return _clean(name[:MAX_CHARS]) if name else str(place["number"] if place else number)


def _clean(name: str) -> str:
    return UNSAFE.sub("_", name).strip(". ") or "_"
