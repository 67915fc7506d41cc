"""Checks the promises after every write, independently of the code under test."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.jobs import states as moves
from heavylift.jobs.job import Job
from heavylift.jobs.states import Move, State
from heavylift.ports.table import Item, Key
from tests.chaos.harness.wait_watch import WaitWatch

MOVES = [move for move in vars(moves).values() if isinstance(move, Move)]
ALLOWED = {(source, move.target) for move in MOVES for source in move.sources}
HELD_FIELDS = (
    *("status", "phase", "result", "outputs", "done", "parts_open", "plan", "attempts", "error"),
    *("log", "progress_text"),
)


RIVAL = "client_rival"
"""The client that asks for zips and deletes at the same time as the other."""


class Violation(BaseException):
    """A promise was broken. A BaseException: the code under test must not count it as a failed attempt."""


def _violate(what: str) -> None:
    raise Violation(what)


def state(item: Item) -> State:
    return State(item["status"], item["phase"])


def _without_delivery(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "delivery"}


@dataclass
class Watch:
    now: Callable[[], float]
    who: Callable[[], str]
    objects: MemoryObjects | None = None
    holders: dict[Key, str] = field(default_factory=dict)
    """Key → the worker that claimed it last. A retry removes the entry."""
    finishes: dict[Key, int] = field(default_factory=dict)
    waits: WaitWatch = field(default_factory=lambda: WaitWatch(_violate))
    deleting: frozenset[str] | None = None
    """The statuses of the jobs that the client deletes at this moment; None while it deletes none."""
    reopened: Counter[str] = field(default_factory=Counter)
    """Job id → how often it was retried."""

    def check_change(self, key: Key, before: Item | None, after: Item, *, deleted: bool) -> None:
        """Check one written item. `deleted`: whether its job is a tombstone now."""
        if before is None or "phase" not in after or self._is_zip_attached(before, after):
            return
        if deleted:
            self._check_deletion(key, before, after)
            return
        if state(before) != state(after) and (state(before), state(after)) not in ALLOWED:
            raise Violation(f"{key.sk} went from {state(before)} to {state(after)}")
        if before["status"] == "DONE":
            self._check_done(key, before, after)
            return
        if after["fence"] > before["fence"]:
            self._check_new_fence(key, before, after)
        elif self.who().startswith("worker"):
            self._check_worker_write(key, before, after)
        elif self.who().startswith("janitor"):
            self._check_janitor_write(key, before, after)
        self._count_finishes(key, after)

    def _is_zip_attached(self, before: Item, after: Item) -> bool:
        """Return whether the client asked for the zip of a DONE job, and nothing else changed."""
        attached = "zip_job" in after and {**before, "zip_job": after["zip_job"]} == after
        return attached and before["status"] == "DONE" and self.who().startswith("client")

    def _check_done(self, key: Key, before: Item, after: Item) -> None:
        if _without_delivery(before) != _without_delivery(after):
            raise Violation(f"{key.sk} was DONE, and {self.who()} changed it")

    def _check_deletion(self, key: Key, before: Item, after: Item) -> None:
        erased = key.sk == "JOB" or before["spec"] == {}
        if erased and not self.who().startswith(("client", "janitor")):
            raise Violation(f"{self.who()} wrote {key.sk} of a deleted job")
        if erased and state(before) != state(after):
            raise Violation(f"{key.sk} of a deleted job went from {state(before)} to {state(after)}")
        if before.get("zip_job") != after.get("zip_job"):
            raise Violation(f"{self.who()} made a zip of a deleted job")
        if key.sk == "JOB" and before["phase"] != "finished":
            raise Violation(f"a job was deleted that is {before['phase']}")
        if key.sk == "JOB" and "deleted_at" not in before:
            self._check_tombstone(before)
        self.holders.pop(key, None)

    def _check_tombstone(self, before: Item) -> None:
        """Check who deletes the job: a client that asks for jobs of its status, or the janitor in time."""
        if before.get("task") == "zip" or self.who().startswith(RIVAL):
            return  # the zip of a job goes with it
        if self.who().startswith("client"):
            if self.deleting is None or before["status"] not in self.deleting:
                raise Violation(f"a job that is {before['status']} was deleted: wanted is {self.deleting}")
        elif "expire_in" not in before or before["ended_at"] + before["expire_in"] > self.now():
            raise Violation("the janitor deleted a job before its time was over")

    def _count_finishes(self, key: Key, after: Item) -> None:
        self.finishes[key] = self.finishes.get(key, 0) + (after["status"] == "DONE")
        if self.finishes[key] > 1:
            raise Violation(f"{key.sk} was finished twice")

    def _check_new_fence(self, key: Key, before: Item, after: Item) -> None:
        """Check a new fence: a claim of a worker or a retry of the client."""
        if state(after) == moves.RUNNING:
            self._check_claim(key, before)
            return
        self.holders.pop(key, None)
        self.reopened[before["id"]] += 1
        if not self.who().startswith("client"):
            raise Violation(f"{self.who()} opened {key.sk} again")

    def _check_claim(self, key: Key, before: Item) -> None:
        if before["lease_until"] > self.now():
            raise Violation(f"{self.who()} claimed {key.sk}, which {self.holders.get(key)} has")
        self.holders[key] = self.who()

    def _check_worker_write(self, key: Key, before: Item, after: Item) -> None:
        if all(before.get(name) == after.get(name) for name in HELD_FIELDS):
            return
        mine = {held.pk for held, holder in self.holders.items() if holder == self.who()}
        holds = self.holders.get(key) == self.who()
        of_a_part = key.sk == "JOB" and key.pk in mine and before.get("plan")
        too_late = before.get("deadline", 0) <= self.now() and after["status"] == "FAILED"
        if not (holds or of_a_part or too_late):
            raise Violation(f"{self.who()} wrote {key.sk}, which {self.holders.get(key)} has")

    def _check_janitor_write(self, key: Key, before: Item, after: Item) -> None:
        if state(before) == state(after) or before["deadline"] <= self.now():
            return
        if before.get("task") == "zip" and after["status"] == "CANCELED":
            return  # with the job that was deleted
        if before["lease_until"] > self.now():
            raise Violation(f"{self.who()} ended {key.sk}, which {self.holders.get(key)} has in hand")

    def check_waits(self, items: Mapping[Key, Item], before: Mapping[Key, Item | None]) -> None:
        """Check the jobs of a write that was made."""
        for key, item in before.items():
            if key.sk == "JOB" and item is not None and "deleted_at" not in items[key]:
                self.waits.check(items, key, item, items[key], self.now())

    def check_jobs(self, items: Mapping[Key, Item], written: Mapping[Key, Any]) -> None:
        """Check the jobs of a write, or of a whole transaction."""
        for pk in {key.pk for key in written}:
            item = items.get(Key(pk, "JOB"))
            if item is not None:
                self._check_job(items, Job.of(item))

    def _check_job(self, items: Mapping[Key, Item], job: Job) -> None:
        too_many = job.status in ("DONE", "FAILED") and job.attempt > job.max_attempts
        if too_many or len(job.attempts) > job.max_attempts:
            raise Violation(f"attempt {job.attempt} of {job.max_attempts}: {len(job.attempts)} are kept")
        if job.deleted_at is not None:
            return
        if job.plan:
            prefix = f"PART#{job.plan}#"
            parts = [item for key, item in items.items() if key.pk == job.pk and key.sk.startswith(prefix)]
            done = sum(item["status"] == "DONE" for item in parts)
            if len(parts) != job.parts_total or done != len(parts) - (job.parts_open or 0):
                raise Violation(f"{done} of {len(parts)} parts are DONE, and {job.parts_open} count as open")
        if job.status == "DONE" and job.task == "zip":
            self._check_zip(job)
        elif job.status == "DONE":
            self._check_outputs(job)

    def _check_zip(self, job: Job) -> None:
        assert self.objects is not None
        if f"jobs/{job.id}/outputs/outputs.zip" not in self.objects.objects:
            raise Violation("DONE without a zip")

    def _check_outputs(self, job: Job) -> None:
        """Check that the manifest lists every output in order, and that each is stored."""
        assert self.objects is not None
        assert job.outputs is not None
        if job.outputs["manifest"] not in self.objects.objects:
            raise Violation("DONE without a list of its outputs")
        listed = [each["name"] for each in json.loads(self.objects.objects[job.outputs["manifest"]][0])]
        wanted = [f"copy-{number}.txt" for number in range(1, job.params["parts"] + 1)]
        stored = {key.rpartition("/")[2] for key in self.objects.objects if f"{job.id}/outputs/" in key}
        if listed != wanted or not set(wanted) <= stored:
            raise Violation(f"DONE with {listed}, of which {sorted(stored)} are stored")
        if job.result != {"copied": list(range(1, job.params["parts"] + 1))}:
            raise Violation(f"DONE with the result {job.result}")
