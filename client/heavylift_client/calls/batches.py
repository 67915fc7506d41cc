"""The calls of batches: many jobs of one task, submitted and followed together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from heavylift_client.batch import OnBatch, SubmittedBatch
from heavylift_client.calls.base import PAGE_SIZE
from heavylift_client.calls.jobs import JobCalls
from heavylift_client.calls.outputs import OutputCalls
from heavylift_client.follow import follow
from heavylift_client.new_batch import NewBatch
from heavylift_client.types import Batch, BatchOutputs, Job

JOBS_OF_OUTPUTS = 20


class BatchCalls(JobCalls, OutputCalls):
    def batch(
        self,
        task: str,
        *,
        params: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        on_sent: Callable[[int], None] | None = None,
        **more: Any,
    ) -> NewBatch:
        """Return a batch to add items to, in a `with` block. The end of the block submits it.

        `params` are those that the jobs have in common. `on_sent` is called with the number of files that
        are uploaded.

        `more`: `on_failure`, `on_invalid`, `lane`, `callback_url`, `name`, `reference` and `tags`.
        """
        fields = {"params": dict(params or {}), **{field: value for field, value in more.items() if value}}
        return NewBatch(self, task, fields, idempotency_key, on_sent)

    def submitted_batch(self, batch_id: str) -> SubmittedBatch:
        """Return the batch with this id, to wait for it and to save its outputs. Makes no request."""
        return SubmittedBatch(self, batch_id)

    def submit_batch(self, task: str, items: Iterable[Path | Mapping[str, Any]], **options: Any) -> Batch:
        """Submit a batch and return it. `options` are those of `batch`.

        An item is a file, or what the API takes: `{"input": …, "params": …}`.
        """
        with self.batch(task, **options) as made:
            for item in items:
                if isinstance(item, Path):
                    made.add(item)
                else:
                    made.add_item(item)
        return made.state()

    def post_batch(self, body: Mapping[str, Any], idempotency_key: str) -> Batch:
        """Submit a batch whose files are uploaded, in the form that the API takes."""
        headers = {"Idempotency-Key": idempotency_key}
        batch: Batch = self._json("POST", "/v1/batches", json=body, headers=headers)
        return batch

    def get_batch(self, batch_id: str, *, wait_s: int = 0) -> Batch:
        """Return the batch as it is now, or once it has ended within `wait_s`, at most 25."""
        headers = {"Prefer": f"wait={wait_s}"} if wait_s else {}
        batch: Batch = self._json("GET", f"/v1/batches/{batch_id}", headers=headers)
        return batch

    def wait_for_batch(
        self, batch_id: str, *, timeout_s: float | None = None, on_change: OnBatch | None = None
    ) -> Batch:
        """Wait until the batch has ended, and return it. Raises StillRunning after `timeout_s`."""
        batch: Batch = follow(self._http, f"/v1/batches/{batch_id}", timeout_s, on_change)
        return batch

    def batch_jobs(self, batch_id: str, *, status: str | None = None) -> Iterator[Job]:
        """Yield the jobs of a batch in the order of its items."""
        return self._pages(f"/v1/batches/{batch_id}/jobs", {"status": status} if status else {})

    def batch_page(self, batch_id: str, cursor: str | None) -> dict[str, Any]:
        """Return a page of a batch's jobs, `items`, and the cursor of the `next` one."""
        query = {"limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})}
        page: dict[str, Any] = self._json("GET", f"/v1/batches/{batch_id}/jobs", params=query)
        return page

    def batch_outputs(self, batch_id: str) -> Iterator[BatchOutputs]:
        """Yield what each DONE job of a batch has made, in the order of its items."""
        return self._pages(f"/v1/batches/{batch_id}/outputs", {}, limit=JOBS_OF_OUTPUTS)
