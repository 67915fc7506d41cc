"""What became of a message."""

from __future__ import annotations

from enum import StrEnum


class JobOutcome(StrEnum):
    """What a worker did with a message; also the name of a metric."""

    DONE = "JobsDone"
    SPLIT = "JobsSplit"
    PART_DONE = "PartsDone"
    FAILED = "JobsFailed"
    DEAD = "JobsDeadLettered"
    RETRYING = "AttemptsFailed"
    EXPIRED = "JobsExpired"
    CANCELED = "AttemptsCanceled"
    LEASE_LOST = "AttemptsOvertaken"
    THROTTLED = "Throttles"
    UNKNOWN = "JobsOfOtherReleases"
    LEFT_OPEN = "BatchesMade"
    POSTPONED = "BatchesPostponed"
    DUPLICATE = "DuplicateMessages"
    BUSY = "LeasesRespected"
    EARLY = "MessagesEarly"
