"""GET /v1/jobs/{id}/outputs.zip: one zip for all who ask, as long as the job lives."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import httpx
import pytest

from archive.zip_task import OUTPUT, ZipTask
from heavylift.errors import InvalidInput
from heavylift.jobs.deletion import STRAY_S
from heavylift.jobs.job import Job, job_key
from heavylift.jobs.object_keys import job_folder, output_key
from heavylift.recovery.deletions import DeletionSweep
from heavylift.service import outputs_zip
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from tests.support.in_process_api import ApiWorld
from tests.support.world import TEXT


class ZipApi(ApiWorld):
    """An API with a done job, and a worker that makes zips."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.tasks["zip"] = ZipTask()
        self.client = self.api.client(self.api.key("me"))
        form = {"data": {"task": "copy", "params": '{"parts": 2}'}}
        self.done = self.submit_over(self.client, **form).json()["id"]
        self.work()

    def ask(self, **headers: str) -> httpx.Response:
        return self.client.get(f"/v1/jobs/{self.done}/outputs.zip", headers=headers)

    def make(self) -> None:
        self.work_through("archive")

    def delete(self, job_id: str) -> httpx.Response:
        return self.client.post(f"/v1/jobs/{job_id}/delete")

    def zips(self) -> list[Job]:
        return [Job.of(item) for item in self.table.items.values() if item.get("task") == "zip"]

    def left_of(self, job_id: str) -> list[str]:
        return [key for key in self.objects.objects if key.startswith(job_folder(job_id))]


@pytest.fixture
def world() -> ZipApi:
    return ZipApi()


def test_the_first_request_starts_the_zip_and_a_later_one_leads_to_it(world: ZipApi) -> None:
    first = world.ask()
    assert first.status_code == 202
    making = first.json()
    assert (making["task"], making["params"]) == ("zip", {"jobs": [world.done]})
    assert first.headers["Location"] == making["links"]["self"]
    assert int(first.headers["Retry-After"]) > 0
    world.make()
    ready = world.ask()
    assert ready.status_code == 307
    at = urlsplit(ready.headers["Location"])
    assert parse_qs(at.query)["name"] == ["a-outputs.zip"]
    with ZipFile(io.BytesIO(world.objects.read(at.path.lstrip("/")))) as opened:
        assert opened.namelist() == ["a-copy-1.txt", "a-copy-2.txt"]
        assert opened.read("a-copy-1.txt") == TEXT + b"hello"


def test_a_script_gets_the_url_as_json(world: ZipApi) -> None:
    assert world.ask(Accept="application/json").status_code == 202
    world.make()
    answer = world.ask(Accept="application/json")
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["url"] == world.ask().headers["Location"]
    assert (shown["name"], shown["media_type"], shown["download_name"]) == (
        OUTPUT,
        "application/zip",
        "a-outputs.zip",
    )
    assert shown["bytes"] == len(world.objects.read(urlsplit(shown["url"]).path.lstrip("/")))


def test_all_requests_share_one_zip(world: ZipApi) -> None:
    ids = {world.ask().json()["id"] for _ in range(3)}
    world.make()
    assert {world.ask().headers["Location"] for _ in range(2)}
    assert {job.id for job in world.zips()} == ids
    assert len(ids) == 1


def test_two_first_requests_at_once_make_one_zip(world: ZipApi, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[str] = []

    def submit_second(*given: Any) -> Job:
        if not others:
            others.append("")
            others.append(world.ask().json()["id"])
        return submit(*given)

    monkeypatch.setattr(outputs_zip, "submit", submit_second)
    assert world.ask().json()["id"] == others[1]
    assert len(world.zips()) == 1


def test_a_deletion_between_the_look_and_the_write_leaves_no_zip(
    world: ZipApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def submit_too_late(*given: Any) -> Job:
        assert world.delete(world.done).status_code == 204
        return submit(*given)

    monkeypatch.setattr(outputs_zip, "submit", submit_too_late)
    assert world.ask().status_code == 410
    assert world.zips() == []


@pytest.mark.parametrize("made", [True, False])
def test_a_deletion_takes_the_zip_with_it(world: ZipApi, *, made: bool) -> None:
    zip_job = world.ask().json()["id"]
    if made:
        world.make()
    assert world.delete(world.done).status_code == 204
    assert world.ask().status_code == 410
    assert world.client.get(f"/v1/jobs/{zip_job}").status_code == 410
    world.make()
    assert world.left_of(zip_job) == world.left_of(world.done) == []


def test_what_a_late_worker_stores_of_a_deleted_zip_is_deleted_too(world: ZipApi) -> None:
    zip_job = world.ask().json()["id"]
    world.delete(world.done)
    world.objects.put(output_key(zip_job, OUTPUT), b"late", "application/zip")
    world.clock.sleep(STRAY_S + 1)
    DeletionSweep(world.system, world.clock.now() + 60).run()
    assert world.left_of(zip_job) == []
    assert "open_pk" not in world.table.items[job_key(zip_job)]


def test_a_deletion_that_was_cut_off_is_finished_by_the_janitor(
    world: ZipApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    zip_job = world.ask().json()["id"]
    world.make()
    with monkeypatch.context() as patch:
        patch.setattr("heavylift.service.delete.erase", lambda *_: None)
        world.delete(world.done)
    assert world.left_of(zip_job)
    world.clock.sleep(61)
    DeletionSweep(world.system, world.clock.now() + 60).run()
    assert world.left_of(zip_job) == []


def test_the_zip_ends_with_its_job(world: ZipApi) -> None:
    world.clock.sleep(3600)
    [source] = [Job.of(item) for key, item in world.table.items.items() if key == job_key(world.done)]
    world.ask()
    [made] = world.zips()
    assert made.expires_at == source.expires_at
    world.clock.sleep(source.expires_at - world.clock.now() + 1)
    assert world.ask().status_code == 410


def test_a_zip_that_was_canceled_or_deleted_is_made_anew(world: ZipApi) -> None:
    canceled = world.ask().json()["id"]
    world.client.delete(f"/v1/jobs/{canceled}")
    second = world.ask().json()["id"]
    world.make()
    world.delete(second)
    third = world.ask().json()["id"]
    assert len({canceled, second, third}) == 3
    world.make()
    assert world.ask().status_code == 307
    assert world.left_of(canceled) == world.left_of(second) == []


def test_a_zip_that_failed_says_so_until_its_job_is_retried(world: ZipApi) -> None:
    class Broken(ZipTask):
        def run(self, *_: Any) -> Any:
            raise InvalidInput("The output is odd.")

    world.tasks["zip"] = Broken()
    zip_job = world.ask().json()["id"]
    world.make()
    for _ in range(2):
        refused = world.ask()
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith("The zip could not be made: The output is odd.")
    world.tasks["zip"] = ZipTask()
    world.client.post(f"/v1/jobs/{zip_job}/retry")
    world.make()
    assert world.ask().status_code == 307


def test_the_zip_of_a_zip_is_itself(world: ZipApi) -> None:
    zip_job = world.ask().json()["id"]
    world.make()
    again = world.client.get(f"/v1/jobs/{zip_job}/outputs.zip")
    assert again.headers["Location"] == world.ask().headers["Location"]
    assert len(world.zips()) == 1


def test_a_job_without_outputs_has_no_zip(world: ZipApi) -> None:
    queued = world.submit_over(world.client).json()["id"]
    assert world.client.get(f"/v1/jobs/{queued}/outputs.zip").status_code == 409
    key = job_key(world.done)
    world.table.items[key] = {
        **world.table.items[key],
        "outputs": {**world.table.items[key]["outputs"], "count": 0},
    }
    assert world.ask().status_code == 404
    assert world.zips() == []


def test_a_request_may_wait_for_the_zip(world: ZipApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.clock, "sleep", lambda _: world.work_once("archive"))
    assert world.ask(Prefer="wait=5").status_code == 307


def test_only_the_request_that_starts_the_zip_counts_as_a_submission() -> None:
    world = ZipApi(requests_per_minute=2)
    assert [world.ask().status_code for _ in range(3)] == [202, 202, 202]
    world.client.delete(f"/v1/jobs/{world.zips()[0].id}")
    assert world.ask().status_code == 429


def test_a_zip_is_refused_while_its_queue_is_full() -> None:
    world = ZipApi(queue_limits={"archive": 1})
    other = world.submit_over(world.client).json()["id"]
    world.work()
    assert world.ask().status_code == 202
    assert world.client.get(f"/v1/jobs/{other}/outputs.zip").status_code == 503


def test_outputs_that_are_too_large_for_a_zip_are_refused(
    world: ZipApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TASKS, "zip", replace(ZipTask.spec, limits={"max_bytes": 19}))
    assert world.ask().status_code == 413
