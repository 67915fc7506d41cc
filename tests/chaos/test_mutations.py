"""Breaks each rule on purpose. The histories must find every mutation, else they prove nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from heavylift.errors import Conflict
from heavylift.job_store import erase
from heavylift.job_store.manifest import store_manifest
from heavylift.jobs import attachments, deletion, transitions
from heavylift.jobs import states as moves
from heavylift.jobs.job import OPEN_SHARDS, Job, open_partition
from heavylift.jobs.pauses import Pauses
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, Change, ConditionFailed, Item, Write
from heavylift.recovery import callbacks, deletions, outputs
from heavylift.recovery.deletions import DeletionSweep
from heavylift.recovery.janitor import Janitor
from heavylift.service import bulk, submit
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.webhooks.output_delivery import OutputDelivery, store_delivery
from heavylift.worker import completion
from heavylift.worker.completion import JobCompletion, to_interruption
from tests.chaos.harness.flaky_task import SPEC
from tests.chaos.harness.mutants import Patch, drop_conditions, is_found, without
from webhooks import deliver_outputs
from webhooks.deliver_outputs import OutputDeliverer


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


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_found(MUTATIONS[name], monkeypatch, later=0.0), name
