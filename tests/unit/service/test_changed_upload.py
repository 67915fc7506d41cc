"""The form of an upload may be used again. A job reads only the file that was checked at submit."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.errors import Conflict
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key, upload_key
from heavylift.ports.table import Change
from heavylift.service.inputs import Upload
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.worker.input_cache import InputCache
from heavylift.worker.runner import Runner
from tests.support.world import COPY, TEXT, World

CHECKED, OTHER = TEXT + b"checked", b"GIF89a"


class Uploaded:
    """A world with an upload of the tenant."""

    def __init__(self) -> None:
        self.world = World()
        self.upload = Upload(new_id(self.world.clock.now()))
        self.key = upload_key("me", self.upload.upload_id)
        self.send(CHECKED)

    def send(self, content: bytes) -> None:
        self.world.objects.put(self.key, content, "text/plain")

    def submit(self, **params: Any) -> Job:
        return submit(self.world.system, Submission("me", COPY.name, params, self.upload))


def test_an_upload_that_changed_after_the_submit_fails_the_job_with_a_typed_problem() -> None:
    uploaded = Uploaded()
    job = uploaded.submit()
    uploaded.send(OTHER)
    uploaded.world.work()
    ended = uploaded.world.job(job)
    assert (ended.status, ended.attempt) == ("FAILED", 1)
    assert ended.error is not None
    assert (ended.error["type"], ended.error["retryable"]) == ("/problems/input-changed", False)
    assert uploaded.world.outputs(job) == []


def test_the_same_file_sent_again_is_no_change() -> None:
    uploaded = Uploaded()
    job = uploaded.submit()
    uploaded.send(CHECKED)
    uploaded.world.work()
    assert uploaded.world.job(job).status == "DONE"


def test_an_upload_that_changes_while_it_is_checked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    uploaded = Uploaded()
    head = uploaded.world.objects.head

    def raced(key: str) -> Any:
        found = head(key)
        uploaded.send(OTHER)
        return found

    monkeypatch.setattr(uploaded.world.objects, "head", raced)
    with pytest.raises(Conflict):
        uploaded.submit()
    assert not uploaded.world.table.items


def test_a_warm_worker_gives_each_job_the_content_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uploaded = Uploaded()
    world, inputs = uploaded.world, InputCache()
    monkeypatch.setattr(world, "runner", lambda: Runner(world.system, world.tasks, inputs, lambda: 0.5))
    first = uploaded.submit()
    world.work()
    uploaded.send(TEXT + b"second")
    second = uploaded.submit()
    world.work()
    made = [world.objects.read(output_key(job.id, "copy-1.txt")) for job in (first, second)]
    assert made == [CHECKED, TEXT + b"second"]


def test_a_job_of_the_release_before_has_no_etag_and_is_done() -> None:
    uploaded = Uploaded()
    job = uploaded.submit()
    assert job.input is not None
    before = {name: value for name, value in job.input.items() if name != "etag"}
    uploaded.world.table.update(Change(job.key, set={"input": before}))
    uploaded.world.work()
    assert uploaded.world.job(job).status == "DONE"


def test_two_contents_of_one_upload_are_two_files() -> None:
    uploaded = Uploaded()
    objects, cache = uploaded.world.objects, InputCache()
    seen = []
    for content in (CHECKED, OTHER):
        uploaded.send(content)
        found = objects.head(uploaded.key)
        assert found is not None
        seen.append(cache.fetch(objects, uploaded.key, found.etag))
    assert [path.read_bytes() for path in seen] == [CHECKED, OTHER]
