"""One attempt at a job or part, as its task sees it: the `JobContext` of `tasks/task.py`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from heavylift.errors import InputChanged, InputMissing, InvalidInput, NotFound
from heavylift.job_store.manifest import Output
from heavylift.jobs import transitions
from heavylift.jobs.job import Claimable, Job, Part, job_key
from heavylift.jobs.object_keys import output_key
from heavylift.ports.objects import ObjectChanged
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Item
from heavylift.tasks.sources import SourceJob
from heavylift.tasks.spec import Params
from heavylift.worker.completion import to_interruption
from heavylift.worker.input_cache import InputCache, is_disk_full
from heavylift.worker.notes import AttemptNotes
from heavylift.worker.sources import load_sources
from heavylift.worker.work_folder import get_work_folder

LOOK_EVERY_S = 1.0
"""The shortest time between two looks at the record; a cancellation is noticed at the next one."""
WRITE_EVERY_S = 2.0
"""The shortest time between two writes of progress. A write is a look, too, and costs several reads."""
CHEAP_CHARS = 4000
"""Characters of params and log up to which `WRITE_EVERY_S` holds. Each write costs units for the whole
record, in the table and in its indexes, so a longer record is written less often in proportion."""
RESERVE_S = 4.0
"""Time of the invocation that is reserved for storing outputs and finishing the job."""


class AttemptContext:
    """A context manager: leaving it removes the scratch folder."""

    def __init__(
        self,
        system: System,
        inputs: InputCache,
        job: Job,
        unit: Claimable,
        params: Params,
        ends_at: float,
        notes: AttemptNotes,
    ) -> None:
        self._system = system
        self._inputs = inputs
        self._job = job
        self._unit = unit
        self._ends_at = ends_at
        self._notes = notes
        self._looked_at = 0.0
        self._wrote_at = system.clock.now()
        self._params_chars = len(json.dumps(job.params))
        self._written: tuple[int, int] | None = None
        self._directory: Path | None = None
        self._sources: dict[str, list[SourceJob]] = {}
        self.params: Any = params
        self.outputs: dict[str, Output] = {}
        self.done = 0
        self.total = 0

    def __enter__(self) -> Self:
        self._inputs.admit(self._job.tenant)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
        if is_disk_full(error):
            self._inputs.clear_unused()  # earlier jobs' files take no room from the next attempt

    @property
    def job_id(self) -> str:
        return self._job.id

    @property
    def attempt(self) -> int:
        return self._unit.attempt

    @property
    def has_input(self) -> bool:
        return self._job.input is not None

    @property
    def input(self) -> Path:
        if self._job.input is None:
            raise RuntimeError(f"the task {self._job.task} reads its input, but the job has none")
        try:
            return self._inputs.fetch(
                self._system.objects, self._job.input["key"], self._job.input.get("etag")
            )
        except NotFound:
            raise InputMissing(
                "The input was deleted before the job read it, or has expired; "
                "submit the job again with its file."
            ) from None
        except ObjectChanged:
            raise InputChanged(
                "The upload holds another file than when the job was submitted; submit the job again."
            ) from None

    def take_input(self, found: dict[str, Any], path: Path) -> None:
        """Use an input that was fetched for this attempt, and stored as the record's."""
        self._job = replace(self._job, input=found)
        self._inputs.adopt(found["key"], path)

    def reference(self, param: str) -> Path:
        key = (self._job.references or {})[param]["key"]
        try:
            return self._inputs.fetch(self._system.objects, key)
        except NotFound:
            raise InvalidInput(f"The output that the param {param} refers to no longer exists.") from None

    def sources(self, param: str) -> list[SourceJob]:
        if param not in self._sources:
            self._sources[param] = load_sources(self._system, self._job, param)
        return self._sources[param]

    @property
    def directory(self) -> Path:
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix=f"{self._job.id}-", dir=get_work_folder()))
        return self._directory

    def remaining(self) -> float:
        return self._ends_at - RESERVE_S - self._system.clock.now()

    def publish(self, name: str, source: Path, media_type: str) -> None:
        self._system.objects.put(output_key(self._job.id, name), source, media_type)
        self.outputs[name] = Output(name, media_type, source.stat().st_size)

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        size = self._system.objects.put_chunks(output_key(self._job.id, name), pieces, media_type)
        self.outputs[name] = Output(name, media_type, size)
        return size

    def fetch(self, name: str) -> Path:
        path = self.directory / name
        self._system.objects.download(output_key(self._job.id, name), path)
        return path

    def log(self, text: str) -> None:
        self._notes.log(text)

    def advance(self, units: int = 1, text: str | None = None) -> None:
        self.done += units
        if text is not None:
            self._notes.show(text)
        now = self._system.clock.now()
        # A part's progress is counted when the part is done.
        news = not isinstance(self._unit, Part) and (self.done, self.total) != self._written
        if news and now - self._wrote_at >= self._write_every():
            self._write_progress(now)
        else:
            self.look()

    def look(self) -> None:
        now = self._system.clock.now()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._look()

    def _write_every(self) -> float:
        return WRITE_EVERY_S * max(1.0, (self._params_chars + self._notes.chars) / CHEAP_CHARS)

    def _look(self) -> None:
        item = self._system.table.get(job_key(self._job.id))
        if item is not None and not Claimable.of(item).ended and self._is_ours(item):
            return
        raise to_interruption(ConditionFailed(self._job.key, item))

    def _is_ours(self, item: Item) -> bool:
        if isinstance(self._unit, Part):
            return bool(item.get("plan") == self._job.plan)
        return bool(item["fence"] == self._unit.fence)

    def _write_progress(self, now: float) -> None:
        self._looked_at = self._wrote_at = now
        self._written = (self.done, self.total)
        change = transitions.advance(
            self._unit.key, self._unit.fence, done=self.done, total=self.total, now=now
        )
        try:
            self._system.table.update(self._notes.add_to(change))
        except ConditionFailed as refused:
            raise to_interruption(refused) from None
