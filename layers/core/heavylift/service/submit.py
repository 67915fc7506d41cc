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

from heavylift.errors import Conflict, Gone, InvalidRequest, NotFound, Refused, Throttled
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.sealed import mark_params
from heavylift.jobs import later
from heavylift.jobs.attachments import attach_zip
from heavylift.jobs.expiry import expiry_item
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job, job_key, new_item
from heavylift.jobs.label_lists import label_items
from heavylift.jobs.object_keys import callback_headers_key, input_key, sealed_key
from heavylift.jobs.states import SCHEDULED, Phase
from heavylift.ports.lanes import queue_of, seconds_for
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import (
    AnyOf,
    Change,
    ConditionFailed,
    Create,
    Is,
    Item,
    Write,
    normalize_number,
)
from heavylift.service.callback import check_callback
from heavylift.service.deliver import check_target
from heavylift.service.inputs import OutputOf, check_input
from heavylift.service.labels import clean_file_name
from heavylift.service.listing import tenant_partition
from heavylift.service.models import resolve_models
from heavylift.service.needs import Needs, delete_objects, store_objects
from heavylift.service.references import check_references
from heavylift.service.remote import FromUrl, name_file
from heavylift.service.repeated import find_repeated, idempotency_key, load_earlier
from heavylift.service.start import Start, plan_start
from heavylift.service.submission import Submission, digest_of, end_with, stretch
from heavylift.service.time_limits import check_time_limits
from heavylift.service.validation import number_faults, validation_faults
from heavylift.tasks.redact import has_secrets
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import TaskSpec
from heavylift.webhooks.output_delivery import new_reminder

log = logging.getLogger(__name__)

MAX_TRIES = 5
"""A job for which another is to wait may end between the read and the write."""


def submit(system: System, submission: Submission) -> Job:
    """Create the job and return it. A repeated idempotency key returns the job that it created before.

    Raises Refused, with nothing left behind, if the submission is not accepted.
    """
    try:
        return _submit(system, submission)
    except (Conflict, Gone, NotFound):
        earlier = find_repeated(system, submission)
        if earlier is None:
            raise
        return earlier


def _submit(system: System, submission: Submission) -> Job:
    for _ in range(MAX_TRIES):
        job = _try_to_submit(system, submission)
        if job is not None:
            return job
    raise Throttled("The jobs for which this one is to wait change at this moment; try again shortly.")


def _try_to_submit(system: System, submission: Submission) -> Job | None:
    """Return the job; None, with nothing left behind, if a job for which it is to wait has just ended."""
    spec = spec_of(submission.task)
    check_time_limits(system, spec, submission)
    params = validate_params(spec, submission.params)
    needs = Needs(
        check_input(system, spec, submission.tenant, submission.input),
        check_references(system, spec, submission.tenant, params),
    )
    params, models = resolve_models(system, spec, submission.tenant, params)
    check_target(submission.deliver, private=system.settings.private_callbacks)
    now = system.clock.now()
    start = plan_start(system, submission.tenant, submission.when, needs.wanted_jobs, now)
    job = new_job(system, spec, submission, params, needs, models, start, now)
    job = end_with(job, submission.zip_of)
    try:
        store_objects(system, submission, job, params, needs)
        earlier = _create(system, submission, job, start)
    except Refused:
        delete_objects(system, submission.input, job)
        raise
    except ConditionFailed as clash:
        if clash.key not in {each.key for each in start.upstream}:
            raise
        delete_objects(system, submission.input, job)
        return None
    if earlier is not None:
        delete_objects(system, submission.input, job)
        return earlier
    _send(system, job, start, now)
    return job


def _send(system: System, job: Job, start: Start, now: float) -> None:
    """Send the job's message, unless it starts much later or waits for another."""
    if job.phase == Phase.QUEUED:
        enqueue(system, job, [Message(job.id)])
    elif later.is_near(job, now):
        enqueue(system, job, [Message(job.id)], delay_s=start.latest - now)


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


def new_job(
    system: System,
    spec: TaskSpec,
    submission: Submission,
    params: dict[str, Any],
    needs: Needs,
    models: dict[str, dict[str, Any]],
    start: Start,
    now: float,
) -> Job:
    """Return the job of a checked submission: what is stored as its record."""
    job_id = submission.job_id or new_id(now)
    secret = has_secrets(spec, params) or isinstance(submission.input, FromUrl)
    callback = submission.callback
    queue = queue_of(spec.queue, submission.lane)
    deadline = start.latest + (submission.deadline_s or seconds_for(spec.deadline_s, queue))
    return Job(
        **job_key(job_id)._asdict(),
        **start.state._asdict(),
        id=job_id,
        tenant=submission.tenant,
        task=spec.name,
        queue=queue,
        params=mark_params(spec.name, params) if secret else params,
        sealed=sealed_key(job_id, far=start.far) if secret else None,
        input=_input_of(submission, needs.found_input, job_id, far=start.far),
        name=submission.labels.name,
        reference=submission.labels.reference,
        tags=list(submission.labels.tags) or None,
        references={**needs.references_of(job_id, far=start.far), **models} or None,
        max_attempts=spec.max_attempts,
        created_at=now,
        updated_at=now,
        deadline=deadline,
        deadline_s=submission.deadline_s,
        expire_in=submission.expire_in,
        expires_at=int(deadline + system.settings.retention_hours * 3600),
        callback_url=check_callback(system, submission.callback_url, callback),
        callback_on=callback.ends,
        callback_headers=callback_headers_key(job_id, far=start.far) if callback.headers else None,
        deliver_url=submission.deliver.shown_url if submission.deliver else None,
        **_wait_of(submission, needs, start),
    )


def _wait_of(submission: Submission, needs: Needs, start: Start) -> dict[str, Any]:
    """Return the fields of a job that does not start at once; none of any other job."""
    if start.state == SCHEDULED:
        return {"run_at": start.run_at, "far": start.far or None}
    if not start.after:
        return {}
    after = {"after": list(start.after), "after_any": submission.when.after_any or None}
    if not start.upstream:
        return after
    return {
        **after,
        "awaits": [job.id for job in start.upstream],
        "wants": needs.wants or None,
        "waits_until": start.latest,
        "far": start.far or None,
    }


def _input_of(
    submission: Submission, found: dict[str, Any] | None, job_id: str, *, far: bool
) -> dict[str, Any] | None:
    if found is None:
        return None
    given = submission.input
    name = given.output if isinstance(given, OutputOf) else clean_file_name(_find_file_name(submission))
    named = {"name": name} if name else {}
    if far:  # a copy of its own, which no form can change
        kept = {each: value for each, value in found.items() if each != "etag"}
        return {**kept, "key": input_key(job_id, far=True), **named}
    return {**found, "key": found["key"] or input_key(job_id), **named}


def _find_file_name(submission: Submission) -> str | None:
    given = submission.labels.file_name
    if given is None and isinstance(submission.input, FromUrl):
        return name_file(submission.input.url)
    return given


def to_item(job: Job) -> Item:
    """Return the item of a new job, with its index attributes."""
    return {
        **new_item(job),
        "tenant_pk": tenant_partition(job.tenant),
        **later.place_in_index(job, job.created_at),
    }


def _create(system: System, submission: Submission, job: Job, start: Start) -> Job | None:
    """Create the record. Return None, or the job that this idempotency key has already created.

    Raises ConditionFailed at a job for which this one is to wait, if that has ended.
    """
    # A retry may keep the job longer than its record says now, but no longer than its objects.
    keep_until = int(system.settings.objects_live_until(start.latest))
    beside = label_items(job, keep_until)
    if job.expire_in is not None:
        beside.append(expiry_item(job, keep_until))
    if job.deliver_url:
        beside.append(new_reminder(job, keep_until))
    creations: list[Write] = [
        Create(to_item(job)),
        *(Create(item) for item in beside),
        *(later.put_edge(each.id, job) for each in start.upstream),
        *(later.mark_awaited(each) for each in start.upstream),
        *([attach_zip(submission.zip_of, job.id)] if submission.zip_of else ()),
    ]
    if submission.idempotency_key is None:
        if len(creations) == 1:
            system.table.create(to_item(job))
        else:
            system.table.transact(*creations)
        return None
    key = idempotency_key(submission)
    digest = digest_of(submission)
    has_secret = job.sealed or job.callback_headers or job.deliver_url
    fingerprint = stretch(submission, digest) if has_secret else digest.hex()
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
        return load_earlier(system, clash.item["job_id"])
    return None
