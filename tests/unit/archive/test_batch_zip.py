"""The zip of a batch: a folder for each item, and a list of what is not there."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from zipfile import ZipFile

import httpx
import pytest

from archive.zip_task import OUTPUT, ZipTask
from heavylift.errors import InvalidInput
from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import job_folder, output_key
from heavylift.service.delete import delete_job
from heavylift.tasks.registry import TASKS
from heavylift_client.item_names import ItemNames
from tests.support.batch_world import BatchWorld
from tests.support.in_process_api import InProcessApi


def fail_at_two(number: int) -> None:
    if number == 2:
        raise InvalidInput("The file is odd.")


class ZipWorld(BatchWorld):
    """A world with batches and zips, and the API of its tenant."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch)
        self.tasks["zip"] = ZipTask()
        self.task.before = fail_at_two
        api = InProcessApi(self.system)
        self.client = api.client(api.key("me"))

    def ask(self, batch: Job, **headers: str) -> httpx.Response:
        return self.client.get(f"/v1/batches/{batch.id}/outputs.zip", headers=headers)

    def make(self, batch: Job) -> ZipFile:
        """Return the zip of the batch, made by the worker."""
        asked = self.ask(batch)
        assert asked.status_code == 202, asked.text
        self.work_through("archive")
        assert self.ask(batch).status_code == 307, self.ask(batch).text
        return self.open(asked.json()["id"])

    def open(self, zip_job: str) -> ZipFile:
        return ZipFile(io.BytesIO(self.objects.read(output_key(zip_job, OUTPUT))))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ZipWorld:
    return ZipWorld(monkeypatch)


def read_missing(opened: ZipFile) -> list[list[str]]:
    return list(csv.reader(opened.read("missing.csv").decode().splitlines()))


def test_each_item_has_a_folder_called_by_its_name_its_file_or_its_number(world: ZipWorld) -> None:
    upload = {"input": {"job_id": world.source.id, "output": "copy-1.txt"}}
    items = [
        world.item(name="Annual report v1.2"),
        world.item(name="a/b", params={"parts": 1}),
        world.item(),
        world.item(**upload, file_name="letters/scan.final.txt"),
        world.item(name="annual report V1.2"),
    ]
    batch = world.finish(world.submit_batch(items))
    opened = world.make(batch)
    assert opened.namelist() == [
        "Annual report v1.2/copy-1.txt",
        "a_b/copy-1.txt",
        "copy-1/copy-1.txt",
        "scan.final/copy-1.txt",
        "annual report V1.2 (2)/copy-1.txt",
    ]
    assert opened.testzip() is None
    names, listed = ItemNames(), world.client.get(f"/v1/batches/{batch.id}/jobs").json()["items"]
    folders = [name.partition("/")[0] for name in opened.namelist()]
    assert [names.name_of(job) for job in listed] == folders, "the client calls its folders the same"


def test_what_is_not_there_is_listed_in_the_zip_and_counted_in_the_result(world: ZipWorld) -> None:
    bad, wrong = world.item(name="bad", params={"parts": 2}), world.item(params={"parts": "x"})
    items = [world.item(name="good"), bad, world.item(name="gone"), wrong]
    batch = world.finish(world.submit_batch(items, on_invalid="skip"))
    jobs = world.children(batch)
    delete_job(world.system, "me", jobs[2].id)
    opened = world.make(batch)
    assert opened.namelist() == ["good/copy-1.txt", "missing.csv"]
    header, *rows = read_missing(opened)
    assert header == ["number", "name", "job", "status", "why"]
    assert [row[:4] for row in rows] == [
        ["2", "bad", jobs[1].id, "FAILED"],
        ["3", "", jobs[2].id, "deleted"],
        ["4", "", "", "skipped"],
    ]
    assert rows[0][4] == "The file is odd."
    assert "/params/parts" in rows[2][4]
    zip_job = load_job(world.table, str(world.job(batch).zip_job))
    assert zip_job is not None
    assert zip_job.result is not None
    assert {**zip_job.result, "bytes": 0} == {"files": 1, "bytes": 0, "jobs": 1, "missing": 3}


def test_items_of_a_stopped_batch_of_which_no_job_was_made_are_counted(
    world: ZipWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heavylift.service.batches.make.CHUNK", 2)
    monkeypatch.setattr("heavylift.service.batches.make.window_of", lambda *_: 2)
    items = [world.item(), world.item(params={"parts": 2}), *(world.item() for _ in range(4))]
    batch = world.finish(world.submit_batch(items, on_failure="stop"))
    made = world.job(batch).made or 0
    assert made < 6
    assert ["", "", "", "not made", f"Of {6 - made} items no job was made: the batch had ended before."] in (
        read_missing(world.make(batch))
    )


def test_a_retry_makes_the_zip_out_of_date(world: ZipWorld) -> None:
    batch = world.finish(
        world.submit_batch([world.item(name="a"), world.item(name="b", params={"parts": 2})])
    )
    first = world.ask(batch).json()["id"]
    world.work_through("archive")
    assert world.open(first).namelist() == ["a/copy-1.txt", "missing.csv"]
    world.task.before = lambda _: None
    assert world.client.post(f"/v1/jobs/{batch.id}/retry").status_code == 202
    assert world.ask(batch).status_code == 409
    batch = world.finish(batch)
    assert world.make(batch).namelist() == ["a/copy-1.txt", "b/copy-1.txt", "b/copy-2.txt"]
    assert not [key for key in world.objects.objects if key.startswith(job_folder(first))]
    assert world.ask(batch).status_code == 307


def test_the_zip_is_deleted_with_the_batch(world: ZipWorld) -> None:
    batch = world.finish(world.submit_batch([world.item()]))
    world.make(batch)
    zip_job = str(world.job(batch).zip_job)
    assert world.client.post(f"/v1/jobs/{batch.id}/delete").status_code == 204
    assert not [key for key in world.objects.objects if key.startswith(job_folder(zip_job))]
    assert world.ask(batch).status_code == 410


def test_the_path_of_a_job_leads_to_the_same_zip(world: ZipWorld) -> None:
    batch = world.finish(world.submit_batch([world.item()]))
    world.make(batch)
    there = world.client.get(f"/v1/jobs/{batch.id}/outputs.zip")
    assert there.headers["Location"] == world.ask(batch).headers["Location"]


def test_the_task_takes_a_batch_alone(world: ZipWorld) -> None:
    batch = world.finish(world.submit_batch([world.item(name="x")]))

    def submit(*ids: str) -> httpx.Response:
        return world.client.post("/v1/jobs", json={"task": "zip", "params": {"jobs": ids}})

    answer = submit(batch.id)
    world.work_through("archive")
    assert world.open(answer.json()["id"]).namelist() == ["x/copy-1.txt"]
    mixed = submit(world.source.id, batch.id)
    assert (mixed.status_code, mixed.json()["errors"][0]["pointer"]) == (422, "/params/jobs/1")


def test_what_can_not_be_zipped_is_refused(world: ZipWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = world.submit_batch([world.item(params={"parts": 2})])
    assert world.ask(batch).status_code == 409
    assert world.ask(world.finish(batch)).status_code == 404, "no job is DONE"
    assert world.ask(world.source).status_code == 404, "it is no batch"
    large = world.finish(world.submit_batch([world.item(), world.item()]))
    monkeypatch.setitem(TASKS, "zip", replace(ZipTask.spec, limits={"max_batch_jobs": 1}))
    assert world.ask(large).status_code == 413
    monkeypatch.setitem(TASKS, "zip", ZipTask.spec)
    monkeypatch.setattr("archive.zip_task.MAX_BYTES", 19)
    world.ask(large)
    world.work_through("archive")
    assert "19" in world.ask(large).json()["detail"]


def test_a_batch_of_another_tenant_has_no_zip(world: ZipWorld) -> None:
    batch = world.finish(world.submit_batch([world.item()]))
    api = InProcessApi(world.system)
    you = api.client(api.key("you"))
    assert you.get(f"/v1/batches/{batch.id}/outputs.zip").status_code == 404
    wanted = {"task": "zip", "params": {"jobs": [batch.id]}}
    assert you.post("/v1/jobs", json=wanted).status_code == 404


def test_a_batch_that_is_deleted_before_its_zip_is_made_fails_the_zip(world: ZipWorld) -> None:
    batch = world.finish(world.submit_batch([world.item()]))
    wanted = {"task": "zip", "params": {"jobs": [batch.id]}}
    zip_job = world.client.post("/v1/jobs", json=wanted).json()["id"]
    delete_job(world.system, "me", batch.id)
    world.work_through("archive")
    assert "no longer exists" in world.client.get(f"/v1/jobs/{zip_job}").json()["error"]["detail"]
