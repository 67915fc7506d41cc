"""Submit: validate → store the input → create the record → enqueue.

Nothing is stored before the request is valid. Once the record exists the job is accepted: if its message is
lost, the janitor sends another.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from heavylift.errors import Gone, InvalidRequest, Refused
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.load import load_job
from heavylift.job_store.sealed import mark_params, store_params
from heavylift.jobs.expiry import expiry_item
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import QUEUED, Job, job_key, new_item, open_partition, shard_of
from heavylift.jobs.label_lists import label_items
from heavylift.jobs.object_keys import callback_headers_key, input_key, sealed_key
from heavylift.jobs.transitions import CHECK_GRACE_S
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import AnyOf, Change, ConditionFailed, Create, Is, Item, Key, normalize_number
from heavylift.service.callback import check_callback
from heavylift.service.inputs import Input, OutputOf, check_input
from heavylift.service.labels import clean_file_name
from heavylift.service.listing import tenant_partition
from heavylift.service.models import resolve_models
from heavylift.service.references import check_references
from heavylift.service.submission import Submission, digest_of, stretch
from heavylift.service.time_limits import check_time_limits
from heavylift.service.validation import number_faults, validation_faults
from heavylift.tasks.redact import has_secrets
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec

log = logging.getLogger(__name__)


def submit(system: System, submission: Submission) -> Job:
    """Create the job and return it. A repeated idempotency key returns the job that it created before.

    Raises Refused, with nothing left behind, if the submission is not accepted.
    """
    spec = spec_of(submission.task)
    check_time_limits(system, spec, submission)
    params = validate_params(spec, submission.params)
    found = check_input(system, spec, submission.tenant, submission.input)
    references = check_references(system, spec, submission.tenant, params)
    params, models = resolve_models(system, spec, submission.tenant, params)
    job = _new_job(system, spec, submission, params, found, {**references, **models} or None)
    _store_objects(system, submission, job, params)
    try:
        earlier = _create(system, submission, job)
    except Refused:
        _delete_objects(system, submission.input, job)
        raise
    if earlier is not None:
        _delete_objects(system, submission.input, job)
        return earlier
    enqueue(system, job, [Message(job.id)])
    return job


def _store_objects(system: System, submission: Submission, job: Job, params: dict[str, Any]) -> None:
    """Store what the record of the job will refer to."""
    given = submission.input
    if isinstance(given, bytes) and job.input:
        system.objects.put(job.input["key"], given, job.input["media_type"])
    if job.sealed:
        store_params(system.objects, job.sealed, params)
    if job.callback_headers:
        store_params(system.objects, job.callback_headers, submission.callback.headers)


def _delete_objects(system: System, given: Input, job: Job) -> None:
    """Delete what was stored for a job that does not exist.

    Call it only if the job was certainly not created: after an unclear error the job may exist.
    """
    if isinstance(given, bytes) and job.input:
        system.objects.delete(job.input["key"])
    for key in (job.sealed, job.callback_headers):
        if key:
            system.objects.delete(key)


def validate_params(spec: TaskSpec, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the params as JSON values, with every default. Raises InvalidRequest with each fault.

    Numbers have the form in which the table returns them, so that the job's ETag does not change.
    """
    try:
        # Validate JSON strictly, as the task's schema says: neither `true` nor "200" is a number.
        valid = spec.params.model_validate_json(json.dumps(dict(params)), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults = validation_faults(found, "params", of=params)
        raise InvalidRequest(f"The params do not fit the task {spec.name}.", faults) from None
    stored = valid.model_dump()
    if faults := number_faults(stored, "params"):
        raise InvalidRequest("The params have a number that can't be stored.", faults)
    return {name: normalize_number(value) for name, value in valid.model_dump(mode="json").items()}


def _new_job(
    system: System,
    spec: TaskSpec,
    submission: Submission,
    params: dict[str, Any],
    found: dict[str, Any] | None,
    references: dict[str, dict[str, Any]] | None,
) -> Job:
    now = system.clock.now()
    job_id = new_id(now)
    secret = has_secrets(spec, params)
    callback = submission.callback
    deadline_s = submission.deadline_s or spec.deadline_s
    return Job(
        **job_key(job_id)._asdict(),
        **QUEUED._asdict(),
        id=job_id,
        tenant=submission.tenant,
        task=spec.name,
        queue=spec.queue,
        params=mark_params(spec.name, params) if secret else params,
        sealed=sealed_key(job_id) if secret else None,
        input=_input_of(submission, found, job_id) if found else None,
        name=submission.labels.name,
        reference=submission.labels.reference,
        tags=list(submission.labels.tags) or None,
        references=references,
        max_attempts=spec.max_attempts,
        created_at=now,
        updated_at=now,
        deadline=now + deadline_s,
        deadline_s=submission.deadline_s,
        expire_in=submission.expire_in,
        expires_at=int(now + deadline_s + system.settings.retention_hours * 3600),
        callback_url=check_callback(system, submission.callback_url, callback),
        callback_on=callback.ends,
        callback_headers=callback_headers_key(job_id) if callback.headers else None,
    )


def _input_of(submission: Submission, found: dict[str, Any], job_id: str) -> dict[str, Any]:
    given = submission.input
    name = given.output if isinstance(given, OutputOf) else clean_file_name(submission.labels.file_name)
    return {**found, "key": found["key"] or input_key(job_id), **({"name": name} if name else {})}


def _to_item(job: Job) -> Item:
    return {
        **new_item(job),
        "tenant_pk": tenant_partition(job.tenant),
        "open_pk": open_partition(job.task, shard_of(job.id)),
        "check_at": min(job.created_at + CHECK_GRACE_S, job.deadline),
    }


def _create(system: System, submission: Submission, job: Job) -> Job | None:
    """Create the record. Return None, or the job that this idempotency key has already created."""
    # A retry may keep the job longer than its record says now, but no longer than its objects.
    keep_until = int(system.settings.objects_live_until(job.created_at))
    beside = label_items(job, keep_until)
    if job.expire_in is not None:
        beside.append(expiry_item(job, keep_until))
    creations = [Create(_to_item(job)), *(Create(item) for item in beside)]
    if submission.idempotency_key is None:
        if len(creations) == 1:
            system.table.create(creations[0].item)
        else:
            system.table.transact(*creations)
        return None
    key = Key(f"IDEM#{submission.tenant}#{submission.idempotency_key}", "IDEM")
    digest = digest_of(submission)
    fingerprint = stretch(submission, digest) if job.sealed or job.callback_headers else digest.hex()
    remember = Change(
        key,
        # DynamoDB may take two days to remove an expired item.
        when=(AnyOf((Is("job_id", "missing"), Is("expires_at", "<=", int(job.created_at)))),),
        set={"job_id": job.id, "fingerprint": fingerprint, "expires_at": job.expires_at},
        upsert=True,
    )
    try:
        system.table.transact(*creations, remember)
    except ConditionFailed as clash:
        if clash.key != key or clash.item is None:
            raise
        if clash.item["fingerprint"] not in (fingerprint, digest.hex()):  # that of the release before
            raise InvalidRequest.at(
                "/headers/Idempotency-Key", "This Idempotency-Key was already used for another request."
            ) from None
        return _load_earlier(system, clash.item["job_id"])
    return None


def _load_earlier(system: System, job_id: str) -> Job | None:
    job = load_job(system.table, job_id)
    if job is not None and job.deleted_at is not None:
        raise Gone(f"The job {job_id} of this Idempotency-Key was deleted.")
    if job is not None and job.gone_at <= system.clock.now():
        raise Gone(f"The job {job_id} of this Idempotency-Key has expired.")
    return job
