"""The calls of what happened to a job."""

from __future__ import annotations

from heavylift_client.calls.base import Calls
from heavylift_client.types import Event, LogLine


class EventCalls(Calls):
    def events(self, job_id: str) -> list[Event]:
        """Return what happened to the job, oldest first."""
        return list(self._json("GET", f"/v1/jobs/{job_id}/events")["items"])

    def logs(self, job_id: str) -> list[LogLine]:
        """Return the last lines that the job's task has logged, oldest first, those of its parts too."""
        return [
            LogLine(
                at=event["at"],
                attempt=event["data"]["attempt"],
                text=event["text"],
                part=event["data"].get("part"),
            )
            for event in self.events(job_id)
            if event["kind"] == "log"
        ]
