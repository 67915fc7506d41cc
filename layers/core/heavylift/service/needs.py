"""What a submitted job needs: its input and what its params refer to, found or still to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heavylift.errors import Conflict
from heavylift.job_store.sealed import store_params
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import deliver_key, later_folder, reference_key
from heavylift.ports.objects import ObjectChanged
from heavylift.ports.system import System
from heavylift.service.inputs import Input, KeptInput
from heavylift.service.references import Found, Want, WantAll
from heavylift.service.remote import FromUrl
from heavylift.service.submission import Submission


@dataclass(frozen=True)
class Needs:
    input: dict[str, Any] | Want | None
    references: Mapping[str, Found]
    """By param."""

    @property
    def found_input(self) -> dict[str, Any] | None:
        return None if isinstance(self.input, Want) else self.input

    @property
    def wants(self) -> list[dict[str, Any]]:
        """What is still to be made, as the job's record stores it."""
        # Nothing is stored as an empty string: earlier releases of DynamoDB Local refuse it.
        wants = []
        if isinstance(self.input, Want):
            wants.append({"job": self.input.job.id, "output": self.input.output})
        for param, want in self.references.items():
            if isinstance(want, Want):
                wants.append({"at": param, "job": want.job.id, "output": want.output})
            if isinstance(want, WantAll):
                wants += [{"at": param, "job": job.id} for job in want.jobs]
        return wants

    @property
    def wanted_jobs(self) -> list[Job]:
        """The jobs that have not ended and make what it needs."""
        wants = [self.input, *self.references.values()]
        ones = [want.job for want in wants if isinstance(want, Want)]
        of_all = [job for want in wants if isinstance(want, WantAll) for job in want.jobs if not job.ended]
        return [*ones, *of_all]

    @property
    def found_references(self) -> dict[str, dict[str, Any]]:
        return {param: each for param, each in self.references.items() if isinstance(each, dict)}

    def references_of(self, job_id: str, *, far: bool) -> dict[str, dict[str, Any]]:
        """Return the references for the job's record. Those of a job that runs much later are copies.

        All outputs of other jobs are not copied: the job fails if they are gone by then.
        """
        found = self.found_references
        if not far:
            return found
        copies = {param for param, each in found.items() if "key" in each}
        return found | {param: {**found[param], "key": reference_key(job_id, param)} for param in copies}


def store_objects(
    system: System, submission: Submission, job: Job, params: dict[str, Any], needs: Needs
) -> None:
    """Store what the record of the job will refer to. Raises Refused if it has changed or is gone."""
    given = submission.input
    if isinstance(given, bytes) and job.input:
        system.objects.put(job.input["key"], given, job.input["media_type"])
    if isinstance(given, KeptInput) and job.input:
        system.objects.copy(given.key, job.input["key"])
    if job.sealed:
        source = given.to_source() if isinstance(given, FromUrl) else None
        store_params(system.objects, job.sealed, params, source)
    if submission.deliver is not None:
        key = deliver_key(job.id, far=bool(job.far))
        system.objects.put(key, submission.deliver.to_json(), "application/json")
    if job.callback_headers:
        store_params(system.objects, job.callback_headers, submission.callback.headers)
    if job.far:
        _copy_needs(system, job, needs)


def _copy_needs(system: System, job: Job, needs: Needs) -> None:
    found, kept = needs.found_references, job.references or {}
    copies = [(each, kept[param]["key"]) for param, each in found.items() if "key" in each]
    if job.input and needs.found_input and needs.found_input["key"]:
        copies.append((needs.found_input, job.input["key"]))
    for source, key in copies:
        try:
            system.objects.copy(source["key"], key, etag=source.get("etag"))
        except ObjectChanged:
            raise Conflict("The upload changed while it was copied; submit the job again.") from None


def delete_objects(system: System, given: Input, job: Job) -> None:
    """Delete what was stored for a job that does not exist.

    Call it only if the job was certainly not created: after an unclear error the job may exist.
    """
    if job.far:
        system.objects.delete_below(later_folder(job.id))
        return
    if isinstance(given, bytes | KeptInput) and job.input:
        system.objects.delete(job.input["key"])
    for key in (job.sealed, job.callback_headers, deliver_key(job.id) if job.deliver_url else None):
        if key:
            system.objects.delete(key)
