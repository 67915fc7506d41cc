"""Submit a batch: check what can be checked at once, then submit a job of the task `batch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from heavylift.errors import InvalidRequest, Refused
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.ports.system import System
from heavylift.service.batches.check import THREADS, check_item
from heavylift.service.batches.items import BatchItem, write_lines
from heavylift.service.inputs import Upload
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.redact import has_secrets
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec

SHOWN_FAULTS = 20


@dataclass(frozen=True)
class NewBatch:
    task: str
    params: Mapping[str, Any]
    """What the params of the jobs have in common."""
    items: Sequence[BatchItem]
    manifest: str
    """The id of an upload with the items, as JSON lines; empty if `items` holds them."""
    lane: str
    on_failure: str
    on_invalid: str


def submit_batch(system: System, batch: NewBatch, submission: Submission) -> Job:
    """Create the batch and return it. `submission`: whose it is, its labels, its callback and its key.

    Raises Refused, with nothing left behind. Items in the request are checked now, those of a manifest by
    the worker.
    """
    spec = spec_of(batch.task)
    if spec.name == BATCH_TASK:
        raise InvalidRequest.at("/task", "The jobs of a batch are not batches.")
    common, items = batch.params, batch.items
    if has_secrets(spec, common):
        if batch.manifest:
            raise InvalidRequest.at("/params", "A secret param stands in the lines of the manifest.")
        # The params of a batch are in its record; secret ones are not.
        items = [item.model_copy(update={"params": {**common, **item.params}}) for item in items]
        common = {}
    if not batch.manifest and batch.on_invalid == "fail":
        _check_all(system, spec, submission.tenant, common, items)
    params = {
        "task": spec.name,
        "params": dict(common),
        "lane": batch.lane,
        "on_failure": batch.on_failure,
        "on_invalid": batch.on_invalid,
    }
    given = Upload(batch.manifest) if batch.manifest else write_lines(items)
    return submit(system, replace(submission, task=BATCH_TASK, params=params, input=given))


def _check_all(
    system: System, spec: TaskSpec, tenant: str, common: Mapping[str, Any], items: Sequence[BatchItem]
) -> None:
    """Raise InvalidRequest with the faults of items, or the first refusal of another kind with its number."""

    def check(numbered: tuple[int, BatchItem]) -> Refused | None:
        number, item = numbered
        try:
            check_item(system, spec, tenant, common, number, item)
        except Refused as refused:
            return refused
        return None

    with ThreadPoolExecutor(THREADS) as pool:
        refusals = list(pool.map(check, enumerate(items, 1)))
    faults = [
        {**fault, "pointer": f"/items/{at}{fault['pointer']}"}
        for at, refused in enumerate(refusals)
        if isinstance(refused, InvalidRequest)
        for fault in refused.faults
    ]
    if faults:
        raise InvalidRequest("Items of the batch do not fit its task.", faults[:SHOWN_FAULTS])  # type: ignore[arg-type]
    for number, refused in enumerate(refusals, 1):
        if refused is not None:
            raise type(refused)(f"Item {number}: {refused.detail}")
