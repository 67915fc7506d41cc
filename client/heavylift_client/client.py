"""Every call of the API, and the two ways that a file takes into it."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from httpx_retries import Retry

from heavylift_client.downloads import save
from heavylift_client.errors import JobFailed, Problem
from heavylift_client.follow import WAIT_S, follow
from heavylift_client.transport import AGAIN, answer_of, http_client
from heavylift_client.types import Job, Output, Queue, Task

FITS_A_REQUEST = 4_500_000
"""Bytes: Lambda takes 6 MB, and a file grows by a third on the way in."""
UPLOAD_S = 900.0
PAGE = 100


class Heavylift:
    """A connection to one stack; a context manager, or `close` it.

    Every call may raise Unreachable, or Problem where the API refuses.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        again: Retry = AGAIN,
    ) -> None:
        """`url`: where the API is, without /v1. `again`: how often and how patiently a call is repeated."""
        self._http = http_client(url, WAIT_S + 20, again, key=key, transport=transport)
        # A presigned url is its own permission: the store must not be sent the key.
        self._store = http_client("", UPLOAD_S, again)

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
        callback_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """A new job. Its input: a file, or `output_of`, another job's id and the name of its output.

        `idempotency_key`: the same key and request are the same job, for as long as that is kept.
        """
        wanted: dict[str, Any] = {"task": task, "params": dict(params or {})}
        if callback_url:
            wanted["callback_url"] = callback_url
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        if file is not None and file.stat().st_size <= FITS_A_REQUEST:
            form = {**wanted, "params": json.dumps(wanted["params"])}
            content = (file.name, file.read_bytes(), _media_type(file) or "application/octet-stream")
            return self._job("POST", "/v1/jobs", data=form, files={"file": content}, headers=headers)
        if file is not None:
            wanted["input"] = {"upload_id": self.upload(task, file)}
        elif output_of is not None:
            wanted["input"] = {"job_id": output_of[0], "output": output_of[1]}
        return self._job("POST", "/v1/jobs", json=wanted, headers=headers)

    def upload(self, task: str, file: Path) -> str:
        """Send a file of any size that the task allows to the store; the id to submit it by."""
        wanted = {"task": task} | ({"media_type": kind} if (kind := _media_type(file)) else {})
        form = self._json("POST", "/v1/uploads", json=wanted)
        with file.open("rb") as content:
            try:
                answer_of(self._store, "POST", form["url"], data=form["fields"], files={"file": content})
            except Problem as refused:
                told = {"title": "The store refused the upload", "detail": f"{form['max_bytes']} bytes fit"}
                raise Problem(refused.status, told) from None
        return str(form["upload_id"])

    def job(self, job_id: str) -> Job:
        return self._job("GET", f"/v1/jobs/{job_id}")

    def jobs(self, *, status: str | None = None, task: str | None = None) -> Iterator[Job]:
        """All of the tenant's, newest first; read page by page, as they are asked for."""
        chosen = {name: value for name, value in (("status", status), ("task", task)) if value}
        return self._pages("/v1/jobs", chosen)

    def wait(
        self, job_id: str, *, timeout_s: float | None = None, on_change: Callable[[Job], None] | None = None
    ) -> Job:
        """The job once it has ended, however it did; StillRunning if it has not within `timeout_s`."""
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
        """Submit (`options` are its own) and wait; JobFailed unless the job ends DONE."""
        job = self.submit(task, file, **options)
        return self.done(job["id"], timeout_s=timeout_s, on_change=on_change)

    def done(self, job_id: str, **options: Any) -> Job:
        """`wait`, and JobFailed unless the job is DONE then."""
        job = self.wait(job_id, **options)
        if job["status"] != "DONE":
            raise JobFailed(job)
        return job

    def cancel(self, job_id: str) -> Job:
        return self._job("DELETE", f"/v1/jobs/{job_id}")

    def retry(self, job_id: str) -> Job:
        return self._job("POST", f"/v1/jobs/{job_id}/retry")

    # ---- what came out

    def outputs(self, job_id: str) -> Iterator[Output]:
        return self._pages(f"/v1/jobs/{job_id}/outputs", {})

    def save(self, job_id: str, folder: Path) -> list[Path]:
        """Every output as a file of its own name in `folder`; one that is there already is replaced."""
        return save(self._store, self.outputs(job_id), folder)

    # ---- the stack

    def tasks(self) -> list[Task]:
        return list(self._json("GET", "/v1/tasks")["items"])

    def queues(self) -> list[Queue]:
        return list(self._json("GET", "/v1/queues")["items"])

    def dead_letters(self) -> Iterator[Job]:
        """Jobs that failed although they were tried again, the newest first."""
        return self._pages("/v1/dead-letters", {})

    def redrive(
        self, *job_ids: str, queue: str | None = None, task: str | None = None
    ) -> tuple[list[Job], list[dict[str, str]]]:
        """Run dead letters again, by their ids or all of a queue or task: the jobs, and what was refused."""
        chosen = {"job_ids": list(job_ids)} if job_ids else {"queue": queue, "task": task}
        wanted: dict[str, Any] = {name: value for name, value in chosen.items() if value}
        jobs: list[Job] = []
        refused: list[dict[str, str]] = []
        while True:
            answer = self._json("POST", "/v1/dead-letters/redrive", json=wanted)
            jobs += answer["jobs"]
            refused += answer["refused"]
            if answer["next"] is None:
                return jobs, refused
            wanted["cursor"] = answer["next"]

    # ---- how it is asked

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return answer_of(self._http, method, path, **options).json()

    def _job(self, method: str, path: str, **options: Any) -> Job:
        job: Job = self._json(method, path, **options)
        return job

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            here = {**query, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
            page = self._json("GET", path, params=here)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return


def _media_type(file: Path) -> str | None:
    return mimetypes.guess_type(file.name)[0]
