"""Zips as streams: what is in them, and what programs of every age can read."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from archive.names import UniqueNames, clean_part, name_folder
from archive.zip_file import LARGE_BYTES, Entry, stream_zip

ENDED_AT = 1_790_000_000.0


def make_entry(name: str, content: bytes, media_type: str = "image/png") -> Entry:
    def read() -> Iterator[bytes]:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    return Entry(name, len(content), media_type, ENDED_AT, read)


def open_zip(*entries: Entry) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(stream_zip(entries))))


def test_every_file_comes_out_as_it_went_in() -> None:
    contents = {"a.png": os.urandom(5001), "leer.txt": b"", "grüße/日本.txt": "grüezi".encode() * 500}
    opened = open_zip(*(make_entry(name, content) for name, content in contents.items()))
    assert opened.testzip() is None
    assert {name: opened.read(name) for name in opened.namelist()} == contents
    assert opened.getinfo("a.png").date_time == (2026, 9, 21, 14, 13, 20)


def test_pictures_are_stored_and_text_is_compressed() -> None:
    content = b"the same words " * 1000
    opened = open_zip(make_entry("a.png", content), make_entry("a.txt", content, "text/plain; charset=utf-8"))
    assert len(content) <= opened.getinfo("a.png").compress_size < len(content) * 1.01
    assert opened.getinfo("a.txt").compress_size < len(content) / 10


def test_the_same_files_make_the_same_bytes() -> None:
    def make() -> bytes:
        return b"".join(stream_zip([make_entry("a.png", b"x" * 3000), make_entry("b.txt", b"y")]))

    assert make() == make()


def test_a_large_file_has_zip64_from_its_beginning() -> None:
    """The size that the job's list gives decides it: the content itself is not known before."""
    large = Entry("a.bin", LARGE_BYTES + 1, "application/pdf", ENDED_AT, lambda: iter([b"x"]))
    assert next(stream_zip([large]))[4:6] == b"\x2d\x00"  # version 4.5
    assert next(stream_zip([make_entry("a.bin", b"x")]))[4:6] == b"\x14\x00"


def test_more_than_65_535_files_are_all_listed() -> None:
    names = [f"{number}.txt" for number in range(65_540)]
    opened = open_zip(*(make_entry(name, b"") for name in names))
    assert opened.namelist() == names


def test_a_zip_of_nothing_is_a_zip() -> None:
    assert open_zip().namelist() == []


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("report-page-0001.png", "report-page-0001.png"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\evil.exe", "_.._evil.exe"),
        ('a<b>c:d"e|f?g*h\n', "a_b_c_d_e_f_g_h_"),
        ("..", "_"),
        (" name. ", "name"),
    ],
)
def test_a_name_leads_nowhere_else(name: str, cleaned: str) -> None:
    assert clean_part(name) == cleaned


def test_folders_are_called_as_their_jobs() -> None:
    assert name_folder("report.pdf", "1") == "report"
    assert name_folder("a/b", "1") == "a_b"
    assert name_folder(None, "1") == "1"


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = UniqueNames()
    assert [names.take(name) for name in ("a.png", "A.png", "a.png", "b", "b", "x.d/b", "x.d/b")] == [
        *("a.png", "A (2).png", "a (3).png", "b", "b (2)", "x.d/b", "x.d/b (2)")
    ]
