"""Every error Heavylift raises on purpose, and what each one means for a caller.

HeavyliftError
├── Refused                a request that is not taken; it leaves nothing behind
│   ├── Unauthorized       401  no key, or one that is not known
│   ├── Forbidden          403  the key may not do this
│   ├── NotFound           404  no such thing, or another tenant's
│   ├── Conflict           409  the job is in another state than the call needs
│   ├── Gone               410  the job existed and has expired
│   ├── TooLarge           413  too big for this way in
│   ├── UnsupportedMedia   415  not a kind of input that the task takes
│   ├── InvalidRequest     422  does not fit the schema; carries a pointer for each fault
│   ├── RateLimited        429  the tenant is over its rate
│   ├── QueueFull          503  the task's queue is at its limit
│   └── WaitTimedOut       504  a strict wait ended before the job did
├── TaskError              an attempt at the work ended badly; tried again
│   ├── InvalidInput       the client's input can't be worked on; never tried again
│   ├── OverLimit          the work outgrew its memory, CPU or time; tried again
│   │   └── OutOfTime      the invocation ends before the work would; handed back in time
│   ├── WorkerLost         whoever had the job is gone
│   └── Undeliverable      its message was handed out many times, and no worker could take it
├── DeadlineExceeded       the job was not done in its time; never tried again
├── Interrupted            stop working now: not the work's fault, and not an attempt
│   ├── Canceled           the client canceled the job
│   └── LeaseLost          somebody else has the job now, or it has ended
└── Throttled              a service asked us to slow down; not an attempt

`detail` is written for the client and is published as it is: it never holds a
path, a host, a stack trace or a piece of the document.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypedDict


class Fault(TypedDict):
    """One thing wrong with a request: a JSON pointer (RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


class HeavyliftError(Exception):
    """The root. `slug` is stable and public, `title` the same for every occurrence."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail

    @property
    def type(self) -> str:
        """The problem type of RFC 9457, a path below the API's own address."""
        return f"/problems/{self.slug}"


class Refused(HeavyliftError):
    slug, title, status = "refused", "The request is refused", 400


class RetryLater(Refused):
    """A refusal that says when to come back."""

    def __init__(self, detail: str = "", retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unauthorized(Refused):
    slug, title, status = "unauthorized", "A valid API key is needed", 401


class Forbidden(Refused):
    slug, title, status = "forbidden", "The API key does not allow this", 403


class NotFound(Refused):
    slug, title, status = "not-found", "There is no such thing here", 404


class Conflict(Refused):
    slug, title, status = "conflict", "The job is not in a state that allows this", 409


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


class OverLimit(TaskError):
    slug, title = "over-limit", "The work outgrew its limits"


class OutOfTime(OverLimit):
    slug, title = "out-of-time", "The work did not fit into the worker's time"


class WorkerLost(TaskError):
    slug, title = "worker-lost", "The worker stopped before the work was done"


class Undeliverable(TaskError):
    slug, title = "undeliverable", "No worker could take the job"


class DeadlineExceeded(HeavyliftError):
    slug, title, status = "deadline-exceeded", "The job was not done by its deadline", 504


class Interrupted(HeavyliftError):
    slug, title, retryable = "interrupted", "The work was interrupted", True


class Canceled(Interrupted):
    slug, title = "canceled", "The job was canceled"


class LeaseLost(Interrupted):
    slug, title = "lease-lost", "Another worker has the job, or it has ended"


class Throttled(HeavyliftError):
    slug, title, status, retryable = "throttled", "A service asked to slow down", 503, True
