"""The calls of batches: many jobs of one task, submitted and followed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from heavylift_client.calls.uploads import UploadCalls
from heavylift_client.follow import follow
from heavylift_client.types import Batch, Job


class BatchCalls(UploadCalls):
    def submit_batch(
        self,
        task: str,
        items: Iterable[Path | Mapping[str, Any]],
        *,
        params: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Batch:
        """Submit a batch of at most 1,000 items and return it.

        An item is a file, which is uploaded, or what the API takes: `{"input": …, "params": …, "name": …}`.
        `more`: `on_failure`, `on_invalid`, `callback_url`, `name`, `reference` and `tags`.
        """
        given = [self._upload_item(task, item) if isinstance(item, Path) else dict(item) for item in items]
        body = {"task": task, "params": dict(params or {}), "items": given}
        body |= {field: value for field, value in more.items() if value}
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        batch: Batch = self._json("POST", "/v1/batches", json=body, headers=headers)
        return batch

    def batch(self, batch_id: str, *, wait_s: int = 0) -> Batch:
        """Return the batch as it is now, or once it has ended within `wait_s`, at most 25."""
        headers = {"Prefer": f"wait={wait_s}"} if wait_s else {}
        batch: Batch = self._json("GET", f"/v1/batches/{batch_id}", headers=headers)
        return batch

    def wait_for_batch(self, batch_id: str, *, timeout_s: float | None = None) -> Batch:
        """Wait until the batch has ended, and return it. Raises StillRunning after `timeout_s`."""
        batch: Batch = follow(self._http, f"/v1/batches/{batch_id}", timeout_s)
        return batch

    def batch_jobs(self, batch_id: str, *, status: str | None = None) -> Iterator[Job]:
        """Yield the jobs of a batch in the order of its items."""
        return self._pages(f"/v1/batches/{batch_id}/jobs", {"status": status} if status else {})

    def _upload_item(self, task: str, file: Path) -> dict[str, Any]:
        return {"input": {"upload_id": self.upload(task, file)}, "file_name": file.name}
