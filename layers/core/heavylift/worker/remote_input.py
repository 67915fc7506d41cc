"""Fetch an input at a url, once: the copy in the store serves later attempts and all parts.

The copy's key has the claim's fence, and the record names the copy by a write that the fence guards. So a
worker whose lease was lost can't change the input under the one that holds the job now.
"""

from __future__ import annotations

import logging
from typing import Any

from heavylift.errors import InputNotAccepted
from heavylift.job_store.sealed import load_source
from heavylift.jobs import transitions
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import fetched_key
from heavylift.outbound.connection import Dialer
from heavylift.outbound.fetch import Fetch, fetch
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.tasks.spec import SNIFF_BYTES, TaskSpec
from heavylift.worker.completion import to_interruption
from heavylift.worker.context import AttemptContext

log = logging.getLogger(__name__)

FETCH_S = 300.0
"""The longest time that a fetch may take."""
MAX_BYTES = 512 * 1024 * 1024
"""The largest file, if the task has no limit."""


def is_remote(job: Job) -> bool:
    """Return whether the job's input is at a url, and no worker has stored it yet."""
    return job.input is not None and "url" in job.input and "bytes" not in job.input


def fetch_input(
    system: System, job: Job, spec: TaskSpec, work: AttemptContext, dialer: Dialer | None
) -> None:
    """Fetch the job's input, store it, and record it. `job` is as claimed.

    Raises the errors of `outbound.fetch`, and Canceled or LeaseLost if the work is not wanted any more.
    """
    source, path = load_source(system.objects, job), work.directory / "input"
    wanted = Fetch(
        url=source["url"],
        headers=source["headers"],
        max_bytes=int(spec.limits.get("max_bytes", MAX_BYTES)),
        # Half of what is left: the task needs the rest.
        seconds=max(1.0, min(FETCH_S, work.remaining() / 2)),
        look=work.look,
    )
    size = fetch(dialer or Dialer(private=system.settings.private_callbacks), wanted, path)
    with path.open("rb") as file:
        media_type = spec.sniff(file.read(SNIFF_BYTES))
    if media_type is None:
        what = "has an unknown format" if size else "is empty"
        raise InputNotAccepted(f"The file {what}; {spec.name} takes {', '.join(spec.accepts)}.")
    key = fetched_key(job.id, job.fence)
    system.objects.put(key, path, media_type)
    found: dict[str, Any] = {**(job.input or {}), "key": key, "bytes": size, "media_type": media_type}
    try:
        system.table.update(transitions.set_input(job.key, job.fence, found=found, now=system.clock.now()))
    except ConditionFailed as refused:
        raise to_interruption(refused) from None
    work.take_input(found, path)
    log.info("the input is fetched", extra={"bytes": size, "media_type": media_type})
