"""The calls that act on many jobs, and count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Unpack

from heavylift_client.calls.base import Calls
from heavylift_client.calls.queries import to_query
from heavylift_client.types import JobCounts, JobFilter, Refusal

MAX_IDS = 100
"""How many ids a request may have."""


class BulkCalls(Calls):
    """Name the jobs by their ids, or by a filter: then each call takes those that are in a state for it.

    Return the ids of the jobs to which it was done, and the refusals of the others. A call makes as many
    requests as it needs. It may be repeated: nothing is done twice.
    """

    def cancel_many(
        self, job_ids: Iterable[str] = (), **wanted: Unpack[JobFilter]
    ) -> tuple[list[str], list[Refusal]]:
        """Cancel jobs that are queued or running."""
        return self._act("cancel", job_ids, wanted)

    def retry_many(
        self, job_ids: Iterable[str] = (), **wanted: Unpack[JobFilter]
    ) -> tuple[list[str], list[Refusal]]:
        """Run failed or canceled jobs again."""
        return self._act("retry", job_ids, wanted)

    def delete_many(
        self, job_ids: Iterable[str] = (), **wanted: Unpack[JobFilter]
    ) -> tuple[list[str], list[Refusal]]:
        """Delete finished jobs and their outputs, at once and for good."""
        return self._act("delete", job_ids, wanted)

    def count_jobs(self, **wanted: Unpack[JobFilter]) -> JobCounts:
        """Return how many jobs have each status: of the newest 10,000, or 1,000 of a tag or reference."""
        counts: JobCounts = self._json("GET", "/v1/jobs/counts", params=_given(wanted))
        return counts

    def _act(self, verb: str, job_ids: Iterable[str], wanted: JobFilter) -> tuple[list[str], list[Refusal]]:
        ids, chosen = list(job_ids), _given(wanted)
        if bool(ids) == bool(chosen):
            raise ValueError("name the jobs by their ids, or by a filter")
        done: list[str] = []
        refused: list[Refusal] = []
        bodies: list[dict[str, Any]] = [{"job_ids": some} for some in _split(ids)]
        for body in bodies or [{"filter": chosen}]:
            for page in self._act_on(verb, body):
                done += page["job_ids"]
                refused += page["refused"]
        return done, refused

    def _act_on(self, verb: str, body: dict[str, Any]) -> Iterator[Any]:
        cursor: dict[str, str] = {}
        while True:
            page = self._json("POST", f"/v1/jobs/{verb}", json={**body, **cursor})
            yield page
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}


def _given(wanted: JobFilter) -> dict[str, str]:
    return {name: to_query(value) for name, value in wanted.items() if value}


def _split(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + MAX_IDS] for start in range(0, len(ids), MAX_IDS)]
