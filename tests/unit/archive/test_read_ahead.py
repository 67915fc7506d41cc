"""Small files are read several at a time, come in their order, and their faults come through."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from threading import Barrier
from zipfile import ZipFile

import pytest

from archive.read_ahead import AHEAD, SMALL_BYTES, THREADS, read_ahead
from archive.zip_file import Entry, stream_zip
from archive.zip_task import MANY_FILES, OUTPUT, ZipTask
from heavylift.errors import InvalidInput
from heavylift.tasks.sources import SourceJob, SourceOutput
from heavylift.testing import run_task


def make_entry(number: int, size: int = 10, read: object = None) -> Entry:
    content = b"%d" % number
    return Entry(f"{number}.txt", size, "text/plain", 1.79e9, read or (lambda: iter([content])))  # type: ignore[arg-type]


def test_small_files_are_read_several_at_a_time_and_come_in_their_order() -> None:
    together = Barrier(THREADS)

    def read(number: int) -> Iterator[bytes]:
        together.wait(timeout=20)  # only several reads at once pass it
        yield b"%d" % number

    entries = [make_entry(number, read=partial(read, number)) for number in range(5 * THREADS)]
    opened = ZipFile(io.BytesIO(b"".join(stream_zip(read_ahead(entries)))))
    assert opened.namelist() == [entry.name for entry in entries]
    assert [opened.read(name) for name in opened.namelist()] == [b"%d" % n for n in range(5 * THREADS)]


def test_large_files_and_those_far_ahead_are_read_when_their_turn_comes() -> None:
    begun: list[int] = []

    def read(number: int) -> Iterator[bytes]:
        begun.append(number)
        yield b""

    sizes = [SMALL_BYTES + 1] * 3 + [1] * 100
    entries = [make_entry(number, size, partial(read, number)) for number, size in enumerate(sizes)]
    ordered = read_ahead(entries)
    assert list(next(ordered).read()) == [b""]
    assert 0 in begun
    assert {1, 2}.isdisjoint(begun)
    assert max(begun) <= AHEAD + 1
    ordered.close()  # type: ignore[attr-defined]


def test_a_fault_of_a_read_comes_at_its_file() -> None:
    def fail() -> Iterator[bytes]:
        raise InvalidInput("gone")
        yield b""

    ordered = read_ahead([make_entry(0), make_entry(1, read=fail), make_entry(2)])
    assert list(next(ordered).read()) == [b"0"]
    second = next(ordered)
    with pytest.raises(InvalidInput, match="gone"):
        list(second.read())


def test_a_zip_of_many_files_counts_each() -> None:
    outputs = tuple(
        SourceOutput(f"{n}.txt", f"{n}.txt", "text/plain", partial(iter, [b"%d" % n]), 1)
        for n in range(MANY_FILES)
    )
    ran = run_task(ZipTask(), sources={"jobs": [SourceJob("1", None, 0, outputs)]}, jobs=["1"])
    opened = ZipFile(io.BytesIO(ran.outputs[OUTPUT]))
    assert [opened.read(f"{n}.txt") for n in range(MANY_FILES)] == [b"%d" % n for n in range(MANY_FILES)]
    assert ran.result["files"] == ran.advanced == MANY_FILES
