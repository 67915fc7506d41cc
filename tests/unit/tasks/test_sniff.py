"""The media type of an input, by its first bytes."""

from __future__ import annotations

import pytest

from heavylift.tasks.sniff import KNOWN, SNIFF_BYTES, is_pdf, sniff_one_of

HEADS = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "image/gif": b"GIF89a\1\0\1\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "image/tiff": b"II*\0\x08\0\0\0",
    "image/heic": b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf",
    "application/zip": b"PK\x03\x04\x14\0",
    "application/json": b'  {"a": 1}',
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3",
    "text/csv": b"a,b\n1,2\n",
    "text/plain": b"to be or not to be",
}


def test_there_is_an_example_of_each_type() -> None:
    assert set(HEADS) == set(KNOWN)


@pytest.mark.parametrize("media_type", HEADS)
def test_a_type_is_recognised_where_it_alone_is_wanted(media_type: str) -> None:
    sniff = sniff_one_of([media_type])
    assert sniff(HEADS[media_type]) == media_type
    binary = [head for other, head in HEADS.items() if other.startswith("image/") and other != media_type]
    assert [sniff(head) for head in binary] == [None] * len(binary)


@pytest.mark.parametrize("media_type", [each for each in HEADS if each != "text/plain"])
def test_the_most_telling_type_comes_first(media_type: str) -> None:
    assert sniff_one_of(HEADS)(HEADS[media_type]) == media_type


def test_text_that_is_no_table() -> None:
    assert sniff_one_of(["text/csv"])(b'{"a": 1}') is None
    assert sniff_one_of(["text/csv"])(b"<html>") is None
    assert sniff_one_of(["text/plain"])(b'{"a": 1}') == "text/plain"


@pytest.mark.parametrize("head", [b"", b"  \n", b"a\0b", b"caf\xe9 au lait", b"caf\xe9", b"\x1b[0m"])
def test_what_is_no_text(head: bytes) -> None:
    assert sniff_one_of(["text/plain"])(head) is None


@pytest.mark.parametrize("cut", range(4))
def test_a_character_may_be_cut_at_the_end_of_the_head(cut: int) -> None:
    text = "x" * cut + "漢字" * SNIFF_BYTES
    assert sniff_one_of(["text/plain"])(text.encode()[:SNIFF_BYTES]) == "text/plain"


@pytest.mark.parametrize("end", [b"\xe6", b"\xe6\xbc", b"\xff", b"\xe2\x82", b"\xf0\x9f\x98"])
def test_a_short_text_ends_with_a_whole_character(end: bytes) -> None:
    assert sniff_one_of(["text/plain"])(b"some text " + end) is None
    assert sniff_one_of(["text/csv"])(b"a,b\n1," + end) is None


def test_a_pdf_may_begin_later() -> None:
    assert is_pdf(b"junk\n%PDF-1.4")
    assert not is_pdf(b" " * SNIFF_BYTES + b"%PDF-1.4")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%\xe2\xe3\n1 0 obj \n<<\n/Pages 2 0 R", True),
        (b"%DF-1.4\r1 0 obj<</Type/Catalog>>", True),
        (b"%FDF-1.2\n1 0 obj\n<</FDF<<>>>>", False),
        (b"object 1 0 obj is << first >>", False),
        (b"1 0 obj\n(text) endobj", False),
    ],
)
def test_a_pdf_may_have_lost_its_header(head: bytes, *, found: bool) -> None:
    assert is_pdf(head) is found


def test_riff_alone_is_no_picture() -> None:
    assert sniff_one_of(["image/webp"])(b"RIFF\x24\0\0\0WAVEfmt ") is None


def test_an_unknown_type_needs_a_function() -> None:
    with pytest.raises(ValueError, match="give `sniff`: audio/flac is not recognised"):
        sniff_one_of(["image/png", "audio/flac"])
