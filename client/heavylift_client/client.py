"""The client: every call of the API. A file goes with the request, or by an upload if it is large."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack
from uuid import uuid4

import httpx
from httpx_retries import Retry

from heavylift_client.downloads import save
from heavylift_client.errors import JobFailed, Problem
from heavylift_client.follow import WAIT_S, follow
from heavylift_client.transport import RETRY_POLICY, http_client, parse_json, send_request
from heavylift_client.types import (
    Job,
    JobSearch,
    Model,
    ModelVersion,
    Output,
    Queue,
    SubmitOptions,
    Task,
)

MAX_DIRECT_BYTES = 4_500_000
"""Bytes. Lambda accepts 6 MB, and base64 makes a file a third larger."""
UPLOAD_TIMEOUT_S = 900.0
PAGE_SIZE = 100


class Heavylift:
    """A client of one Heavylift stack. Use it as a context manager, or call `close`.

    Every call may raise Unreachable if there is no response, or Problem if the API refuses.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        retry_policy: Retry = RETRY_POLICY,
    ) -> None:
        """`url`: the URL of the API, without /v1. `retry_policy`: when to repeat a request."""
        self._http = http_client(url, WAIT_S + 20, retry_policy, key=key, transport=transport)
        # A presigned URL is its own permission: the store must not receive the key.
        self._store = http_client("", UPLOAD_TIMEOUT_S, retry_policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
        self._store.close()

    # ---- jobs

    def submit(
        self,
        task: str,
        file: Path | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        output_of: tuple[str, str] | None = None,
        idempotency_key: str | None = None,
        **more: Unpack[SubmitOptions],
    ) -> Job:
        """Submit a job and return it.

        Its input is `file`, or `output_of`: the id of another job and the name of its output. The same
        `idempotency_key` and request return the same job, until that job expires.
        """
        body: dict[str, Any] = {"task": task, "params": dict(params or {})}
        body |= {field: value for field, value in more.items() if value}
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        if file is not None and file.stat().st_size <= MAX_DIRECT_BYTES:
            form = {**body, "params": json.dumps(body["params"])}
            content = (file.name, file.read_bytes(), _media_type(file) or "application/octet-stream")
            return self._job("POST", "/v1/jobs", data=form, files={"file": content}, headers=headers)
        if file is not None:
            body |= {"input": {"upload_id": self.upload(task, file)}, "file_name": file.name}
        elif output_of is not None:
            body["input"] = {"job_id": output_of[0], "output": output_of[1]}
        return self._job("POST", "/v1/jobs", json=body, headers=headers)

    def upload(self, task: str, file: Path) -> str:
        """Upload a file to the store. Return its upload id, for a submission."""
        body = {"task": task} | ({"media_type": kind} if (kind := _media_type(file)) else {})
        form = self._json("POST", "/v1/uploads", json=body)
        with file.open("rb") as content:
            try:
                send_request(
                    self._store,
                    "POST",
                    form["url"],
                    server="store",
                    data=form["fields"],
                    files={"file": content},
                )
            except Problem as refused:
                detail = f"At most {form['max_bytes']} bytes are allowed"
                problem = {"title": "The store refused the upload", "detail": detail}
                raise Problem(refused.status, problem) from None
        return str(form["upload_id"])

    def job(self, job_id: str) -> Job:
        """Return the job as it is now."""
        return self._job("GET", f"/v1/jobs/{job_id}")

    def jobs(self, **wanted: Unpack[JobSearch]) -> Iterator[Job]:
        """Yield the tenant's jobs, newest first unless `order` is "oldest". Pages are fetched when needed."""
        query = {name: _to_query(value) for name, value in wanted.items() if value}
        return self._pages("/v1/jobs", query)

    def wait(
        self, job_id: str, *, timeout_s: float | None = None, on_change: Callable[[Job], None] | None = None
    ) -> Job:
        """Wait until the job has ended, and return it. Raises StillRunning after `timeout_s`.

        `on_change` is called with the job now and after each change.
        """
        return follow(self._http, job_id, timeout_s, on_change)

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
        """Cancel a queued or running job, and return it."""
        return self._job("DELETE", f"/v1/jobs/{job_id}")

    def retry(self, job_id: str) -> Job:
        """Run a failed or canceled job again, and return it."""
        return self._job("POST", f"/v1/jobs/{job_id}/retry")

    def delete(self, job_id: str) -> None:
        """Delete a finished job and its outputs, at once and for good."""
        send_request(self._http, "POST", f"/v1/jobs/{job_id}/delete")

    # ---- outputs

    def outputs(self, job_id: str) -> Iterator[Output]:
        """Yield the outputs of a job. There are none until the job is DONE."""
        return self._pages(f"/v1/jobs/{job_id}/outputs", {})

    def save(self, job_id: str, folder: Path) -> list[Path]:
        """Save every output under its name in `folder`, and return the files. Existing files are replaced."""

        def renew(output: Output) -> str:
            return next((each["url"] for each in self.outputs(job_id) if each["name"] == output["name"]), "")

        return save(self._store, self.outputs(job_id), folder, renew)

    # ---- kept models

    def models(self) -> list[Model]:
        """Return the names under which models are kept."""
        return list(self._json("GET", "/v1/models")["items"])

    def model_versions(self, name: str) -> list[ModelVersion]:
        """Return the versions of a kept model, newest first."""
        return list(self._json("GET", f"/v1/models/{name}")["versions"])

    def keep(self, job_id: str, name: str) -> ModelVersion:
        """Keep the model of a DONE job under a name, and return the version. A job is kept once."""
        kept: ModelVersion = self._json("POST", f"/v1/models/{name}/versions", json={"job_id": job_id})
        return kept

    def delete_model(self, name: str, version: int) -> None:
        """Delete a version of a kept model."""
        send_request(self._http, "DELETE", f"/v1/models/{name}/versions/{version}")

    # ---- the stack

    def tasks(self) -> list[Task]:
        """Return the tasks."""
        return list(self._json("GET", "/v1/tasks")["items"])

    def queues(self) -> list[Queue]:
        """Return the queues. The key needs the scope `operate`."""
        return list(self._json("GET", "/v1/queues")["items"])

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

    # ---- requests

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return parse_json(self._http, send_request(self._http, method, path, **options))

    def _job(self, method: str, path: str, **options: Any) -> Job:
        job: Job = self._json(method, path, **options)
        return job

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            here = {**query, "limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})}
            page = self._json("GET", path, params=here)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return


def _media_type(file: Path) -> str | None:
    return mimetypes.guess_type(file.name)[0]


def _to_query(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
