"""The manifest: the list of a job's outputs. An object, because a table item has no room for thousands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from heavylift.errors import NotFound
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import manifest_key, output_key
from heavylift.ports.objects import ObjectStore, StoredObject


@dataclass(frozen=True)
class Output:
    name: str
    media_type: str
    bytes: int

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Return a stored output. Fields of a newer release are ignored."""
        return cls(**{each.name: entry[each.name] for each in fields(cls)})


def store_manifest(objects: ObjectStore, job_id: str, fence: int, outputs: list[Output]) -> dict[str, Any]:
    """Store the manifest. Return its summary for the record: `{"manifest": key, "count": n, "bytes": n}`."""
    key = manifest_key(job_id, fence)
    body = json.dumps([asdict(output) for output in outputs], separators=(",", ":")).encode()
    objects.put(key, body, "application/json")
    return {"manifest": key, "count": len(outputs), "bytes": sum(output.bytes for output in outputs)}


def load_manifest(objects: ObjectStore, job: Job) -> list[Output]:
    """Return the outputs of a DONE job in order; an empty list for any other job."""
    return read_manifest(objects, job.outputs["manifest"]) if job.outputs else []


def read_manifest(objects: ObjectStore, key: str) -> list[Output]:
    """Return the outputs that the manifest `key` lists. Raises NotFound."""
    return [Output.of(entry) for entry in json.loads(objects.read(key))]


def find_output(objects: ObjectStore, job: Job, name: str) -> StoredObject:
    """Return the job's output called `name`. Raises NotFound."""
    for output in load_manifest(objects, job):
        if output.name == name:
            return StoredObject(output_key(job.id, output.name), output.bytes, output.media_type)
    raise NotFound(f"The job {job.id} has no output {name!r}.")
