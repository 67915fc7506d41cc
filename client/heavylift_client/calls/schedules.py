"""The calls of schedules: jobs that are submitted again and again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from heavylift_client.calls.uploads import UploadCalls
from heavylift_client.transport import send_request
from heavylift_client.types import Schedule


class ScheduleCalls(UploadCalls):
    def add_schedule(
        self,
        name: str,
        task: str,
        file: Path | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        output_of: tuple[str, str] | None = None,
        **more: str | None,
    ) -> Schedule:
        """Make a schedule and return it. `more` has `cron` or `rate`, and what else the API takes.

        Its input is `file`, or `output_of`: the id of a job and the name of its output.
        """
        body: dict[str, Any] = {"name": name, "task": task, "params": dict(params or {})}
        body |= {field: value for field, value in more.items() if value}
        if file is not None:
            body["input"] = {"upload_id": self.upload(task, file)}
        elif output_of is not None:
            body["input"] = {"job_id": output_of[0], "output": output_of[1]}
        found: Schedule = self._json("POST", "/v1/schedules", json=body)
        return found

    def next_runs(
        self, *, cron: str | None = None, rate: str | None = None, timezone: str | None = None
    ) -> list[str]:
        """Return the next times of a schedule that is not made yet. Give either `cron` or `rate`."""
        given = {"cron": cron, "rate": rate, "timezone": timezone}
        body = {field: value for field, value in given.items() if value}
        return list(self._json("POST", "/v1/next-runs", json=body)["next_runs"])

    def schedules(self) -> list[Schedule]:
        """Return your schedules, by name."""
        return list(self._json("GET", "/v1/schedules")["items"])

    def pause_schedule(self, name: str) -> Schedule:
        """Pause a schedule and return it."""
        found: Schedule = self._json("POST", f"/v1/schedules/{quote(name)}/pause")
        return found

    def resume_schedule(self, name: str) -> Schedule:
        """Resume a schedule and return it."""
        found: Schedule = self._json("POST", f"/v1/schedules/{quote(name)}/resume")
        return found

    def delete_schedule(self, name: str) -> None:
        """Delete a schedule. Its jobs stay."""
        send_request(self._http, "DELETE", f"/v1/schedules/{quote(name)}")
