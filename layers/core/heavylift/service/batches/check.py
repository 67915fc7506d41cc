"""Check every item of a batch before any job is made, and store what is right.

The stored items hold all that a job's record needs. So the jobs are made without another look at their
inputs, and a repeated attempt makes the same jobs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from heavylift.errors import Conflict, InvalidItems, InvalidRequest, NotFound, Refused
from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.jobs.object_keys import later_folder
from heavylift.ports.system import System
from heavylift.service.batches.items import MANIFEST, MAX_ITEMS, BatchItem, describe_faults, read_lines
from heavylift.service.inputs import check_input
from heavylift.service.models import resolve_models
from heavylift.service.needs import Needs
from heavylift.service.references import check_references
from heavylift.service.remote import FromUrl
from heavylift.service.submit import validate_params
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext

THREADS = 16
CHUNK = 320
SHOWN_FAULTS = 20
"""How many refused items a result names."""


@dataclass(frozen=True)
class Checked:
    """An item that fits its task."""

    number: int
    """The item's number, or its line in the manifest; from 1."""
    params: dict[str, Any]
    input: dict[str, Any] | None
    references: dict[str, dict[str, Any]] | None
    name: str | None
    reference: str | None
    file_name: str | None
    source: dict[str, Any] | None = None
    """Of an input at a url: `{"url", "headers"}`, which the record does not show."""


@dataclass
class Summary:
    """What came of the check."""

    count: int = 0
    refused: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    """The first refused items: `{"number", "detail"}`."""

    def refuse(self, number: int, detail: str) -> None:
        self.refused += 1
        if len(self.faults) < SHOWN_FAULTS:
            self.faults.append({"number": number, "detail": detail[:300]})


def items_key(batch_id: str) -> str:
    return f"{later_folder(batch_id)}items.jsonl"


def summary_key(batch_id: str) -> str:
    return f"{later_folder(batch_id)}items.json"


def check_item(
    system: System, spec: TaskSpec, tenant: str, common: Mapping[str, Any], number: int, item: BatchItem
) -> Checked:
    """Return the item with its params, input and references resolved. Raises Refused."""
    params = validate_params(spec, {**common, **item.params})
    given = item.input.resolve() if item.input else None
    needs = Needs(
        check_input(system, spec, tenant, given),
        check_references(system, spec, tenant, params),
    )
    if waits := needs.wanted_jobs:
        raise Conflict(f"The job {waits[0].id} has not ended. Submit the batch once it has.")
    params, models = resolve_models(system, spec, tenant, params)
    file_name = item.file_name or (item.input.output if item.input else "") or None
    named = (item.name, item.reference, file_name)
    found = {**needs.found_references, **models}
    source = given.to_source() if isinstance(given, FromUrl) else None
    return Checked(number, params, needs.found_input, found or None, *named, source)


def check_items(system: System, batch: Job, work: JobContext[Any]) -> Summary:
    """Check the lines of the manifest, store the items that fit, and return the summary, which is stored too.

    Raises InvalidItems if an item does not fit, unless the batch skips such items, or if none is left, or if
    there are too many. Raises Interrupted.
    """
    spec, summary = _spec_of(batch), Summary()
    checked = work.directory / "checked"
    with work.input.open("rb") as lines, checked.open("w") as out:
        for number, result in _check_all(system, batch, spec, lines):
            work.look()
            if isinstance(result, str):
                summary.refuse(number, result)
                continue
            summary.count += 1
            if summary.count > MAX_ITEMS:
                raise InvalidItems(f"A batch has at most {MAX_ITEMS:,} items.")
            out.write(json.dumps(asdict(result)) + "\n")
    _judge(batch, summary)
    system.objects.put(items_key(batch.id), checked, MANIFEST)
    system.objects.put(summary_key(batch.id), json.dumps(asdict(summary)).encode(), "application/json")
    return summary


def load_summary(system: System, batch: Job) -> Summary | None:
    """Return the summary of the check, or None if the items are not checked yet."""
    try:
        return Summary(**json.loads(system.objects.read(summary_key(batch.id))))
    except NotFound:
        return None


def read_items(file: Path) -> Iterator[Checked]:
    """Yield the stored items in order."""
    with file.open() as lines:
        for line in lines:
            yield Checked(**json.loads(line))


def _spec_of(batch: Job) -> TaskSpec:
    try:
        spec = spec_of(batch.params["task"])
    except NotFound as missing:
        raise InvalidItems(missing.detail) from None
    if spec.name == BATCH_TASK:
        raise InvalidItems("The jobs of a batch are not batches.")
    return spec


def _check_all(
    system: System, batch: Job, spec: TaskSpec, lines: Iterable[bytes]
) -> Iterator[tuple[int, Checked | str]]:
    """Yield each item's number, and what it is, or why it does not fit, in order."""

    def check(numbered: tuple[int, BatchItem | str]) -> tuple[int, Checked | str]:
        number, item = numbered
        if isinstance(item, str):
            return number, item
        try:
            return number, check_item(system, spec, batch.tenant, batch.params["params"], number, item)
        except InvalidRequest as refused:
            return number, describe_faults(refused.faults) or refused.detail
        except Refused as refused:
            return number, refused.detail

    given = read_lines(lines)
    with ThreadPoolExecutor(THREADS) as pool:
        while chunk := list(islice(given, CHUNK)):
            yield from pool.map(check, chunk)


def _judge(batch: Job, summary: Summary) -> None:
    if summary.refused and batch.params["on_invalid"] == "fail":
        named = "; ".join(f"item {each['number']}: {each['detail']}" for each in summary.faults[:5])
        raise InvalidItems(
            f"{summary.refused} of {summary.count + summary.refused} items do not fit. {named}"
        )
    if not summary.count:
        raise InvalidItems("The batch has no item that fits its task.")
