"""A client of the HTTP API for tests: what a user does with curl."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx

DEADLINE_S = 90.0


class Api:
    """A client that opens a connection for each call, so there is nothing to close."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60, trust_env=False, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return httpx.post(self.url + path, timeout=60, trust_env=False, **options)

    def submit(
        self, file: Path | bytes | None, task: str = "pdf-to-images", **options: Any
    ) -> httpx.Response:
        """POST /v1/jobs as a form. Takes `params` and `headers` as options."""
        data = {"task": task}
        if "params" in options:
            params = options["params"]
            data["params"] = params if isinstance(params, str) else json.dumps(params)
        content = file.read_bytes() if isinstance(file, Path) else file
        files = {"file": ("input.pdf", content, "application/pdf")} if content is not None else None
        if files is None:
            return self.post("/v1/jobs", files={k: (None, v) for k, v in data.items()})
        return self.post("/v1/jobs", data=data, files=files, headers=options.get("headers"))

    def submit_job(
        self, file: Path | bytes | None, task: str = "pdf-to-images", **options: Any
    ) -> dict[str, Any]:
        answer = self.submit(file, task, **options)
        assert answer.status_code in (200, 202), answer.text
        return dict(answer.json())

    def job(self, job_id: str, wait_s: int = 0) -> dict[str, Any]:
        headers = {"Prefer": f"wait={wait_s}"} if wait_s else {}
        answer = self.get(f"/v1/jobs/{job_id}", headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait_until_finished(self, job_id: str, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
        """Return the job once it has finished. Raises AssertionError after the deadline."""
        until = time.monotonic() + deadline_s
        while time.monotonic() < until:
            job = self.job(job_id, wait_s=10)
            if job["phase"] == "finished":
                return job
            time.sleep(0.1)  # the request is answered at once while too many others wait
        raise AssertionError(f"job {job_id} has not finished after {deadline_s} s: {job}")

    def outputs(self, job_id: str) -> list[dict[str, Any]]:
        """Return the outputs of every page of the list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            answer = self.get(f"/v1/jobs/{job_id}/outputs", params=query)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            cursor = answer.json()["next"]
            if cursor is None:
                return found

    def fetch(self, url: str) -> bytes:
        answer = httpx.get(url, timeout=60, trust_env=False, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.content
