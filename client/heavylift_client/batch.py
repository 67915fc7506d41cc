"""A batch that is submitted: wait for it, look at its jobs as they end, save what they made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from heavylift_client.follow_batch import follow_batch
from heavylift_client.item_names import ItemNames
from heavylift_client.types import Batch, BatchOutputs, Job

if TYPE_CHECKING:
    from heavylift_client.calls.batches import BatchCalls

OnBatch = Callable[[Batch], None]


class SubmittedBatch:
    """Iterate over it for its jobs, in the order of their items."""

    def __init__(self, client: BatchCalls, batch_id: str) -> None:
        self._client = client
        self._id = batch_id
        self._names = ItemNames()

    @property
    def id(self) -> str:
        return self._id

    def state(self) -> Batch:
        """Return the batch as it is now, with the counts of its jobs."""
        return self._client.get_batch(self.id)

    def wait(self, *, timeout_s: float | None = None, on_change: OnBatch | None = None) -> Batch:
        """Wait until the batch has ended, and return it. Raises StillRunning after `timeout_s`."""
        return self._client.wait_for_batch(self.id, timeout_s=timeout_s, on_change=on_change)

    def __iter__(self) -> Iterator[Job]:
        for job in self._client.batch_jobs(self.id):
            self._names.name_of(job)  # in this order a name is always the same
            yield job

    def jobs(self, *, status: str | None = None) -> Iterator[Job]:
        """Yield its jobs, in the order of their items; with `status` only those."""
        return (job for job in self if status in (None, job["status"]))

    def as_completed(
        self, *, timeout_s: float | None = None, on_change: OnBatch | None = None
    ) -> Iterator[Job]:
        """Yield each job once it has ended, failed ones too. A long result is there, the log is not.

        `on_change` is called with the batch now and then. Raises StillRunning after `timeout_s`, and
        JobFailed if the batch has failed before any job was made.
        """
        return follow_batch(self._client, self.id, timeout_s, on_change, self._names.name_of)

    def outputs(self) -> Iterator[BatchOutputs]:
        """Yield what each DONE job has made, in the order of the items."""
        return self._client.batch_outputs(self.id)

    def name_of(self, job: Job) -> str:
        """Return the name of the job's folder: its item's name, that of its file, or its number."""
        return self._names.name_of(job)

    def save(self, folder: Path) -> dict[str, list[Path]]:
        """Save the outputs of each DONE job in a folder of its own, below `folder`. Return the files by name.

        Existing files are replaced. What is not DONE is not there: `jobs` says which that is.
        """
        return {self.name_of(job): self.save_job(job, folder) for job in self.jobs(status="DONE")}

    def save_job(self, job: Job, folder: Path) -> list[Path]:
        """Save the outputs of one of its jobs as `save` does, and return the files."""
        return self._client.save(job["id"], folder / self.name_of(job))

    def save_zip(
        self, file: Path, *, timeout_s: float | None = None, on_change: Callable[[Job], None] | None = None
    ) -> Path:
        """Save what all DONE jobs of the ended batch have made as one zip, and return the file.

        It has the folders of `save`, and `missing.csv` if something is not DONE. The options are those of
        `Heavylift.save_zip`.
        """
        return self._client.save_zip(self.id, file, timeout_s=timeout_s, on_change=on_change)

    def cancel(self) -> None:
        """Cancel the batch with all of its jobs that have not ended."""
        self._client.cancel(self.id)

    def retry(self) -> None:
        """Run again what failed or was canceled, once the batch has ended."""
        self._client.retry(self.id)
