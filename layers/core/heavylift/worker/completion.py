"""How a claimed unit of work ends: the fenced writes of the worker that holds it.

Each of them raises Canceled or LeaseLost if the fence does not hold any more; then nothing was written.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from heavylift.errors import Canceled, LeaseLost
from heavylift.job_store.manifest import Output, store_manifest
from heavylift.job_store.parts import create_parts, send_parts
from heavylift.jobs import transitions
from heavylift.jobs.attempts import failed_attempt, lost_attempts, problem, retryable
from heavylift.jobs.job import Claimable, Job, Part, Status
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Create, Write
from heavylift.tasks.task import Plan


def interruption(refused: ConditionFailed) -> Canceled | LeaseLost:
    """Why a worker's write did not hold: the job was canceled, or it is someone else's, or has ended."""
    canceled = refused.item is not None and Claimable.of(refused.item).status == Status.CANCELED
    return Canceled() if canceled else LeaseLost()


@dataclass(frozen=True)
class JobCompletion:
    system: System
    job: Job
    unit: Job | Part
    """The job itself or one of its parts, as it was when it was claimed."""
    seen: Job
    """The job as it was before that: it tells when an attempt began of which nobody has said how it ended."""

    def finish(self, result: dict[str, Any], outputs: list[Output], total: int) -> None:
        """DONE: the outputs are stored, then listed, then the job says so."""
        listed = store_manifest(self.system.objects, self.job.id, self.unit.fence, outputs)
        now, billed = self._now()
        self._write(
            transitions.finish(
                self.job.key,
                self.unit.fence,
                result=result,
                outputs=listed,
                done=total,
                now=now,
                billed_ms=billed,
            )
        )

    def split(self, plan: Plan) -> None:
        """Fan out. Messages that are not sent because this worker dies are sent by the janitor."""
        plan_id = str(self.unit.fence)
        parts = create_parts(self.system, self.job, plan_id, plan)
        now, billed = self._now()
        self._write(
            transitions.split(
                self.job,
                self.unit.fence,
                plan=plan_id,
                parts=len(parts),
                total=plan.total,
                now=now,
                billed_ms=billed,
            )
        )
        send_parts(self.system, self.job, parts)

    def part_done(self, result: dict[str, Any], outputs: list[Output], units: int) -> None:
        """The part is DONE and counted, in one transaction."""
        now, billed = self._now()
        self._write(
            transitions.part_done(
                self.unit, result=result, outputs=[asdict(output) for output in outputs], now=now
            ),
            transitions.part_counted(self.job, units=units, now=now, billed_ms=billed),
        )

    def release(self, seconds: float, error: Exception | None = None) -> None:
        """Give the unit back for `seconds`; with an error it was an attempt."""
        now, billed = self._now()
        self._write(
            transitions.release(
                self.unit,
                now=now,
                again_at=now + seconds,
                failed=self._attempts(error, now) if error else [],
                billed_ms=billed,
            )
        )

    def fail(self, error: Exception, *, attempted: bool = True) -> None:
        """FAILED, and with a part its job: dead-lettered if trying again could have helped."""
        now, billed = self._now()
        failed = self._attempts(error if attempted else None, now)
        dead = retryable(error)
        if isinstance(self.unit, Part):
            kept = [*self.unit.attempts, *failed]
            self._write(
                transitions.part_failed(self.unit, error=problem(error), failed=failed, now=now),
                transitions.fail_job_of_part(
                    self.job, error=problem(error), failed=kept, dead=dead, now=now, billed_ms=billed
                ),
            )
            return
        self._write(
            transitions.fail(
                self.unit,
                error=problem(error),
                failed=failed,
                dead=dead,
                now=now,
                billed_ms=billed,
            )
        )

    def _attempts(self, error: Exception | None, now: float) -> list[dict[str, Any]]:
        lost = lost_attempts(self.unit, now, seen=None if isinstance(self.unit, Part) else self.seen)
        if error is None:
            return lost
        return [
            *lost,
            failed_attempt(self.unit.attempt, error, started_at=self.unit.claimed_at, ended_at=now),
        ]

    def _now(self) -> tuple[float, int]:
        """The time, and how much of it this worker has spent on the unit, in milliseconds."""
        now = self.system.clock.now()
        return now, round((now - (self.unit.claimed_at or now)) * 1000)

    def _write(self, *writes: Write) -> None:
        try:
            if len(writes) == 1 and not isinstance(writes[0], Create):
                self.system.table.update(writes[0])
            else:
                self.system.table.transact(*writes)
        except ConditionFailed as refused:
            raise interruption(refused) from None
