"""The calls of outputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from heavylift_client.calls.base import Calls
from heavylift_client.downloads import save
from heavylift_client.types import Output


class OutputCalls(Calls):
    def outputs(self, job_id: str) -> Iterator[Output]:
        """Yield the outputs of a job. There are none until the job is DONE."""
        return self._pages(f"/v1/jobs/{job_id}/outputs", {})

    def save(self, job_id: str, folder: Path) -> list[Path]:
        """Save every output under its name in `folder`, and return the files. Existing files are replaced."""

        def renew(output: Output) -> str:
            return next((each["url"] for each in self.outputs(job_id) if each["name"] == output["name"]), "")

        return save(self._store, self.outputs(job_id), folder, renew)
