"""The record of a job, and of a part. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from heavylift.jobs.states import Phase, Status
from heavylift.ports.table import Item, Key

BATCH_TASK = "batch"
"""The task whose jobs are batches of other jobs."""
OPEN_SHARDS = 4
"""How many partitions of the open index hold a task's jobs."""
JOB_PREFIX = "JOB#"
PART_PREFIX = "PART#"


def job_key(job_id: str) -> Key:
    return Key(f"{JOB_PREFIX}{job_id}", "JOB")


def part_key(job_id: str, part: str) -> Key:
    return Key(f"{JOB_PREFIX}{job_id}", f"{PART_PREFIX}{part}")


def open_partition(task: str, shard: int) -> str:
    return f"OPEN#{task}#{shard}"


def gone_at_of(item: Mapping[str, Any]) -> float:
    """Return `Job.gone_at` of a job's record. An open job is never gone by its `expire_in`."""
    expire_in, ended_at = item.get("expire_in"), item.get("ended_at")
    gone_at: float = item["expires_at"] if expire_in is None or ended_at is None else ended_at + expire_in
    return gone_at


def shard_of(job_id: str) -> int:
    """Return a job's shard of the open index, taken from the random end of its id."""
    return int(job_id[-2:], 16) % OPEN_SHARDS


@dataclass(frozen=True, kw_only=True)
class Claimable:
    """What a job and a part have in common: a worker claims it, works on it and ends it.

    Times are seconds since 1970, UTC.
    """

    pk: str
    sk: str
    status: Status
    phase: Phase
    fence: int = 0
    """Counts claims. Only the holder of the newest fence may write."""
    attempt: int = 0
    """Counts attempts. Unlike the fence, a release without a failure takes one off."""
    max_attempts: int
    lease_until: float = 0
    claimed_at: float | None = None
    started_at: float | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    """The failed attempts, oldest first (`attempts.failed_attempt`)."""
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    ended_at: float | None = None
    rescues: int = 0
    """How often the janitor has sent its message again."""
    rescued_at: float | None = None
    """When it did so last."""
    released_at: float | None = None
    """When a worker last put it back without a failure."""
    again_at: float | None = None
    """When the attempt after the last release may begin."""
    log: list[dict[str, Any]] | None = None
    """The last lines that its task has logged (`notes.Line`), oldest first."""
    expires_at: int
    """When the record and its objects may be removed."""

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @property
    def ended(self) -> bool:
        return self.phase == Phase.FINISHED

    @classmethod
    def of(cls, item: Item) -> Self:
        known = {name: item[name] for name in (f.name for f in fields(cls)) if name in item}
        known["status"], known["phase"] = Status(known["status"]), Phase(known["phase"])
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class Job(Claimable):
    id: str
    tenant: str
    task: str
    queue: str
    params: dict[str, Any]
    sealed: str | None = None
    """The key of the object that holds all params, if some are secret: `params` lacks those (`sealed.py`)."""
    input: dict[str, Any] | None = None
    """`{"key": object key, "bytes": n, "media_type": …}`; None if the job has no input.

    And `etag` of an upload, and `name` of the file where the client gave one. An input at a url has its
    `url`, without the query. It has no `bytes` and no `media_type` until a worker has fetched it.
    """
    name: str | None = None
    reference: str | None = None
    """The caller's own id of the job."""
    tags: list[str] | None = None
    references: dict[str, dict[str, Any]] | None = None
    """By param: the output of another job that the param refers to, in the shape of `input`."""
    created_at: float
    updated_at: float
    deadline: float
    run_at: float | None = None
    """No worker may claim the job before this time."""
    after: list[str] | None = None
    """The ids of the jobs for whose end it waits, or has waited."""
    after_any: bool | None = None
    """Set if it runs even if one of those is FAILED or CANCELED."""
    awaits: list[str] | None = None
    """Those of `after` that had not ended when this was last written. Kept until the job is freed."""
    wants: list[dict[str, Any]] | None = None
    """Outputs that those make for it: `{"at": param, "job": id, "output": name}`.

    Without `at` it is the input, without `output` it is all of them.
    """
    waits_until: float | None = None
    """When a waiting job gives up. Its deadline is as long after this as after the time when it is freed."""
    freed_at: float | None = None
    """When the wait ended, once it has."""
    awaited: bool | None = None
    """Set once another job waits for this one: the stream then passes its end on."""
    far: bool | None = None
    """Set if its input, params and references are below `later/`, where objects live a month longer."""
    pauses_counted_until: float | None = None
    """The pauses of the queue before this time are in the deadline; None: none since it could run."""
    done: int = 0
    total: int | None = None
    outputs: dict[str, Any] | None = None
    """`{"manifest": object key, "count": n, "bytes": n}` once the job is DONE."""
    progress_text: str | None = None
    """What the task shows beside its progress."""
    kept: dict[str, Any] | None = None
    """`{"name": …, "version": n}` once a model of the job is kept beyond retention."""
    zip_job: str | None = None
    """The id of the job that makes the zip of the outputs, once somebody has asked for it."""
    zip_round: int | None = None
    """Of a batch: its `round` when that zip was asked for. After a retry there are more outputs."""
    plan: str | None = None
    """The id of the current plan of parts, once the job is fanned out."""
    parts_total: int | None = None
    parts_open: int | None = None
    split_at: float | None = None
    """When the current plan was put in force."""
    retried_at: float | None = None
    """When a client last asked to run it again."""
    callback_url: str | None = None
    callback_on: list[str] | None = None
    """The ends that the callback is for; None: all."""
    callback_headers: str | None = None
    """The key of the object that holds the client's own headers of the callback (`sealed.py`)."""
    callback: dict[str, Any] | None = None
    """The delivery state: a `Callback` of `webhooks/delivery_state.py`."""
    deliver_url: str | None = None
    """Where the outputs are sent once the job is DONE, without secrets. An object has all of the target."""
    delivery: dict[str, Any] | None = None
    """The state of that: an `OutputDelivery` of `webhooks/output_delivery.py`."""
    cold_start: bool | None = None
    billed_ms: int = 0
    """Worker time spent on all attempts and parts. Excludes workers that died."""
    memory_mb: int | None = None
    unsent: bool | None = None
    """Set while a message of the job could not be sent: the janitor sends it, however long the line is."""
    deadline_s: int | None = None
    """The seconds to the deadline that the client asked for; None is the task's."""
    expire_in: int | None = None
    """The seconds for which the job is kept after its end; None is the stack's retention (`expiry.py`)."""
    deleted_at: float | None = None
    """When the client deleted the job, or when it expired early. The record is a tombstone from then on."""
    dead_pk: str | None = None
    """Set while the job is a dead letter."""
    batch_id: str | None = None
    """The batch for which the job was made."""
    batch: dict[str, Any] | None = None
    """Its place there: `{"position", "number", "total", "round", "stop", "expires_at"}`."""
    counted: str | None = None
    """The end that its batch has counted, once it has."""
    made: int | None = None
    """Of a batch: how many of its jobs exist."""
    round: int | None = None
    """Of a batch: how often it was retried. It retries the failed jobs of earlier rounds."""
    reopened: int | None = None
    """Of a batch: counts the retries of its jobs."""

    @property
    def ready_at(self) -> float:
        """When the job could run: its creation, its `run_at` or the end of its wait."""
        return max(self.created_at, self.run_at or 0, self.freed_at or 0)

    @property
    def gone_at(self) -> float:
        """When the job expires for clients. It may be before `expires_at`, until which its record is kept."""
        return gone_at_of(vars(self))


@dataclass(frozen=True, kw_only=True)
class Part(Claimable):
    id: str
    """`<plan>#<number>`: the end of the part's `sk`."""
    spec: dict[str, Any]
    """What the part has to do: a `PartSpec` of `tasks/task.py`."""
    deadline: float
    check_at: float
    outputs: list[dict[str, Any]] = field(default_factory=list)
    cold_start: bool | None = None


def new_item(unit: Claimable) -> Item:
    """Return the item of a new job or part, without fields that are None (conditions call them `missing`)."""
    return {f.name: value for f in fields(unit) if (value := getattr(unit, f.name)) is not None}
