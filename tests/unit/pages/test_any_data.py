"""A fault of the data is a typed problem of the client's, whatever the fault is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heavylift.errors import InvalidInput
from pages.task import PdfToImagesParams
from tests.support.fake_work import make_fake_work, run_all
from tests.support.pdfs import (
    Page,
    encrypt_pdf,
    make_annotated_pdf,
    make_falsely_encrypted_pdf,
    make_pdf,
    make_pdf_with_bare_annotation,
    make_pdf_without_header,
)

WHOLE = (
    make_pdf(Page(), Page(extra="/UserUnit 2/Rotate 90/CropBox[500 0 600 10]")),
    make_annotated_pdf(),
    make_pdf_with_bare_annotation("Polygon", "/Vertices[20 20 80 20 50 80]"),
    make_falsely_encrypted_pdf(),
    make_pdf_without_header(),
    encrypt_pdf(make_pdf(Page()), user="", owner="b", revision=4),
)
TOKENS = (
    *(b"/Kids", b"/Count", b"/Type", b"/Page", b"/MediaBox", b"/Rotate", b"/UserUnit 1e9", b"/Annots[1 0 R]"),
    *(
        b"obj",
        b"endobj",
        b"stream",
        b"R",
        b"null",
        b"0",
        b"-1",
        b"99999999999",
        b"[",
        b"]",
        b"<<",
        b">>",
        b"(",
    ),
)

Fault = Callable[[bytes], bytes]


def _cut(start: float, length: int) -> Fault:
    return lambda data: data[: (at := int(start * len(data)))] + data[at + length :]


def _insert(start: float, token: bytes) -> Fault:
    return lambda data: data[: (at := int(start * len(data)))] + token + data[at:]


def _swap(old: bytes, new: bytes) -> Fault:
    return lambda data: data.replace(old, new, 1)


PLACES, TOKEN = st.floats(0, 1, exclude_max=True), st.sampled_from(TOKENS)
FAULTS = st.one_of(
    st.builds(_cut, PLACES, st.integers(1, 200)),
    st.builds(_insert, PLACES, TOKEN | st.binary(min_size=1, max_size=4)),
    st.builds(_swap, TOKEN, TOKEN),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    whole=st.sampled_from(WHOLE),
    faults=st.lists(FAULTS, max_size=6),
    engine=st.sampled_from(["auto", "poppler"]),
)
@example(whole=WHOLE[0], faults=[_swap(b"/Kids", b"/Kidz")], engine="auto")
@example(whole=WHOLE[0], faults=[_swap(b"/MediaBox", b"/Mediabox")], engine="auto")
@example(whole=WHOLE[0], faults=[_swap(b"[500 0 600 10]", b"[(a) /b null]")], engine="auto")
def test_a_faulty_document_is_drawn_or_refused(whole: bytes, faults: list[Fault], engine: str) -> None:
    for fault in faults:
        whole = fault(whole)
    with TemporaryDirectory() as folder:
        work = make_fake_work(Path(folder), whole, PdfToImagesParams(dpi=36, engine=engine))
        try:
            result = run_all(work).result
        except InvalidInput:
            return
        assert result["pages"] == len(work.published) > 0
