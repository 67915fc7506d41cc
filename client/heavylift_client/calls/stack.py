"""The calls of the stack: its tasks, queues and dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from heavylift_client.calls.base import Calls
from heavylift_client.types import Job, Queue, Task


class StackCalls(Calls):
    def tasks(self) -> list[Task]:
        """Return the tasks."""
        return list(self._json("GET", "/v1/tasks")["items"])

    def queues(self) -> list[Queue]:
        """Return the queues. The key needs the scope `operate`."""
        return list(self._json("GET", "/v1/queues")["items"])

    def pause(self, queue: str) -> Queue:
        """Pause a queue and return it. The key needs the scope `operate`."""
        found: Queue = self._json("POST", f"/v1/queues/{quote(queue)}/pause")
        return found

    def resume(self, queue: str) -> Queue:
        """Resume a queue and return it. The key needs the scope `operate`."""
        found: Queue = self._json("POST", f"/v1/queues/{quote(queue)}/resume")
        return found

    def dead_letters(self) -> Iterator[Job]:
        """Yield the jobs that failed after their retries, newest first. The key needs the scope `operate`."""
        return self._pages("/v1/dead-letters", {})

    def redrive(
        self, *job_ids: str, queue: str | None = None, task: str | None = None
    ) -> tuple[list[Job], list[dict[str, str]]]:
        """Run dead letters again: those of `job_ids`, or all of a queue or task.

        Return the jobs that run again, and the refused ones as `id`, `type`, `title` and `detail`.
        """
        chosen = {"job_ids": list(job_ids)} if job_ids else {"queue": queue, "task": task}
        body: dict[str, Any] = {name: value for name, value in chosen.items() if value}
        jobs: list[Job] = []
        refused: list[dict[str, str]] = []
        while True:
            result = self._json("POST", "/v1/dead-letters/redrive", json=body)
            jobs += result["jobs"]
            refused += result["refused"]
            if result["next"] is None:
                return jobs, refused
            body["cursor"] = result["next"]
