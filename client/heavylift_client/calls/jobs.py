"""The calls of jobs. A file goes with the request, or by an upload if it is large."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack
from uuid import uuid4

from heavylift_client.calls.queries import to_query
from heavylift_client.calls.uploads import UploadCalls, media_type_of
from heavylift_client.errors import JobFailed
from heavylift_client.follow import follow
from heavylift_client.follow_many import follow_many
from heavylift_client.part_sender import OnUpload
from heavylift_client.transport import send_request
from heavylift_client.types import Job, JobSearch, SubmitOptions

MAX_DIRECT_BYTES = 4_500_000
"""Bytes. Lambda accepts 6 MB, and base64 makes a file a third larger."""
AS_JSON = ("params", "callback", "deliver")
"""Fields that a form has as JSON."""
OF_A_URL = ("input_url", "input_headers")


class JobCalls(UploadCalls):
    def submit(
        self,
        task: str,
        file: Path | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        output_of: tuple[str, str] | None = None,
        idempotency_key: str | None = None,
        on_upload: OnUpload | None = None,
        **more: Unpack[SubmitOptions],
    ) -> Job:
        """Submit a job and return it.

        Its input is `file`, or `output_of`: the id of another job and the name of its output, or `input_url`.
        The same `idempotency_key` and request return the same job, until that job expires. `on_upload` is
        that of `upload`, for a file that does not fit into a request.
        """
        body: dict[str, Any] = {"task": task, "params": dict(params or {})}
        body |= {field: _to_json(value) for field, value in more.items() if value and field not in OF_A_URL}
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        if file is not None and file.stat().st_size <= MAX_DIRECT_BYTES:
            form = {**body, **{field: json.dumps(body[field]) for field in AS_JSON if field in body}}
            content = (file.name, file.read_bytes(), media_type_of(file.name) or "application/octet-stream")
            return self._job("POST", "/v1/jobs", data=form, files={"file": content}, headers=headers)
        if file is not None:
            body |= {
                "input": {"upload_id": self.upload(task, file, on_upload=on_upload)},
                "file_name": file.name,
            }
        elif more.get("input_url"):
            given = {"url": more["input_url"], "headers": dict(more.get("input_headers") or {})}
            body["input"] = {field: value for field, value in given.items() if value}
        elif output_of is not None:
            body["input"] = {"job_id": output_of[0], "output": output_of[1]}
        return self._job("POST", "/v1/jobs", json=body, headers=headers)

    def job(self, job_id: str) -> Job:
        """Return the job as it is now."""
        return self._job("GET", f"/v1/jobs/{job_id}")

    def jobs(self, **wanted: Unpack[JobSearch]) -> Iterator[Job]:
        """Yield the tenant's jobs, newest first unless `order` is "oldest". Pages are fetched when needed."""
        query = {name: to_query(value) for name, value in wanted.items() if value}
        return self._pages("/v1/jobs", query)

    def wait(
        self, job_id: str, *, timeout_s: float | None = None, on_change: Callable[[Job], None] | None = None
    ) -> Job:
        """Wait until the job has ended, and return it. Raises StillRunning after `timeout_s`.

        `on_change` is called with the job now and after each change.
        """
        job: Job = follow(self._http, f"/v1/jobs/{job_id}", timeout_s, on_change)
        return job

    def as_completed(self, job_ids: Iterable[str], *, timeout_s: float | None = None) -> Iterator[Job]:
        """Yield each job once it has ended, those that end first first.

        One request looks at up to 100 jobs. A long result is there, the log is not. Raises StillRunning if
        one has not ended after `timeout_s`, and Problem if there is no such job.
        """
        return map(self.whole_job, follow_many(self._http, job_ids, timeout_s))

    def whole_job(self, job: Job) -> Job:
        """Return a job of a list with the params and the result that the list leaves out, if any."""
        left_out = any(each.startswith(("/params", "/result")) for each in job["elided"])
        return self.job(job["id"]) if left_out else job

    def run(
        self,
        task: str,
        file: Path | None = None,
        *,
        timeout_s: float | None = None,
        on_change: Callable[[Job], None] | None = None,
        **options: Any,
    ) -> Job:
        """Submit a job, wait until it is DONE, and return it. `options` are those of `submit`.

        Raises JobFailed if the job ends FAILED or CANCELED, and StillRunning after `timeout_s`.
        """
        job = self.submit(task, file, **options)
        return self.wait_until_done(job["id"], timeout_s=timeout_s, on_change=on_change)

    def wait_until_done(self, job_id: str, **options: Any) -> Job:
        """Wait like `wait`. Raises JobFailed if the job ends FAILED or CANCELED."""
        job = self.wait(job_id, **options)
        if job["status"] != "DONE":
            raise JobFailed(job)
        return job

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that has not ended, and return it."""
        return self._job("DELETE", f"/v1/jobs/{job_id}")

    def retry(self, job_id: str) -> Job:
        """Run a failed or canceled job again, and return it.

        `links["dependents"]` are jobs that failed because this one had failed: retry them too.
        """
        return self._job("POST", f"/v1/jobs/{job_id}/retry")

    def delete(self, job_id: str) -> None:
        """Delete a finished job and its outputs, at once and for good."""
        send_request(self._http, "POST", f"/v1/jobs/{job_id}/delete")


def _to_json(value: object) -> object:
    """Return the value as the API takes it. A time without a zone is local time."""
    return value.astimezone().isoformat() if isinstance(value, datetime) else value
