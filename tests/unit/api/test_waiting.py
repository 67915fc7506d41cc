"""Long polls, ETags and Retry-After, on a manual clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.admission.retry_after import CACHE_TTL_S, MAX_RETRY_AFTER_S
from api.http.prefer import MAX_WAIT_S
from heavylift.errors import Throttled
from heavylift.jobs import transitions
from heavylift.jobs.job import Job
from heavylift.ports.table import Change
from heavylift.service.control import cancel
from heavylift.service.find import find_job
from heavylift.service.wait import FIRST_PAUSE_S, MAX_PAUSE_S
from tests.support.in_process_api import ApiWorld


class WaitingWorld(ApiWorld):
    """An open API with a queued job, and events that occur while a client waits for the job."""

    def __init__(self) -> None:
        super().__init__(require_api_key=False)
        self.client = self.api.client()
        self.link: str = self.submit_over(self.client).json()["links"]["self"]
        self.pauses: list[float] = []
        self._happens: list[tuple[float, Callable[[], Any]]] = []
        self._pass = self.clock.sleep
        self.clock.sleep = self._sleep  # type: ignore[method-assign]

    def after(self, seconds: float, happens: Callable[[], Any]) -> None:
        self._happens.append((self.clock.now() + seconds, happens))

    def get(self, **headers: str) -> httpx.Response:
        return self.client.get(
            self.link, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def job_now(self) -> Job:
        return find_job(self.system, "default", self.link.rpartition("/")[2])

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._pass(seconds)
        due = [each for each in self._happens if each[0] <= self.clock.now()]
        self._happens = [each for each in self._happens if each not in due]
        for _, happens in due:
            happens()


def claim(world: WaitingWorld) -> None:
    """Let a worker claim the job and keep it."""
    now, job = world.clock.now(), world.job_now()
    world.table.update(transitions.claim(job.key, now=now, deadline=job.deadline, lease_until=now + 60))


def test_a_poll_ends_as_soon_as_the_job_changes() -> None:
    world = WaitingWorld()
    began = world.clock.now()
    world.after(5, lambda: claim(world))
    answer = world.get(Prefer="wait=20")
    assert answer.status_code == 200
    assert answer.json()["phase"] == "running"
    assert 5 <= world.clock.now() - began <= 5 + MAX_PAUSE_S
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert "Retry-After" in answer.headers


def test_the_pauses_between_reads_grow() -> None:
    world = WaitingWorld()
    world.get(Prefer="wait=20")
    assert world.pauses[0] == FIRST_PAUSE_S
    assert world.pauses == sorted(world.pauses[:-1]) + world.pauses[-1:]
    assert max(world.pauses) == MAX_PAUSE_S
    assert sum(world.pauses) == pytest.approx(20)
    assert len(world.pauses) < 30


def test_a_wait_is_for_a_change_from_what_the_client_has_seen() -> None:
    world = WaitingWorld()
    seen = world.get().headers["ETag"]
    claim(world)
    began = world.clock.now()
    assert world.get(Prefer="wait=20", If_None_Match=seen).json()["phase"] == "running"
    assert world.clock.now() == began  # the client has not seen this state, so the API answers at once


def test_a_wait_without_a_change_is_a_304_for_a_known_etag() -> None:
    world = WaitingWorld()
    seen = world.get().headers["ETag"]
    answer = world.get(Prefer="wait=3", If_None_Match=seen)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == seen
    assert sum(world.pauses) == pytest.approx(3)
    assert world.get(Prefer="wait=3").status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_state_that_the_client_has_is_not_sent_again(form: str) -> None:
    world = WaitingWorld()
    seen = world.get().headers["ETag"]
    assert world.get(If_None_Match=form.format(seen)).status_code == 304
    cancel(world.system, world.job_now())
    if form != "*":
        answer = world.get(If_None_Match=form.format(seen))
        assert answer.status_code == 200
        assert answer.headers["ETag"] != seen


def test_a_job_that_has_ended_is_not_waited_for() -> None:
    world = WaitingWorld()
    world.work()
    world.pauses.clear()
    answer = world.get(Prefer="wait=20")
    assert answer.json()["status"] == "DONE"
    assert world.pauses == []
    assert "Retry-After" not in answer.headers


def test_a_strict_poll_waits_for_the_end() -> None:
    world = WaitingWorld()
    world.after(2, lambda: claim(world))
    world.after(6, lambda: cancel(world.system, world.job_now()))
    answer = world.get(Prefer="wait=20, handling=strict")
    assert answer.json()["status"] == "CANCELED"
    assert answer.headers["Preference-Applied"] == "wait=20, handling=strict"


def test_a_strict_poll_that_sees_no_end_is_a_504() -> None:
    world = WaitingWorld()
    world.after(2, lambda: claim(world))
    answer = world.get(Prefer="wait=5, handling=strict")
    assert answer.status_code == 504
    assert answer.json()["type"] == "/problems/wait-timed-out"
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_submission_that_ends_in_time_is_a_200_and_else_a_202() -> None:
    world = WaitingWorld()
    world.after(4, world.work)
    in_time = world.submit_over(world.client, headers={"Prefer": "wait=20"})
    assert (in_time.status_code, in_time.json()["status"]) == (200, "DONE")
    late = world.submit_over(world.client, headers={"Prefer": "wait=1"})
    assert (late.status_code, late.headers["Preference-Applied"]) == (202, "wait=1")
    assert world.submit_over(world.client).headers.get("Preference-Applied") is None


def test_a_strict_submission_that_times_out_names_the_job() -> None:
    world = WaitingWorld()
    answer = world.submit_over(world.client, headers={"Prefer": "wait=1, handling=strict"})
    assert answer.status_code == 504
    assert world.client.get(answer.headers["Location"]).json()["phase"] == "queued"


def run_for(world: WaitingWorld, seconds: float) -> None:
    world.task.before = lambda number: world.clock.sleep(seconds)
    world.work()


def test_retry_after_follows_the_recent_run_times_of_the_task() -> None:
    world = WaitingWorld()
    assert world.get().headers["Retry-After"] == "1"  # there is no run time yet
    run_for(world, 12)
    world.clock.sleep(CACHE_TTL_S)
    queued = world.submit_over(world.client)
    assert queued.headers["Retry-After"] == "12"
    world.link = queued.json()["links"]["self"]
    claim(world)
    world.clock.sleep(8)
    assert world.get().headers["Retry-After"] == "4"


def test_slow_first_steps_do_not_lengthen_retry_after() -> None:
    world = WaitingWorld()
    claim(world)
    world.clock.sleep(2)  # a worker starts and draws the first of many pages
    world.table.update(
        Change(world.job_now().key, set={"done": 1, "total": 100, "updated_at": world.clock.now()})
    )
    assert world.get().headers["Retry-After"] == "2"
    world.clock.sleep(8)
    world.table.update(Change(world.job_now().key, set={"done": 80, "updated_at": world.clock.now()}))
    assert world.get().headers["Retry-After"] == "2"  # ten seconds for eighty
    world.clock.sleep(1)
    assert world.get().headers["Retry-After"] == "2"  # 1.5


@pytest.mark.parametrize("header", ["wait=1; q=1, handling=strict", 'wait="1",handling="strict";x'])
def test_a_preferences_own_parameters_change_nothing(header: str) -> None:
    assert WaitingWorld().get(Prefer=header).status_code == 504


def test_the_etag_of_a_submission_is_that_of_the_first_poll() -> None:
    """The table returns a whole number as an integer, which must not change the ETag."""
    world = WaitingWorld()
    sent = world.client.post("/v1/jobs", json={"task": "message", "params": {"seconds": 0.0}})
    link, etag = sent.json()["links"]["self"], sent.headers["ETag"]
    assert world.client.get(link, headers={"If-None-Match": etag}).status_code == 304


def test_retry_after_is_bounded_and_separate_for_each_tenant() -> None:
    world = WaitingWorld()
    run_for(world, 90)
    run_for(world, 90)
    world.clock.sleep(CACHE_TTL_S)
    assert world.submit_over(world.client).headers["Retry-After"] == str(MAX_RETRY_AFTER_S)
    other = world.api.client(world.api.key("other"))
    assert world.submit_over(other).headers["Retry-After"] == "1"


@pytest.mark.parametrize("wanted", ["26", "9" * 5000])
def test_a_long_wait_is_shortened(wanted: str) -> None:
    assert WaitingWorld().get(Prefer=f"wait={wanted}").headers["Preference-Applied"] == f"wait={MAX_WAIT_S}"


def test_a_throttled_table_costs_the_wait_or_the_estimate_and_not_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def throttle(*_: Any, **__: Any) -> None:
        raise Throttled

    world = WaitingWorld()
    world.clock.sleep(CACHE_TTL_S)
    monkeypatch.setattr(world.table, "update", throttle)
    monkeypatch.setattr(world.table, "query", throttle)
    answer = world.get(Prefer="wait=20")
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=0")
    assert answer.headers["Retry-After"] == "1"
