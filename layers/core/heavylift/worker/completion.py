"""The end of an attempt: the fenced writes of the worker that holds a job or part.

Each method raises Canceled or LeaseLost if the fence is no longer valid; then it has written nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from heavylift.errors import Canceled, LeaseLost, ModelLimit
from heavylift.job_store.kept_models import Keep, keep_output
from heavylift.job_store.manifest import Output, store_manifest
from heavylift.job_store.parts import create_parts, send_parts
from heavylift.jobs import part_transitions, transitions
from heavylift.jobs.attempts import failed_attempt, is_retryable, lost_attempts, to_problem
from heavylift.jobs.job import Claimable, Job, Part
from heavylift.jobs.kept_models import KeptModel
from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed
from heavylift.tasks.task import Plan
from heavylift.worker.notes import AttemptNotes


def to_interruption(refused: ConditionFailed) -> Canceled | LeaseLost:
    """Return why a worker's write was refused: Canceled, or LeaseLost for a new claim or an ended job."""
    canceled = refused.item is not None and Claimable.of(refused.item).status == Status.CANCELED
    return Canceled() if canceled else LeaseLost()


@dataclass(frozen=True)
class JobCompletion:
    system: System
    job: Job
    unit: Job | Part
    """The job itself or one of its parts, as claimed."""
    before_claim: Job
    """The job as read before the claim: when a previous attempt that never reported its outcome began."""
    notes: AttemptNotes
    """What the task has reported: stored with the first of these writes that succeeds."""

    def finish(
        self, result: dict[str, Any], outputs: list[Output], total: int, keep: Keep | None = None
    ) -> None:
        """Set the job DONE: first store the manifest, then write the record.

        A model to keep becomes a version of its name in the same write: with DONE, or not at all.
        """
        listed = store_manifest(self.system.objects, self.job.id, self.unit.fence, outputs)
        now, billed = self._now_and_billed()

        def finish(shown: dict[str, Any], **facts: Any) -> Change:
            return transitions.finish(
                replace(self.job, fence=self.unit.fence),
                result=shown,
                outputs=listed,
                done=total,
                now=now,
                billed_ms=billed,
                **facts,
            )

        def finish_kept(model: KeptModel) -> Change:
            kept = {"name": model.name, "version": model.version}
            return self.notes.add_to(finish(result | {"kept": kept}, kept=kept))

        if keep is not None:
            try:
                keep_output(self.system, self.job, keep, result, finish_kept)
            except ConditionFailed as refused:
                raise to_interruption(refused) from None
            except ModelLimit as full:
                warning = {"slug": "model-not-kept", "text": full.detail}
                result = result | {"kept": None, "warnings": [*result.get("warnings", []), warning]}
            else:
                return
        self._write(finish(result))

    def split(self, plan: Plan) -> None:
        """Fan out. If this worker dies before it has sent every message, the janitor sends the rest."""
        plan_id = str(self.unit.fence)
        parts = create_parts(self.system, self.job, plan_id, plan)
        now, billed = self._now_and_billed()
        self._write(
            transitions.split(
                self.job,
                plan=plan_id,
                parts=len(parts),
                total=plan.total,
                now=now,
                billed_ms=billed,
            )
        )
        send_parts(self.system, self.job, parts)

    def leave_open(self, total: int, result: dict[str, Any]) -> None:
        """Leave the rest to the `total` jobs that the task has made: they are counted like parts."""
        now, billed = self._now_and_billed()
        self._write(
            transitions.split(
                self.job,
                plan=str(self.unit.fence),
                parts=total,
                total=total,
                now=now,
                billed_ms=billed,
                result=result,
            )
        )

    def finish_part(self, result: dict[str, Any], outputs: list[Output], units: int) -> None:
        """Set the part DONE and count it on the job, in one transaction."""
        now, billed = self._now_and_billed()
        self._write(
            part_transitions.finish_part(
                self.unit, result=result, outputs=[asdict(output) for output in outputs], now=now
            ),
            part_transitions.count_part(self.job, units=units, now=now, billed_ms=billed),
        )

    def release(self, seconds: float, error: Exception | None = None) -> None:
        """Return the unit to the queue for `seconds`. It counts as an attempt only with an error."""
        now, billed = self._now_and_billed()
        self._write(
            transitions.release(
                self.unit,
                now=now,
                again_at=now + seconds,
                failed=self._failed_attempts(error, now) if error else [],
                billed_ms=billed,
            )
        )

    def fail(self, error: Exception, *, attempted: bool = True) -> None:
        """Set the unit FAILED, and a part's job too. A retryable error makes the job a dead letter."""
        now, billed = self._now_and_billed()
        failed = self._failed_attempts(error if attempted else None, now)
        dead = is_retryable(error)
        if isinstance(self.unit, Part):
            kept = [*self.unit.attempts, *failed]
            self._write(
                part_transitions.fail_part(self.unit, error=to_problem(error), failed=failed, now=now),
                part_transitions.fail_job_of_part(
                    self.job, error=to_problem(error), failed=kept, dead=dead, now=now, billed_ms=billed
                ),
            )
            return
        self._write(
            transitions.fail(
                self.unit,
                error=to_problem(error),
                failed=failed,
                dead=dead,
                now=now,
                billed_ms=billed,
            )
        )

    def _failed_attempts(self, error: Exception | None, now: float) -> list[dict[str, Any]]:
        lost = lost_attempts(
            self.unit, now, before_claim=None if isinstance(self.unit, Part) else self.before_claim
        )
        if error is None:
            return lost
        return [
            *lost,
            failed_attempt(self.unit.attempt, error, started_at=self.unit.claimed_at, ended_at=now),
        ]

    def _now_and_billed(self) -> tuple[float, int]:
        """Return the time, and the milliseconds that this worker has spent on the unit."""
        now = self.system.clock.now()
        return now, round((now - (self.unit.claimed_at or now)) * 1000)

    def _write(self, *changes: Change) -> None:
        noted = [self.notes.add_to(change) for change in changes]
        try:
            if len(noted) == 1:
                self.system.table.update(noted[0])
            else:
                self.system.table.transact(*noted)
        except ConditionFailed as refused:
            raise to_interruption(refused) from None
