"""The calls of outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from heavylift_client.calls.base import Calls
from heavylift_client.downloads import save, save_url
from heavylift_client.errors import JobFailed
from heavylift_client.follow import follow
from heavylift_client.transport import parse_json, send_request
from heavylift_client.types import Job, Output

ACCEPTED = 202


class OutputCalls(Calls):
    def outputs(self, job_id: str) -> Iterator[Output]:
        """Yield the outputs of a job. There are none until the job is DONE."""
        return self._pages(f"/v1/jobs/{job_id}/outputs", {})

    def save(self, job_id: str, folder: Path) -> list[Path]:
        """Save every output under its name in `folder`, and return the files. Existing files are replaced."""

        def renew(output: Output) -> str:
            return next((each["url"] for each in self.outputs(job_id) if each["name"] == output["name"]), "")

        return save(self._store, self.outputs(job_id), folder, renew)

    def save_zip(
        self,
        job_id: str,
        file: Path,
        *,
        timeout_s: float | None = None,
        on_change: Callable[[Job], None] | None = None,
    ) -> Path:
        """Save all outputs of a DONE job, or an ended batch, as one zip, and return the file. It is replaced.

        The zip is made first, by a job of its own: `on_change` and `timeout_s` are those of `wait` for it.
        Raises JobFailed if it can't be made.
        """
        where = f"/v1/jobs/{job_id}/outputs.zip"
        response = send_request(self._http, "GET", where)
        while response.status_code == ACCEPTED:
            path = f"/v1/jobs/{parse_json(self._http, response)['id']}"
            made: Job = follow(self._http, path, timeout_s, on_change)
            if made["status"] != "DONE":
                raise JobFailed(made)
            response = send_request(self._http, "GET", where)
        file.parent.mkdir(parents=True, exist_ok=True)
        return save_url(self._store, response.headers["Location"], file)
