"""Outputs saved as files: whole or not at all, without the API key in the requests to the store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from heavylift_client import ClientError, Heavylift, Output, Problem

CONTENT = b"x" * 100_000


class Store(BaseHTTPRequestHandler):
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"]))
        found = self.path.startswith("/there")
        self.send_response(200 if found else 403)
        self.end_headers()
        self.wfile.write(CONTENT if found else b"<Error>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[str]:
    Store.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def heavylift(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heavylift]:
    with Heavylift("http://nowhere.invalid", "the-key") as client:
        yield client


def make_outputs(store: str, *names: str, size: int = len(CONTENT)) -> list[Output]:
    return [
        Output(
            name=name,
            download_name=name,
            media_type="text/plain",
            bytes=size,
            url=f"{store}/there/{Path(name).name}",
        )
        for name in names
    ]


def save_outputs(heavylift: Heavylift, found: list[Output], folder: Path) -> list[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Heavylift, "outputs", lambda self, job_id: iter(found))
        return heavylift.save("id", folder)


def test_files_come_whole_in_their_order_and_replace_older_ones(
    heavylift: Heavylift, store: str, tmp_path: Path
) -> None:
    (tmp_path / "b.txt").write_text("older")
    names = ["c.txt", "a.txt", "b.txt"]
    files = save_outputs(heavylift, make_outputs(store, *names), tmp_path)
    assert files == [tmp_path / name for name in names]
    assert {file.read_bytes() for file in files} == {CONTENT}
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_the_store_does_not_get_the_key(heavylift: Heavylift, store: str, tmp_path: Path) -> None:
    save_outputs(heavylift, make_outputs(store, "a.txt"), tmp_path)
    assert Store.asked == [("/there/a.txt", None)]


def test_a_file_that_breaks_off_leaves_nothing(heavylift: Heavylift, store: str, tmp_path: Path) -> None:
    with pytest.raises(ClientError, match=r"a\.txt ended after 100000 of 200000 bytes"):
        save_outputs(heavylift, make_outputs(store, "a.txt", size=200_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_of_the_store_is_a_problem(heavylift: Heavylift, store: str, tmp_path: Path) -> None:
    gone = [
        Output(name="a.txt", download_name="a.txt", media_type="text/plain", bytes=1, url=f"{store}/gone")
    ]
    with pytest.raises(Problem, match=r"The store refused a\.txt"):
        save_outputs(heavylift, gone, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_stays_in_its_folder(heavylift: Heavylift, store: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert save_outputs(heavylift, make_outputs(store, "../../a.txt"), folder) == [folder / "a.txt"]


def test_a_url_that_has_ended_is_asked_for_again(heavylift: Heavylift, store: str, tmp_path: Path) -> None:
    [valid] = make_outputs(store, "a.txt")
    ended: Output = {**valid, "url": f"{store}/ended"}
    answers = [[ended], [valid]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Heavylift, "outputs", lambda self, job_id: iter(answers.pop(0)))
        [file] = heavylift.save("id", tmp_path)
    assert file.read_bytes() == CONTENT
    assert [path for path, _ in Store.asked] == ["/ended", "/there/a.txt"]
