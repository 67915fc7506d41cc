"""Breaks each rule on purpose. The histories must find every mutation, else they prove nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from heavylift.errors import Conflict
from heavylift.job_store import erase, waiting
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import store_manifest
from heavylift.jobs import attachments, deletion, later, part_transitions, transitions
from heavylift.jobs import job as moves
from heavylift.jobs.job import OPEN_SHARDS, Job, Phase, Status, open_partition
from heavylift.jobs.pauses import Pauses
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, AnyOf, Change, Condition, ConditionFailed, Item, Table, Write
from heavylift.recovery import callbacks, deletions, outputs
from heavylift.recovery.deletions import DeletionSweep
from heavylift.recovery.janitor import Janitor
from heavylift.recovery.later import LaterSweep
from heavylift.service import bulk, submit
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.webhooks.output_delivery import OutputDelivery, store_delivery
from heavylift.worker import completion
from heavylift.worker.completion import JobCompletion, to_interruption
from tests.chaos.harness import stream
from tests.chaos.harness.flaky_task import SPEC
from tests.chaos.harness.history import History
from tests.chaos.harness.stream import ChaosStream
from tests.chaos.harness.watch import Violation
from webhooks import deliver_outputs
from webhooks.deliver_outputs import OutputDeliverer

Rule = Callable[..., Change]
Patch = pytest.MonkeyPatch
SEEDS = 200


@pytest.fixture(autouse=True)
def no_logs() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def without(rule: Rule, *attributes: str) -> Rule:
    """Return the rule without its conditions on these attributes."""

    def is_dropped(condition: Condition) -> bool:
        each = condition.conditions[0] if isinstance(condition, AnyOf) else condition
        return each.attribute in attributes

    def mutant(*args: Any, **more: Any) -> Change:
        change = rule(*args, **more)
        kept = tuple(condition for condition in change.when if not is_dropped(condition))
        assert len(kept) < len(change.when), "the mutation changes nothing"
        return replace(change, when=kept)

    return mutant


def drop_conditions(name: str, *attributes: str) -> Callable[[Patch], None]:
    def mutate(patch: Patch) -> None:
        room = next(each for each in (part_transitions, later, transitions) if name in vars(each))
        patch.setattr(room, name, without(getattr(room, name), *attributes))

    return mutate


def count_before_the_parts_condition(patch: Patch) -> None:
    def write_one_by_one(self: JobCompletion, *writes: Write) -> None:
        try:
            for write in reversed(writes):
                assert isinstance(write, Change)
                self.system.table.update(write)
        except ConditionFailed as refused:
            raise to_interruption(refused) from None

    patch.setattr(JobCompletion, "_write", write_one_by_one)


def count_running_jobs_alone(patch: Patch) -> None:
    """Regression: a retried job is queued while its parts run."""
    patch.setattr(moves, "COUNT", moves.SPLIT)


def finish_before_the_manifest(patch: Patch) -> None:
    def name_manifest(objects: object, job_id: str, fence: int, outputs: list[Any]) -> dict[str, Any]:
        key = f"jobs/{job_id}/manifest-{fence}.json"
        return {"manifest": key, "count": len(outputs), "bytes": 0}

    finish = JobCompletion.finish

    def finish_then_store(
        self: JobCompletion, result: dict[str, Any], outputs: list[Any], total: int
    ) -> None:
        finish(self, result, outputs, total)
        store_manifest(self.system.objects, self.job.id, self.unit.fence, outputs)

    patch.setattr(completion, "store_manifest", name_manifest)
    patch.setattr(JobCompletion, "finish", finish_then_store)


def send_nothing_again(patch: Patch) -> None:
    patch.setattr(Janitor, "_resend", lambda *_: None)


def skip_every_sweep(patch: Patch) -> None:
    patch.setattr(Janitor, "sweep", lambda _: True)


def ignore_leases(patch: Patch) -> None:
    look_at = Janitor._check_job

    def every_open_job(self: Janitor) -> Iterator[Item]:
        for shard in range(OPEN_SHARDS):
            yield from self.system.table.query(OPEN, open_partition(SPEC.name, shard)).items

    def look_without_lease(self: Janitor, job: Job, check_at: float) -> None:
        look_at(self, replace(job, lease_until=0), check_at)

    patch.setattr(Janitor, "_find_due", every_open_job)
    patch.setattr(Janitor, "_check_job", look_without_lease)
    patch.setattr(transitions, "abandon", without(transitions.abandon, "deadline", "fence"))


def forget_late_workers(patch: Patch) -> None:
    """Regression: a worker that has not noticed a cancel stores an output after the deletion."""
    patch.setattr(deletion, "await_strays", deletion.settle)


def leave_deletions_cut_off(patch: Patch) -> None:
    patch.setattr(DeletionSweep, "run", lambda _: None)


def forget_zips(patch: Patch) -> None:
    patch.setattr(erase, "erase_zip", lambda *_: None)


def attach_second_zips(patch: Patch) -> None:
    patch.setattr(submit, "attach_zip", without(attachments.attach_zip, "zip_job"))


def free_by_the_record_of_the_stream(patch: Patch) -> None:
    """Regression: a record of an end comes again while the job that it names runs again."""
    settle, load = waiting.settle_dependents, load_job

    def settle_by_the_record(system: System, upstream_id: str) -> None:
        def load_as_ended(table: Table, job_id: str) -> Job | None:
            job = load(table, job_id)
            ended = job is not None and job_id == upstream_id and not job.ended
            return replace(job, status=Status.DONE, phase=Phase.FINISHED) if job and ended else job

        with patch.context() as within:
            within.setattr(waiting, "load_job", load_as_ended)
            settle(system, upstream_id)

    patch.setattr(stream, "settle_dependents", settle_by_the_record)


def forget_what_runs_later(patch: Patch) -> None:
    patch.setattr(LaterSweep, "run", lambda self: self.counts)


def let_deadlines_run_on(patch: Patch) -> None:
    patch.setattr(Pauses, "overlap", lambda *_: 0.0)


def count_ended_pauses_only(patch: Patch) -> None:
    overlap = Pauses.overlap
    patch.setattr(Pauses, "overlap", lambda self, *times: overlap(replace(self, since=None), *times))


def forget_early_expiries(patch: Patch) -> None:
    patch.setattr(DeletionSweep, "_expire", lambda *_: None)


def expire_by_the_first_look(patch: Patch) -> None:
    """The janitor looks again only if the job is open, and else does not ask when it ended."""
    patch.setattr(Job, "gone_at", property(lambda _job: 0.0))


def leave_the_objects_of_expired_jobs(patch: Patch) -> None:
    def settle(system: System, job: Job) -> None:
        system.table.update(deletion.settle(job))

    patch.setattr(deletions, "erase", settle)


def erase_a_result_by_a_late_cancel(patch: Patch) -> None:
    def cancel_or_delete(system: System, job: Job) -> Job:
        try:
            return cancel(system, job)
        except Conflict:
            delete_job(system, job.tenant, job.id)
            return job

    patch.setattr(bulk, "cancel", cancel_or_delete)


def count_retries_twice(patch: Patch) -> None:
    def report_any(system: System, job: Job) -> Job:
        try:
            return retry(system, job)
        except Conflict:
            return job

    patch.setattr(bulk, "retry", report_any)


def delete_what_the_index_shows(patch: Patch) -> None:
    """The index is behind: a FAILED job may be DONE since."""
    patch.setattr(bulk, "_require_wanted", lambda *_: None)


def forget_deliveries(patch: Patch) -> None:
    """A message that was lost is never sent again."""
    patch.setattr(callbacks, "resume_delivery", lambda *_: Counter())


def deliver_after_a_deletion(patch: Patch) -> None:
    def store_blindly(self: OutputDeliverer, job: Job, delivery: OutputDelivery) -> Job:
        self._update(store_delivery(job, delivery))
        return replace(job, delivery=delivery.to_item())

    patch.setattr(OutputDeliverer, "_look", lambda *_: None)
    patch.setattr(OutputDeliverer, "_store", store_blindly)


def count_refused_outputs(patch: Patch) -> None:
    patch.setattr(deliver_outputs, "ACCEPTED", range(200, 600))


def forget_a_retry_of_a_delivery(patch: Patch) -> None:
    """The reminder is taken out once the job has failed, and a retry makes it DONE."""
    patch.setattr(outputs, "_is_settled", lambda job: job.ended)


MUTATIONS: dict[str, Callable[[Patch], None]] = {
    "finish without the fence": drop_conditions("finish", "fence"),
    "finish_part without the fence": drop_conditions("finish_part", "fence"),
    "split without the fence": drop_conditions("split", "fence"),
    "progress and log without the fence": drop_conditions("advance", "fence"),
    "release without the fence": drop_conditions("release", "fence"),
    "claim without looking at the lease": drop_conditions("claim", "lease_until"),
    "claim while the parts are open": drop_conditions("claim", "parts_open"),
    "cancel whatever the state": drop_conditions("cancel", "status", "phase"),
    "count the part before its own condition": count_before_the_parts_condition,
    "count the parts of running jobs alone": count_running_jobs_alone,
    "DONE before the manifest is stored": finish_before_the_manifest,
    "a janitor that sends nothing again": send_nothing_again,
    "a janitor that never sweeps": skip_every_sweep,
    "a janitor that ignores leases": ignore_leases,
    "retry whatever was deleted": drop_conditions("retry", "deleted_at"),
    "a deletion that forgets late workers": forget_late_workers,
    "a janitor that leaves deletions cut off": leave_deletions_cut_off,
    "a deletion that forgets the zip": forget_zips,
    "a second zip of a job": attach_second_zips,
    "deadlines that run on during a pause": let_deadlines_run_on,
    "deadlines that stand still once a pause has ended": count_ended_pauses_only,
    "a janitor that forgets early expiries": forget_early_expiries,
    "a janitor that does not ask when a job ended": expire_by_the_first_look,
    "an early expiry that leaves the objects": leave_the_objects_of_expired_jobs,
    "a late cancel of many that erases a result": erase_a_result_by_a_late_cancel,
    "a retry of many that is counted twice": count_retries_twice,
    "a delivery that is forgotten with its message": forget_deliveries,
    "a delivery that goes on after the deletion": deliver_after_a_deletion,
    "a delivery that counts what was refused": count_refused_outputs,
    "a delivery that is forgotten before the job's retry": forget_a_retry_of_a_delivery,
    "a deletion of many that trusts the index": delete_what_the_index_shows,
}
LATER: dict[str, Callable[[Patch], None]] = {
    "run before the time": drop_conditions("claim", "run_at"),
    "free whatever the state": drop_conditions("free", "status", "phase"),
    "free by the stream's record": free_by_the_record_of_the_stream,
    "a janitor that forgets what runs later": forget_what_runs_later,
}
"""Mutations of jobs that run later: found where all of them may."""
ALONE: dict[str, Callable[[Patch], None]] = {
    "wait for a job that has just ended": drop_conditions("mark_awaited", "phase"),
    "a stream that passes nothing on": lambda patch: patch.setattr(ChaosStream, "note", lambda *_: None),
}
"""Mutations behind which the janitor stands: found where the stream alone frees what waits."""


@pytest.mark.parametrize("name", [*MUTATIONS, *LATER, *ALONE])
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (MUTATIONS | LATER | ALONE)[name](monkeypatch)
    share = 0.0 if name in MUTATIONS else 1.0
    for seed in range(SEEDS):
        try:
            History(seed, hanging=0.08, later=share, stream_alone=name in ALONE).play()
        except Violation:
            return
    pytest.fail(f"{SEEDS} histories did not find out: {name}")
