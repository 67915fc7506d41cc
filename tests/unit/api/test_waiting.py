"""Long polls, ETags and hints of when to look again; time passes as the test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.admission.retry_after import GOOD_FOR_S, LONGEST_S
from heavylift.jobs import transitions
from heavylift.jobs.job import Job
from heavylift.ports.table import Change
from heavylift.service.control import cancel
from heavylift.service.find import find_job
from heavylift.service.wait import FIRST_PAUSE_S, LONGEST_PAUSE_S
from tests.support.in_process_api import FrontWorld


class Scene(FrontWorld):
    """An open API, a job in the queue, and things that happen while somebody waits for it."""

    def __init__(self) -> None:
        super().__init__(require_api_key=False)
        self.client = self.front.client()
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


def claim(scene: Scene) -> None:
    """Somebody starts to work on the job, and is not done."""
    now, job = scene.clock.now(), scene.job_now()
    scene.table.update(transitions.claim(job.key, now=now, deadline=job.deadline, lease_until=now + 60))


def test_a_poll_ends_as_soon_as_the_job_changes() -> None:
    scene = Scene()
    began = scene.clock.now()
    scene.after(5, lambda: claim(scene))
    answer = scene.get(Prefer="wait=20")
    assert answer.status_code == 200
    assert answer.json()["phase"] == "running"
    assert 5 <= scene.clock.now() - began <= 5 + LONGEST_PAUSE_S
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert "Retry-After" in answer.headers


def test_reads_come_less_and_less_often() -> None:
    scene = Scene()
    scene.get(Prefer="wait=20")
    assert scene.pauses[0] == FIRST_PAUSE_S
    assert scene.pauses == sorted(scene.pauses[:-1]) + scene.pauses[-1:]
    assert max(scene.pauses) == LONGEST_PAUSE_S
    assert sum(scene.pauses) == pytest.approx(20)
    assert len(scene.pauses) < 30


def test_a_wait_is_for_a_change_from_what_the_client_has_seen() -> None:
    scene = Scene()
    seen = scene.get().headers["ETag"]
    claim(scene)
    began = scene.clock.now()
    assert scene.get(Prefer="wait=20", If_None_Match=seen).json()["phase"] == "running"
    assert scene.clock.now() == began  # what is new to the client needs no waiting


def test_a_wait_without_a_change_ends_in_304_for_who_has_seen_it() -> None:
    scene = Scene()
    seen = scene.get().headers["ETag"]
    answer = scene.get(Prefer="wait=3", If_None_Match=seen)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == seen
    assert sum(scene.pauses) == pytest.approx(3)
    assert scene.get(Prefer="wait=3").status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_state_that_the_client_has_is_not_sent_again(form: str) -> None:
    scene = Scene()
    seen = scene.get().headers["ETag"]
    assert scene.get(If_None_Match=form.format(seen)).status_code == 304
    cancel(scene.system, scene.job_now())
    if form != "*":
        answer = scene.get(If_None_Match=form.format(seen))
        assert answer.status_code == 200
        assert answer.headers["ETag"] != seen


def test_a_job_that_has_ended_is_not_waited_for() -> None:
    scene = Scene()
    scene.work()
    scene.pauses.clear()
    answer = scene.get(Prefer="wait=20")
    assert answer.json()["status"] == "DONE"
    assert scene.pauses == []
    assert "Retry-After" not in answer.headers


def test_a_strict_poll_waits_for_the_end() -> None:
    scene = Scene()
    scene.after(2, lambda: claim(scene))
    scene.after(6, lambda: cancel(scene.system, scene.job_now()))
    answer = scene.get(Prefer="wait=20, handling=strict")
    assert answer.json()["status"] == "CANCELED"
    assert answer.headers["Preference-Applied"] == "wait=20, handling=strict"


def test_a_strict_poll_that_sees_no_end_is_a_504() -> None:
    scene = Scene()
    scene.after(2, lambda: claim(scene))
    answer = scene.get(Prefer="wait=5, handling=strict")
    assert answer.status_code == 504
    assert answer.json()["type"] == "/problems/wait-timed-out"
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_submission_that_ends_in_time_is_a_200_and_else_a_202() -> None:
    scene = Scene()
    scene.after(4, scene.work)
    in_time = scene.submit_over(scene.client, headers={"Prefer": "wait=20"})
    assert (in_time.status_code, in_time.json()["status"]) == (200, "DONE")
    late = scene.submit_over(scene.client, headers={"Prefer": "wait=1"})
    assert (late.status_code, late.headers["Preference-Applied"]) == (202, "wait=1")
    assert scene.submit_over(scene.client).headers.get("Preference-Applied") is None


def test_a_strict_submission_that_does_not_end_in_time_says_where_the_job_is() -> None:
    scene = Scene()
    answer = scene.submit_over(scene.client, headers={"Prefer": "wait=1, handling=strict"})
    assert answer.status_code == 504
    assert scene.client.get(answer.headers["Location"]).json()["phase"] == "queued"


def run_for(scene: Scene, seconds: float) -> None:
    scene.task.before = lambda number: scene.clock.sleep(seconds)
    scene.work()


def test_retry_after_follows_how_long_the_task_ran_of_late() -> None:
    scene = Scene()
    assert scene.get().headers["Retry-After"] == "1"  # nothing is known yet
    run_for(scene, 12)
    scene.clock.sleep(GOOD_FOR_S)
    queued = scene.submit_over(scene.client)
    assert queued.headers["Retry-After"] == "12"
    scene.link = queued.json()["links"]["self"]
    claim(scene)
    scene.clock.sleep(8)
    assert scene.get().headers["Retry-After"] == "4"


def test_the_first_steps_do_not_promise_a_long_wait() -> None:
    scene = Scene()
    claim(scene)
    scene.clock.sleep(2)  # a worker comes up, and the first of many pages
    scene.table.update(
        Change(scene.job_now().key, set={"done": 1, "total": 100, "updated_at": scene.clock.now()})
    )
    assert scene.get().headers["Retry-After"] == "2"
    scene.clock.sleep(8)
    scene.table.update(Change(scene.job_now().key, set={"done": 80, "updated_at": scene.clock.now()}))
    assert scene.get().headers["Retry-After"] == "2"  # ten seconds for eighty
    scene.clock.sleep(1)
    assert scene.get().headers["Retry-After"] == "2"  # 1.5


@pytest.mark.parametrize("header", ["wait=1; q=1, handling=strict", 'wait="1",handling="strict";x'])
def test_a_preferences_own_parameters_change_nothing(header: str) -> None:
    assert Scene().get(Prefer=header).status_code == 504


def test_the_etag_of_a_submission_is_that_of_the_first_poll() -> None:
    """A number that is whole comes back from the table as an integer, and is the same number."""
    scene = Scene()
    sent = scene.client.post("/v1/jobs", json={"task": "message", "params": {"seconds": 0.0}})
    link, etag = sent.json()["links"]["self"], sent.headers["ETag"]
    assert scene.client.get(link, headers={"If-None-Match": etag}).status_code == 304


def test_retry_after_is_a_minute_at_most_and_nobody_elses_business() -> None:
    scene = Scene()
    run_for(scene, 55)
    run_for(scene, 55)
    scene.clock.sleep(GOOD_FOR_S)
    assert int(scene.submit_over(scene.client).headers["Retry-After"]) <= LONGEST_S
    other = scene.front.client(scene.front.key("other"))
    assert scene.submit_over(other).headers["Retry-After"] == "1"
