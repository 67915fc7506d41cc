"""The client's calls for many jobs, and what it may get as answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.service import bulk
from heavylift.service.bulk import Act, ActedOn, act_on_ids, act_on_wanted, cursor_after
from heavylift.service.wanted import Wanted
from tests.chaos.harness.watch import Violation, Watch

MAX_CALLS = 3


@dataclass
class ManyJobs:
    """Acts on all jobs of a filter, or on some ids, call by call until the cursor ends."""

    system: System
    random: Random
    watch: Watch
    retried: Counter[str] = field(default_factory=Counter)
    """Job id → how often a call has reported that it runs again."""

    def act(self, ids: list[str]) -> None:
        """Cancel, retry or delete, as the seed decides. `ids` are those of all jobs."""
        act = self.random.choice((bulk.CANCEL, bulk.RETRY, bulk.DELETE))
        if self.random.random() < 0.5:
            self._act_on_some(act, [each for each in ids if self.random.random() < 0.7])
        else:
            self._act_on_found(act, self.random.choice((None, *sorted(act.takes))))

    def rerun_then_delete(self) -> None:
        """Cancel all jobs, run them again, and some time later delete those that are still canceled."""
        self._act_on_found(bulk.CANCEL, None)
        self._act_on_found(bulk.RETRY, Status.CANCELED)
        self.system.clock.sleep(self.random.uniform(1, 120))
        self._act_on_found(bulk.DELETE, Status.CANCELED)

    def _act_on_some(self, act: Act, ids: list[str]) -> None:
        after = None
        for _ in range(MAX_CALLS):
            self.watch.deleting = frozenset(Status) if act is bulk.DELETE else None
            try:
                outcome = act_on_ids(self.system, "me", act, ids, after=after)
            finally:
                self.watch.deleting = None
            self._note(act, outcome)
            after = outcome.last
            if after is None:
                return

    def _act_on_found(self, act: Act, status: Status | None) -> None:
        wanted, cursor = Wanted(status=status), None
        for _ in range(MAX_CALLS):
            self.watch.deleting = frozenset({status} if status else act.takes) if act is bulk.DELETE else None
            try:
                outcome = act_on_wanted(self.system, "me", act, replace(wanted), limit=2, cursor=cursor)
            finally:
                self.watch.deleting = None
            self._note(act, outcome)
            cursor = cursor_after("me", outcome)
            if cursor is None:
                return

    def _note(self, act: Act, outcome: ActedOn) -> None:
        if act is not bulk.RETRY:
            return
        self.retried.update(outcome.job_ids)
        for job_id, times in self.retried.items():
            if times > self.watch.reopened[job_id]:
                raise Violation(f"{job_id} was reported {times} times as retried, and ran again less often")
