"""A batch by the client, from its submission to its end."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from heavylift.job_store.load import load_job
from heavylift_client import Heavylift, StillRunning
from heavylift_client.types import Batch
from tests.support.batch_world import BatchWorld
from tests.support.in_process_api import InProcessApi, InProcessTransport
from tests.unit.client.conftest import AT_ONCE, TASK, Fault, FlakyTransport, pass_on


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    return BatchWorld(monkeypatch)


@pytest.fixture
def api(batches: BatchWorld) -> InProcessApi:
    return InProcessApi(batches.system)


@pytest.fixture
def transport(api: InProcessApi) -> FlakyTransport:
    return FlakyTransport(InProcessTransport(api.app))


@pytest.fixture
def heavylift(api: InProcessApi, transport: FlakyTransport) -> Iterator[Heavylift]:
    with Heavylift("http://api", api.key("me"), transport=transport, retry_policy=AT_ONCE) as client:
        yield client


@pytest.fixture
def batch(heavylift: Heavylift, batches: BatchWorld) -> Batch:
    item = batches.item().model_dump(exclude_unset=True)
    return heavylift.submit_batch(TASK, [item, item])


def let_batch_end(batches: BatchWorld, batch: Batch) -> Fault:
    """Return a fault that lets all jobs of the batch end first."""

    def finish_then_pass_on(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
        made = load_job(batches.table, batch["id"])
        assert made is not None
        batches.finish(made)
        return api.handle_request(request)

    return finish_then_pass_on


def test_a_batch_is_waited_for_until_all_its_jobs_have_ended(
    heavylift: Heavylift, transport: FlakyTransport, batches: BatchWorld, batch: Batch
) -> None:
    transport.faults = [pass_on, let_batch_end(batches, batch)]
    ended = heavylift.wait_for_batch(batch["id"])
    assert (ended["status"], ended["jobs"]["done"]) == ("DONE", 2)
    assert transport.seen[-1].headers["Prefer"] == "wait=20"


def test_a_batch_that_does_not_end_in_time_is_an_error(heavylift: Heavylift, batch: Batch) -> None:
    with pytest.raises(StillRunning):
        heavylift.wait_for_batch(batch["id"], timeout_s=0)


def test_a_wait_for_a_batch_that_is_not_granted_pauses_as_the_api_says(
    heavylift: Heavylift,
    transport: FlakyTransport,
    batches: BatchWorld,
    batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("heavylift_client.follow.time.sleep", pauses.append)

    def refuse_wait(request: httpx.Request, api: httpx.BaseTransport) -> httpx.Response:
        del request.headers["Prefer"]
        answer = api.handle_request(request)
        answer.headers.update({"Preference-Applied": "wait=0", "Retry-After": "7"})
        return answer

    transport.faults = [pass_on, refuse_wait, let_batch_end(batches, batch)]
    assert heavylift.wait_for_batch(batch["id"])["status"] == "DONE"
    assert pauses == [7.0]
