"""All outputs as one zip: asked for, waited for and saved."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from archive.zip_task import ZipTask
from heavylift.errors import InvalidInput
from heavylift_client import Heavylift, Job, JobFailed, Problem, StillRunning, Unreachable
from heavylift_client.calls import base
from heavylift_client.transport import http_client
from tests.support.in_process_api import ApiWorld
from tests.unit.client.conftest import AT_ONCE, TASK, make_cli


class Store(httpx.BaseTransport):
    """Serves the world's objects at http://store/."""

    def __init__(self, world: ApiWorld) -> None:
        self._world = world
        self.broken = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.broken:
            raise httpx.ReadError("the connection broke")
        return httpx.Response(200, content=self._world.objects.read(request.url.path[1:]))


@pytest.fixture
def store(world: ApiWorld, heavylift: Heavylift, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    world.tasks["zip"] = ZipTask()
    sign = world.objects.presign_get
    monkeypatch.setattr(
        world.objects,
        "presign_get",
        lambda key, **more: sign(key, **more).replace("memory://", "http://store"),
    )
    transport = Store(world)
    heavylift._store = http_client("", 10, AT_ONCE, transport=transport)
    yield transport
    heavylift._store.close()


@pytest.fixture
def done(world: ApiWorld, heavylift: Heavylift, file: Path) -> str:
    job = heavylift.submit(TASK, file, params={"parts": 3})
    world.work()
    return job["id"]


def work_on(world: ApiWorld) -> Callable[[Job], None]:
    """Return an `on_change` that lets the worker run once."""

    def on_change(_job: Job) -> None:
        world.work_once("archive")

    return on_change


def test_a_zip_is_made_and_saved(
    heavylift: Heavylift, store: Store, world: ApiWorld, done: str, tmp_path: Path
) -> None:
    phases: list[str] = []

    def on_change(job: Job) -> None:
        phases.append(job["phase"])
        world.work_once("archive")

    target = tmp_path / "new" / "all.zip"
    assert heavylift.save_zip(done, target, on_change=on_change) == target
    with ZipFile(io.BytesIO(target.read_bytes())) as opened:
        assert opened.namelist() == [f"input-copy-{number}.txt" for number in (1, 2, 3)]
    assert phases[0] == "queued"
    assert heavylift.save_zip(done, tmp_path / "again.zip").read_bytes() == target.read_bytes()
    assert len(list(heavylift.jobs(task="zip"))) == 1


def test_of_a_download_that_breaks_nothing_is_left(
    heavylift: Heavylift, store: Store, world: ApiWorld, done: str, tmp_path: Path
) -> None:
    heavylift.save_zip(done, tmp_path / "all.zip", on_change=work_on(world))
    (tmp_path / "all.zip").unlink()
    store.broken = True
    with pytest.raises(Unreachable):
        heavylift.save_zip(done, tmp_path / "all.zip")
    assert [each.name for each in tmp_path.iterdir()] == ["input.txt"]


def test_a_zip_that_can_not_be_made_is_a_failed_job(
    heavylift: Heavylift, store: Store, world: ApiWorld, done: str, tmp_path: Path
) -> None:
    class Broken(ZipTask):
        def run(self, *_: object) -> dict[str, object]:
            raise InvalidInput("The output is odd.")

    world.tasks["zip"] = Broken()
    with pytest.raises(JobFailed, match="odd"):
        heavylift.save_zip(done, tmp_path / "all.zip", on_change=work_on(world))
    with pytest.raises(Problem, match="odd"):
        heavylift.save_zip(done, tmp_path / "all.zip")


def test_a_wait_for_a_zip_may_end_before_it(
    heavylift: Heavylift, store: Store, done: str, tmp_path: Path
) -> None:
    with pytest.raises(StillRunning):
        heavylift.save_zip(done, tmp_path / "all.zip", timeout_s=0)


def test_the_command_saves_one_zip(
    heavylift: Heavylift,
    store: Store,
    world: ApiWorld,
    done: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = make_cli(heavylift._http._transport, monkeypatch, capsys)
    clients = {"": heavylift._store}
    monkeypatch.setattr(base, "http_client", lambda url, *_, **__: clients.get(url, heavylift._http))
    heavylift.save_zip(done, tmp_path / "1.zip", on_change=work_on(world))
    code, out, error = run("save", done, "--zip", tmp_path / "2.zip")
    size = (tmp_path / "1.zip").stat().st_size
    assert (code, out) == (0, f"{tmp_path}/2.zip: {size} bytes\n"), error
    assert run("save", done, "--zip", "a.zip", "--out", tmp_path)[0] == 2
