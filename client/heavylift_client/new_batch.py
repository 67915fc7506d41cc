"""A batch that is put together: its files are uploaded meanwhile, and the end of the block submits it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from heavylift_client.batch import SubmittedBatch
from heavylift_client.errors import ClientError
from heavylift_client.upload_pool import UploadPool

if TYPE_CHECKING:
    from heavylift_client.calls.batches import BatchCalls

MAX_INLINE_ITEMS = 1000
MAX_INLINE_BYTES = 4_000_000
"""Of the items of one request. Those of a larger batch are a manifest: an upload with a line for each."""
MANIFEST_TASK = "batch"


class NewBatch(SubmittedBatch):
    """Add the items in a `with` block. At its end the batch is submitted; if it raises, nothing is.

    Files that were uploaded in a block that raised expire by themselves.
    """

    def __init__(
        self,
        client: BatchCalls,
        task: str,
        fields: Mapping[str, Any],
        idempotency_key: str | None,
        on_sent: Callable[[int], None] | None,
    ) -> None:
        super().__init__(client, "")
        self._task = task
        self._fields = fields
        self._key = idempotency_key or str(uuid4())
        self._items: list[dict[str, Any]] = []
        self._uploads: dict[int, Future[str]] = {}
        self._pool = UploadPool(on_sent)
        self.is_asked_for = False
        """Whether the API was asked to make the batch. Until then there is none."""

    @property
    def id(self) -> str:
        """The batch's id. Raises ClientError before the end of the block."""
        if not self._id:
            raise ClientError("The batch is not submitted yet: the end of its block does that")
        return self._id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.submit()
        else:
            self._pool.close(wait=False)

    def __len__(self) -> int:
        return len(self._items)

    def add(
        self,
        source: Path | str | bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        name: str | None = None,
        reference: str | None = None,
        file_name: str | None = None,
        headers: Mapping[str, str] | None = None,
        output_of: tuple[str, str] | None = None,
    ) -> None:
        """Add an item. Its `params` are added to those of the batch; `name` is what people call its job.

        Its input is `source`: a file, its content, or a URL, which the worker fetches, with these `headers`.
        Or it is `output_of`: the id of a job and the name of its output. A file is uploaded at once, a few at
        a time. Raises what an earlier upload has raised.
        """
        if isinstance(source, str) and "://" not in source:
            source = Path(source)
        item: dict[str, Any] = {"params": dict(params or {}), "name": name, "reference": reference}
        if isinstance(source, str):
            item["input"] = {"url": source, **({"headers": dict(headers)} if headers else {})}
        elif source is not None:
            file_name = file_name or (source.name if isinstance(source, Path) else name)
            send = partial(self._client.upload, self._task, source, name=file_name)
            self._uploads[len(self._items)] = self._pool.start(send)
        elif output_of is not None:
            item["input"] = {"job_id": output_of[0], "output": output_of[1]}
        self.add_item({**item, "file_name": file_name})

    def add_item(self, item: Mapping[str, Any]) -> None:
        """Add an item as the API takes it: `{"input": …, "params": …, "name": …}`."""
        self._items.append({field: value for field, value in item.items() if value})

    def submit(self) -> None:
        """Wait for the uploads and submit the batch. The end of the block does it. Raises what they raise."""
        try:
            for position, upload in self._uploads.items():
                self._items[position]["input"] = {"upload_id": upload.result()}
        except BaseException:
            self._pool.close(wait=False)
            raise
        self._pool.close(wait=True)
        body = {"task": self._task, **self._fields, **self._list_items()}
        self.is_asked_for = True
        made = self._client.post_batch(body, self._key)
        self._id = made["id"]

    def _list_items(self) -> dict[str, Any]:
        """Return the items as a field of the request, or the upload that holds them."""
        lines = "".join(f"{json.dumps(item)}\n" for item in self._items).encode()
        if len(self._items) <= MAX_INLINE_ITEMS and len(lines) <= MAX_INLINE_BYTES:
            return {"items": self._items}
        with tempfile.TemporaryDirectory() as folder:
            manifest = Path(folder) / "manifest.jsonl"
            manifest.write_bytes(lines)
            return {"manifest": {"upload_id": self._client.upload(MANIFEST_TASK, manifest)}}
