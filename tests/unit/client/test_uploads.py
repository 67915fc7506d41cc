"""Large files: sent in parts, and gone on with where an earlier call stopped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from heavylift_client import ClientError, Heavylift, Problem, Unreachable
from heavylift_client.calls import jobs, uploads
from heavylift_client.transport import http_client
from heavylift_client.upload_state import state_folder
from tests.support.in_process_api import ApiWorld
from tests.support.world import COPY, TEXT
from tests.unit.client.conftest import AT_ONCE, RunCli, make_cli

PART_BYTES = 10


class Store(httpx.BaseTransport):
    """Takes parts into the world's object store. `before` is called with each part's number first."""

    def __init__(self, world: ApiWorld) -> None:
        self._objects = world.objects
        self.before: Callable[[int], httpx.Response | None] = lambda _: None
        self.sent: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        query = parse_qs(request.url.query.decode())
        number = int(query["part"][0])
        refusal = self.before(number)
        if refusal is not None:
            return refusal
        self.sent.append(number)
        self._objects.receive_part(request.url.path[1:], query["upload"][0], number, request.read())
        return httpx.Response(200)


@pytest.fixture
def store(
    world: ApiWorld, heavylift: Heavylift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Store]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("heavylift.service.uploads.choose_part_bytes", lambda _: PART_BYTES)
    monkeypatch.setattr(uploads, "MIN_PARTED_BYTES", 20)
    monkeypatch.setattr(jobs, "MAX_DIRECT_BYTES", 3)
    sign = world.objects.presign_part
    monkeypatch.setattr(  # a client of HTTP has no use for memory:///
        world.objects,
        "presign_part",
        lambda *given, **more: sign(*given, **more).replace("memory://", "http://store"),
    )
    transport = Store(world)
    heavylift._store = http_client("", 10, AT_ONCE, transport=transport)
    yield transport
    heavylift._store.close()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of four parts."""
    path = tmp_path / "large.txt"
    path.write_bytes(TEXT + bytes(range(30)))
    return path


def break_at(number: int, times: int = 99) -> Callable[[int], httpx.Response | None]:
    left = [times]

    def before(part: int) -> httpx.Response | None:
        if part == number and left[0]:
            left[0] -= 1
            raise httpx.WriteError("the connection broke")
        return None

    return before


def test_a_large_file_goes_in_parts_and_makes_a_job(
    heavylift: Heavylift, store: Store, world: ApiWorld, large: Path
) -> None:
    seen: list[tuple[int, int]] = []
    job = heavylift.submit(COPY.name, large, on_upload=lambda stored, size: seen.append((stored, size)))
    world.work()
    assert world.objects.read(f"jobs/{job['id']}/outputs/copy-1.txt") == large.read_bytes()
    assert sorted(store.sent) == [1, 2, 3, 4]
    assert [stored for stored, _ in seen] == sorted(stored for stored, _ in seen)
    assert seen[-1] == (35, 35)
    assert list(state_folder().iterdir()) == []


def test_an_upload_that_broke_off_goes_on_where_it_stopped(
    heavylift: Heavylift, store: Store, world: ApiWorld, large: Path
) -> None:
    store.before = break_at(3)
    with pytest.raises(Unreachable):
        heavylift.upload(COPY.name, large)
    begun, sent = list(world.objects.uploads), set(store.sent)
    assert 3 not in sent
    store.before, store.sent = (lambda _: None), []
    seen: list[int] = []
    upload_id = heavylift.upload(COPY.name, large, on_upload=lambda stored, _: seen.append(stored))
    assert set(store.sent) == {1, 2, 3, 4} - sent
    assert len(begun) == 1
    assert world.objects.read(f"uploads/default/{upload_id}") == large.read_bytes()


def test_a_fault_of_the_network_is_retried(heavylift: Heavylift, store: Store, large: Path) -> None:
    store.before = break_at(2, times=2)
    heavylift.upload(COPY.name, large)
    assert sorted(store.sent) == [1, 2, 3, 4]


def test_a_url_that_has_ended_is_renewed(heavylift: Heavylift, store: Store, large: Path) -> None:
    refusals = [httpx.Response(403)]
    store.before = lambda number: refusals.pop() if number == 4 and refusals else None
    heavylift.upload(COPY.name, large)
    assert sorted(store.sent) == [1, 2, 3, 4]


def test_any_other_refusal_of_the_store_ends_the_upload(
    heavylift: Heavylift, store: Store, large: Path
) -> None:
    store.before = lambda _: httpx.Response(400)
    with pytest.raises(Problem):
        heavylift.upload(COPY.name, large)


def test_an_upload_that_the_api_no_longer_has_begins_anew(
    heavylift: Heavylift, store: Store, world: ApiWorld, large: Path
) -> None:
    store.before = break_at(3)
    with pytest.raises(Unreachable):
        heavylift.upload(COPY.name, large)
    [state] = state_folder().iterdir()
    heavylift.delete_upload(state.read_text())
    store.before, store.sent = (lambda _: None), []
    upload_id = heavylift.upload(COPY.name, large)
    assert sorted(store.sent) == [1, 2, 3, 4]
    assert world.objects.head(f"uploads/default/{upload_id}") is not None


def test_an_upload_whose_completion_was_not_seen_is_used(
    heavylift: Heavylift, store: Store, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("heavylift_client.upload_state.UploadState.forget", lambda _: None)
        first = heavylift.upload(COPY.name, large)
    store.sent = []
    assert heavylift.upload(COPY.name, large) == first
    assert store.sent == []


def test_another_content_is_another_upload(
    heavylift: Heavylift, store: Store, world: ApiWorld, large: Path
) -> None:
    store.before = break_at(3)
    with pytest.raises(Unreachable):
        heavylift.upload(COPY.name, large)
    large.write_bytes(TEXT + bytes(reversed(range(30))))
    os.utime(large, ns=(1, 1))
    store.before = lambda _: None
    upload_id = heavylift.upload(COPY.name, large)
    assert world.objects.read(f"uploads/default/{upload_id}") == large.read_bytes()


@pytest.mark.parametrize("size", [20, 60])
def test_a_file_that_changes_while_it_is_sent_is_no_upload(
    heavylift: Heavylift, store: Store, large: Path, size: int
) -> None:
    def change(number: int) -> None:
        if number == 1:
            large.write_bytes(TEXT + bytes(size - len(TEXT)))

    store.before = change
    with pytest.raises(ClientError, match="while it was sent"):
        heavylift.upload(COPY.name, large)


def test_an_upload_goes_on_now_where_nothing_can_be_remembered(
    heavylift: Heavylift, store: Store, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(large))
    assert heavylift.upload(COPY.name, large)


def test_the_command_shows_how_much_is_sent(
    heavylift: Heavylift,
    store: Store,
    large: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run: RunCli = make_cli(heavylift._http._transport, monkeypatch, capsys)
    monkeypatch.setattr(Heavylift, "_store", heavylift._store, raising=False)
    monkeypatch.setattr("heavylift_client.calls.base.http_client", _only_api(heavylift))
    code, _, error = run("submit", COPY.name, large)
    assert code == 0, error
    assert "35/35 bytes" in error


def _only_api(heavylift: Heavylift) -> Callable[..., httpx.Client]:
    """Return a `http_client` whose clients are those of the fixture."""
    return lambda url, *_args, **_more: heavylift._http if url else heavylift._store
