"""Each rule is broken on purpose: the histories must find it out, or they would prove nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from heavylift.job_store.manifest import store_manifest
from heavylift.jobs import job as moves
from heavylift.jobs import transitions
from heavylift.jobs.job import OPEN_SHARDS, Job, open_partition
from heavylift.ports.table import OPEN, AnyOf, Change, Condition, ConditionFailed, Item, Write
from heavylift.recovery.janitor import Janitor
from heavylift.worker import completion
from heavylift.worker.completion import JobCompletion, interruption
from tests.chaos.harness.history import SPEC, History
from tests.chaos.harness.watch import Violation

Rule = Callable[..., Change]
Patch = pytest.MonkeyPatch
SEEDS = 200


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def without(rule: Rule, *attributes: str) -> Rule:
    """The rule without its conditions on these attributes."""

    def told(condition: Condition) -> bool:
        each = condition.conditions[0] if isinstance(condition, AnyOf) else condition
        return each.attribute in attributes

    def mutant(*args: Any, **more: Any) -> Change:
        change = rule(*args, **more)
        kept = tuple(condition for condition in change.when if not told(condition))
        assert len(kept) < len(change.when), "the mutation changes nothing"
        return replace(change, when=kept)

    return mutant


def drop(name: str, *attributes: str) -> Callable[[Patch], None]:
    def mutate(patch: Patch) -> None:
        patch.setattr(transitions, name, without(getattr(transitions, name), *attributes))

    return mutate


def count_before_the_parts_condition(patch: Patch) -> None:
    def one_after_the_other(self: JobCompletion, *writes: Write) -> None:
        try:
            for write in reversed(writes):
                assert isinstance(write, Change)
                self.system.table.update(write)
        except ConditionFailed as refused:
            raise interruption(refused) from None

    patch.setattr(JobCompletion, "_write", one_after_the_other)


def count_running_jobs_alone(patch: Patch) -> None:
    """A retried job is queued while its parts are worked on: this was a fault once."""
    patch.setattr(moves, "COUNT", moves.SPLIT)


def say_done_before_the_outputs_are_listed(patch: Patch) -> None:
    def listed(objects: object, job_id: str, fence: int, outputs: list[Any]) -> dict[str, Any]:
        key = f"jobs/{job_id}/manifest-{fence}.json"
        return {"manifest": key, "count": len(outputs), "bytes": 0}

    finish = JobCompletion.finish

    def late(self: JobCompletion, result: dict[str, Any], outputs: list[Any], total: int) -> None:
        finish(self, result, outputs, total)
        store_manifest(self.system.objects, self.job.id, self.unit.fence, outputs)

    patch.setattr(completion, "store_manifest", listed)
    patch.setattr(JobCompletion, "finish", late)


def a_janitor_that_puts_nothing_back(patch: Patch) -> None:
    patch.setattr(Janitor, "_send_again", lambda *_: None)


def a_janitor_that_never_comes(patch: Patch) -> None:
    patch.setattr(Janitor, "sweep", lambda _: True)


def a_janitor_that_knows_no_leases(patch: Patch) -> None:
    look_at = Janitor._look_at

    def every_open_job(self: Janitor) -> Iterator[Item]:
        for shard in range(OPEN_SHARDS):
            yield from self.system.table.query(OPEN, open_partition(SPEC.name, shard)).items

    def blind(self: Janitor, job: Job, check_at: float) -> None:
        look_at(self, replace(job, lease_until=0), check_at)

    patch.setattr(Janitor, "_due", every_open_job)
    patch.setattr(Janitor, "_look_at", blind)
    patch.setattr(transitions, "abandon", without(transitions.abandon, "deadline", "fence"))


MUTATIONS: dict[str, Callable[[Patch], None]] = {
    "finish without the fence": drop("finish", "fence"),
    "part_done without the fence": drop("part_done", "fence"),
    "split without the fence": drop("split", "fence"),
    "claim without looking at the lease": drop("claim", "lease_until"),
    "claim while the parts are open": drop("claim", "parts_open"),
    "cancel whatever the state": drop("cancel", "status", "phase"),
    "count the part before its own condition": count_before_the_parts_condition,
    "count the parts of running jobs alone": count_running_jobs_alone,
    "DONE before the outputs are listed": say_done_before_the_outputs_are_listed,
    "a janitor that puts nothing back": a_janitor_that_puts_nothing_back,
    "a janitor that never comes": a_janitor_that_never_comes,
    "a janitor that knows no leases": a_janitor_that_knows_no_leases,
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTATIONS[name](monkeypatch)
    for seed in range(SEEDS):
        try:
            History(seed, hanging=0.08).play()
        except Violation:
            return
    pytest.fail(f"{SEEDS} histories did not find out: {name}")
