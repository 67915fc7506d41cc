"""Every error that Heavylift raises on purpose, and what it means for the caller.

HeavyliftError
├── Refused                the request is rejected and leaves nothing behind
│   ├── Unauthorized       401  the API key is missing or unknown
│   ├── Forbidden          403  the API key does not allow the call
│   ├── NotFound           404  the resource does not exist or belongs to another tenant
│   ├── Conflict           409  the job is not in the state that the call needs
│   ├── ModelLimit         409  the tenant keeps as many models, or versions of one, as are allowed
│   ├── Gone               410  the job existed and has expired
│   ├── TooLarge           413  the input is larger than the request or the task allows
│   ├── UnsupportedMedia   415  the task does not accept this media type
│   ├── InvalidRequest     422  the request does not fit the schema; lists each fault with its pointer
│   ├── RateLimited        429  the tenant exceeds its request rate
│   ├── QueueFull          503  the task's queue is at its limit
│   └── WaitTimedOut       504  a strict wait ended before the job did
├── TaskError              the attempt failed; retried
│   ├── InvalidInput       the task can't process the client's input; never retried
│   │   ├── InputChanged   the input is not the one that was checked at submit
│   │   ├── InvalidItems   items of a batch do not fit the task: no job was made
│   │   ├── InputAddressRefused  the input's url leads to an address that is not called
│   │   ├── InputNotServed  the input's server answered that it does not give the file
│   │   ├── InputTooLarge   the file at the input's url is larger than the task allows
│   │   ├── InputNotAccepted  the task does not take what is at the input's url
│   │   └── OutputMissing  a job for which it waited has not made the output that it needs
│   ├── InputUnreachable   the input's server does not answer, or not to the end; retried
│   ├── OverLimit          the task exceeded its memory, CPU or time; retried
│   │   └── OutOfTime      the task stopped because the invocation was about to end; retried
│   ├── WorkerLost         the worker that held the lease is gone
│   ├── WorkerCannotStart  the worker's tasks can't be loaded
│   ├── MissingPackage     the task imports a package that its worker does not have; never retried
│   └── Undeliverable      the message reached the dead-letter queue and no worker could claim the job
├── DeadlineExceeded       the job did not finish by its deadline; never retried
├── BatchFailed            jobs of the batch failed or were canceled
├── BatchStopped           a job of the batch failed, and the batch stops at the first failure
├── UpstreamFailed         a job for which it waited is FAILED or CANCELED; never retried
├── Interrupted            the worker has to stop now; does not count as an attempt
│   ├── Canceled           the client canceled the job
│   ├── LeftOpen           the work is done by the jobs that this one has made: it ends when they have
│   └── LeaseLost          another worker has claimed the job, or the job has ended
└── Throttled              a service is throttling us; does not count as an attempt
    ├── UnknownToWorker    the worker is of another release than the api that accepted the job
    └── Postponed          the task goes on later: its jobs need time

The client sees `detail` unchanged. It never holds a path, a host, a stack trace or document content.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypedDict


class Fault(TypedDict):
    """One fault of a request: a JSON pointer (RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


class HeavyliftError(Exception):
    """The root. `slug` is public and stable; `title` is the same for every occurrence."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail

    @property
    def type(self) -> str:
        """The problem type (RFC 9457): a path below the API's address."""
        return f"/problems/{self.slug}"


class Refused(HeavyliftError):
    slug, title, status = "refused", "The request is refused", 400


class RetryLater(Refused):
    """A refusal with the seconds to wait before the next try."""

    def __init__(self, detail: str = "", retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unauthorized(Refused):
    slug, title, status = "unauthorized", "A valid API key is needed", 401


class Forbidden(Refused):
    slug, title, status = "forbidden", "The API key does not allow this", 403


class NotFound(Refused):
    slug, title, status = "not-found", "Not found", 404


class UnknownTask(NotFound):
    """No task has this name here. A function of another release may have it."""


class Conflict(Refused):
    slug, title, status = "conflict", "The job is not in a state that allows this", 409


class ModelLimit(Refused):
    slug, title, status = "model-limit", "No more models can be kept", 409


class Gone(Refused):
    slug, title, status = "gone", "The job has expired", 410


class TooLarge(Refused):
    slug, title, status = "too-large", "The input is too large", 413


class UnsupportedMedia(Refused):
    slug, title, status = "unsupported-media-type", "The task does not take this kind of input", 415


class InvalidRequest(Refused):
    slug, title, status = "invalid-request", "The request is not valid", 422

    def __init__(self, detail: str = "", faults: list[Fault] | None = None) -> None:
        super().__init__(detail)
        self.faults = faults or []

    @classmethod
    def at(cls, pointer: str, detail: str) -> Self:
        """Return the error for one fault, at a JSON pointer into the request."""
        return cls(detail, [Fault(pointer=pointer, detail=detail)])


class RateLimited(RetryLater):
    slug, title, status = "rate-limited", "Too many requests", 429


class QueueFull(RetryLater):
    slug, title, status = "queue-full", "The queue is full", 503


class WaitTimedOut(RetryLater):
    slug, title, status = "wait-timed-out", "The job did not end within the wait", 504


class TaskError(HeavyliftError):
    slug, title, retryable = "task-failed", "The task failed", True


class InvalidInput(TaskError):
    slug, title, status, retryable = "invalid-input", "The input can't be processed", 422, False


class InputChanged(InvalidInput):
    slug, title, status = "input-changed", "The input was changed after the job was submitted", 409


class InputMissing(InvalidInput):
    slug, title, status = "input-missing", "The input no longer exists", 410


class InvalidItems(InvalidInput):
    slug, title = "invalid-items", "Items of the batch can't be processed"


class OutputMissing(InvalidInput):
    slug, title = "output-missing", "An output that the job needs does not exist"


class InputAddressRefused(InvalidInput):
    slug, title = "input-address-refused", "The input's url leads to an address that is not called"


class InputNotServed(InvalidInput):
    slug, title = "input-not-served", "The input's server does not give the file"


class InputTooLarge(InvalidInput):
    slug, title, status = "input-too-large", "The file at the input's url is too large", 413


class InputNotAccepted(InvalidInput):
    slug, title, status = "input-not-accepted", "The task does not take what is at the input's url", 415


class InputUnreachable(TaskError):
    slug, title, status = "input-unreachable", "The input's server can't be reached", 502


class OverLimit(TaskError):
    slug, title = "over-limit", "Resource limit exceeded"


class OutOfTime(OverLimit):
    slug, title = "out-of-time", "The worker ran out of time"


class WorkerLost(TaskError):
    slug, title = "worker-lost", "The worker stopped before the job was done"


class WorkerCannotStart(TaskError):
    slug, title = "worker-cannot-start", "The worker can't start"


class MissingPackage(TaskError):
    slug, title, retryable = "missing-package", "The worker lacks a Python package", False


class Undeliverable(TaskError):
    slug, title = "undeliverable", "No worker could take the job"


class DeadlineExceeded(HeavyliftError):
    slug, title, status = "deadline-exceeded", "The job was not done by its deadline", 504


class BatchFailed(HeavyliftError):
    slug, title, status, retryable = "batch-failed", "Jobs of the batch failed", 409, True


class BatchStopped(HeavyliftError):
    slug, title, status, retryable = "batch-stopped", "The batch stopped at a failed job", 409, True


class UpstreamFailed(HeavyliftError):
    slug, title, status = "upstream-failed", "A job that this one waited for failed", 409


class Interrupted(HeavyliftError):
    slug, title, retryable = "interrupted", "The work was interrupted", True


class Canceled(Interrupted):
    slug, title = "canceled", "The job was canceled"


class LeaseLost(Interrupted):
    slug, title = "lease-lost", "Another worker has the job, or it has ended"


class LeftOpen(Interrupted):
    """The task has made jobs, and ends with the last of them. `total`: their number."""

    slug, title = "left-open", "The job ends with the jobs that it has made"

    def __init__(self, total: int, result: dict[str, object]) -> None:
        super().__init__()
        self.total = total
        self.result = result


class Throttled(HeavyliftError):
    slug, title, status, retryable = "throttled", "A service is throttling requests", 503, True


class UnknownToWorker(Throttled):
    slug, title = "unknown-to-worker", "The worker does not know the job's task or params yet"


class Postponed(Throttled):
    """The task goes on after `seconds`, with the same attempt."""

    slug, title = "postponed", "The job goes on later"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
