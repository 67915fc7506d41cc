"""A batch of the client: put together, submitted at the end of its block, followed and saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heavylift.jobs.object_keys import upload_key
from heavylift_client import ClientError, Heavylift, JobFailed, Problem, StillRunning, new_batch
from heavylift_client.upload_pool import MAX_WAITING
from tests.support.batch_world import BatchWorld
from tests.support.client_store import ClientStore
from tests.support.world import TEXT
from tests.unit.client.batches.conftest import FAILS, WorkingTransport
from tests.unit.client.conftest import TASK


def count_batches(transport: WorkingTransport) -> int:
    return sum((each.method, each.url.path) == ("POST", "/v1/batches") for each in transport.seen)


def test_files_urls_and_bytes_are_items(heavylift: Heavylift, scans: list[Path], batches: BatchWorld) -> None:
    sent: list[int] = []
    with heavylift.batch(TASK, params={"parts": 1}, name="All", tags=["a"], on_sent=sent.append) as batch:
        batch.add(scans[0])
        batch.add(str(scans[2]), params={"parts": 3}, name="Letter", reference="order-7")
        batch.add(TEXT + b"bytes", name="note.txt")
        batch.add("https://example.org/far.txt", headers={"Authorization": "Bearer x"})
        batch.add(output_of=(batches.source.id, "copy-1.txt"))
        assert len(batch) == 5
        with pytest.raises(ClientError, match="not submitted"):
            assert batch.id
    assert sent == [1, 2, 3]
    assert (batch.state()["name"], batch.state()["tags"]) == ("All", ["a"])
    batches.make_once()
    files = [job["input"]["name"] if job["input"] else None for job in batch]
    assert files == ["scan.txt", "letter.txt", "note.txt", "far.txt", "copy-1.txt"]
    jobs = list(batch.jobs())
    assert [job["params"]["parts"] for job in jobs] == [1, 3, 1, 1, 1]
    assert (jobs[1]["name"], jobs[1]["reference"]) == ("Letter", "order-7")


def test_each_job_is_yielded_once_as_it_ends_and_saved_in_a_folder(
    heavylift: Heavylift, scans: list[Path], tmp_path: Path
) -> None:
    with heavylift.batch(TASK) as batch:
        for scan in scans:
            batch.add(scan)
        batch.add(scans[0], params=FAILS, name="bad/one")
    out = tmp_path / "out"
    seen = [(batch.name_of(job), job["status"]) for job in batch.as_completed()]
    assert sorted(seen) == [
        ("bad_one", "FAILED"), ("letter", "DONE"), ("scan", "DONE"), ("scan (2)", "DONE")
    ]  # fmt: skip
    assert batch.wait()["jobs"]["failed"] == 1
    again = heavylift.submitted_batch(batch.id)
    saved = again.save(out)
    assert {name: [file.relative_to(out).as_posix() for file in files] for name, files in saved.items()} == {
        name: [f"{name}/copy-1.txt"] for name in ("scan", "scan (2)", "letter")
    }
    assert (out / "scan (2)" / "copy-1.txt").read_bytes() == TEXT + b"1"
    assert [each["number"] for each in batch.outputs()] == [1, 2, 3]


def test_nothing_is_submitted_if_the_block_raises(
    heavylift: Heavylift, scans: list[Path], transport: WorkingTransport
) -> None:
    batch = heavylift.batch(TASK)

    def add_and_stop() -> None:
        with batch:
            batch.add(scans[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_and_stop()
    assert not batch.is_asked_for
    assert count_batches(transport) == 0


def test_nothing_is_submitted_if_an_upload_fails(
    heavylift: Heavylift, scans: list[Path], transport: WorkingTransport, store: ClientStore
) -> None:
    store.broken.add(scans[1].read_bytes())
    with pytest.raises(Problem, match="refused the upload"):
        heavylift.submit_batch(TASK, scans)
    assert count_batches(transport) == 0


def test_no_more_files_are_taken_once_an_upload_has_failed(
    heavylift: Heavylift, scans: list[Path], store: ClientStore
) -> None:
    store.broken.add(scans[0].read_bytes())
    batch = heavylift.batch(TASK)

    def add_many() -> None:
        for _ in range(MAX_WAITING + 1):
            batch.add(scans[0])

    with pytest.raises(Problem, match="refused the upload"):
        add_many()


def test_items_beyond_those_of_a_request_go_by_a_manifest(
    heavylift: Heavylift, batches: BatchWorld, monkeypatch: pytest.MonkeyPatch, transport: WorkingTransport
) -> None:
    monkeypatch.setattr(new_batch, "MAX_INLINE_ITEMS", 2)
    item = {"input": {"job_id": batches.source.id, "output": "copy-1.txt"}}
    with heavylift.batch(TASK) as batch:
        for number in range(3):
            batch.add_item({**item, "name": f"n{number}"})
    [sent] = [each for each in transport.seen if (each.method, each.url.path) == ("POST", "/v1/batches")]
    upload = json.loads(sent.content)["manifest"]["upload_id"]
    lines = batches.objects.read(upload_key("me", upload)).splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["n0", "n1", "n2"]
    assert [job["status"] for job in batch.as_completed()] == ["DONE"] * 3


def test_a_batch_that_fails_before_any_job_is_made_is_an_error(
    heavylift: Heavylift, batches: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_batch, "MAX_INLINE_ITEMS", 0)
    with heavylift.batch(TASK) as batch:
        batch.add_item({"input": {"job_id": batches.source.id, "output": "no-such.txt"}})
    with pytest.raises(JobFailed, match="item 1"):
        list(batch.as_completed())


def test_a_deadline_ends_the_wait_and_not_the_batch(heavylift: Heavylift, scans: list[Path]) -> None:
    with heavylift.batch(TASK) as batch:
        batch.add(scans[0])
    with pytest.raises(StillRunning):
        list(batch.as_completed(timeout_s=0))
    assert [job["status"] for job in batch.as_completed()] == ["DONE"]


def test_pages_whose_jobs_have_ended_are_not_read_again(
    heavylift: Heavylift, batches: BatchWorld, transport: WorkingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heavylift_client.calls.batches.PAGE_SIZE", 2)
    item = {"input": {"job_id": batches.source.id, "output": "copy-1.txt"}}
    with heavylift.batch(TASK) as batch:
        for _ in range(9):
            batch.add_item(item)
    transport.seen.clear()
    ended = [job["batch"]["number"] for job in batch.as_completed() if job["batch"]]
    assert sorted(ended) == list(range(1, 10))
    looks = [each for each in transport.seen if each.url.path.endswith("/jobs")]
    assert sum("cursor" not in each.url.params for each in looks) <= 5, "the first page has two jobs"


def test_a_canceled_batch_is_followed_until_its_jobs_have_ended(
    heavylift: Heavylift, scans: list[Path], transport: WorkingTransport
) -> None:
    with heavylift.batch(TASK) as batch:
        for scan in scans:
            batch.add(scan)
    following = batch.as_completed()
    assert next(following)["status"] == "DONE"
    batch.cancel()
    transport.idle = 5
    assert [job["status"] for job in following] == ["CANCELED"] * 2


def test_one_request_looks_at_many_jobs(
    heavylift: Heavylift, batches: BatchWorld, transport: WorkingTransport
) -> None:
    given = (batches.source.id, "copy-1.txt")
    ids = [heavylift.submit(TASK, output_of=given)["id"] for _ in range(5)]
    transport.seen.clear()
    assert sorted(job["id"] for job in heavylift.as_completed(ids)) == sorted(ids)
    assert len(transport.seen) <= 12, "two for each end: a wait, and a look at all"
    with pytest.raises(Problem):
        list(heavylift.as_completed([*ids, "nonsense"]))
