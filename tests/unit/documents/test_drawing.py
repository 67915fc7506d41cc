"""Which engine opens a document and draws a page with `auto`, and what the page's notes say."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents import warnings
from documents.document import Source
from documents.drawing import Drawing, DrawnPage
from documents.errors import Encrypted, PageDamaged, PageTooLarge, WrongPassword
from documents.page_facts import read_facts
from documents.poppler import PopplerDocument
from documents.raster import Raster
from tests.support.capabilities import POPPLER
from tests.support.pdfs import (
    BLUE,
    RED,
    SQUARE,
    Page,
    encrypt_pdf,
    make_falsely_encrypted_pdf,
    make_pdf,
    make_pdf_with_bare_annotation,
    make_pdf_without_header,
    make_slow_pdf,
)

SHAPES = {
    "Line": "/L[20 20 80 80]",
    "Polygon": "/Vertices[20 20 80 20 50 80]",
    "PolyLine": "/Vertices[20 20 80 20 50 80]",
    "Stamp": "/Name/Approved",
    "FileAttachment": "/FS<</F(a)>>",
}
"""Subtypes that PDFium does not draw without an appearance."""
DRAWN_BY_PDFIUM = {
    "Square": "",
    "Circle": "",
    "Ink": "/InkList[[20 20 50 80 80 20]]",
    "Highlight": "/QuadPoints[20 80 80 80 20 60 80 60]",
    "Underline": "/QuadPoints[20 80 80 80 20 60 80 60]",
}


def draw(folder: Path, content: bytes, engine: str = "auto", password: str | None = None) -> DrawnPage:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return Drawing(Source(path, password), 72, gray=False, check=lambda page, size: None).draw(1, engine)


@pytest.fixture(autouse=True)
def in_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # as the child does


@POPPLER.needed
@pytest.mark.parametrize(("subtype", "entries"), SHAPES.items())
def test_poppler_draws_an_annotation_that_pdfium_leaves_out(
    tmp_path: Path, subtype: str, entries: str
) -> None:
    content = make_pdf_with_bare_annotation(subtype, entries)
    drawn = draw(tmp_path, content)
    assert (drawn.engine, drawn.notes) == ("poppler", [warnings.ANNOTATIONS_BY_POPPLER])
    assert not drawn.raster.is_white()
    by_pdfium = draw(tmp_path, content, "pdfium")
    assert (by_pdfium.engine, by_pdfium.notes) == ("pdfium", [warnings.ANNOTATIONS_NOT_DRAWN])
    assert by_pdfium.raster.is_white()


@pytest.mark.parametrize(("subtype", "entries"), DRAWN_BY_PDFIUM.items())
def test_pdfium_draws_the_other_annotations_itself(tmp_path: Path, subtype: str, entries: str) -> None:
    drawn = draw(tmp_path, make_pdf_with_bare_annotation(subtype, entries))
    assert (drawn.engine, drawn.notes) == ("pdfium", [])
    assert not drawn.raster.is_white()


@POPPLER.needed
def test_a_text_without_a_ground_is_not_black(tmp_path: Path) -> None:
    content = make_pdf_with_bare_annotation("FreeText", "/DA(/Helv 12 Tf 0 g)/Contents(Hello)")
    drawn = draw(tmp_path, content.replace(b"/C[1 0 0]", b""))
    assert (drawn.engine, drawn.notes) == ("poppler", [warnings.ANNOTATIONS_BY_POPPLER])
    assert drawn.raster.to_image().getpixel((60, 110)) == WHITE


@pytest.mark.parametrize("flags", [2, 32, 34])
def test_a_hidden_annotation_is_not_missed(tmp_path: Path, flags: int) -> None:
    drawn = draw(tmp_path, make_pdf_with_bare_annotation("Line", SHAPES["Line"], flags=flags), "pdfium")
    assert drawn.notes == []


@POPPLER.needed
def test_poppler_opens_what_pdfium_calls_encrypted(tmp_path: Path) -> None:
    content = make_falsely_encrypted_pdf()
    with pytest.raises(Encrypted):
        draw(tmp_path, content, "pdfium")
    drawn = draw(tmp_path, content)
    assert (drawn.engine, drawn.notes) == ("poppler", [warnings.OPENED_BY_POPPLER])
    assert drawn.raster.to_image().getpixel((30, 120)) == BLUE


@POPPLER.needed
def test_poppler_opens_a_document_without_a_header(tmp_path: Path) -> None:
    drawn = draw(tmp_path, make_pdf_without_header())
    assert (drawn.engine, drawn.notes) == ("poppler", [warnings.OPENED_BY_POPPLER])
    assert drawn.raster.to_image().getpixel((30, 120)) == BLUE


@POPPLER.needed
@pytest.mark.parametrize("revision", [4, 6])
@pytest.mark.parametrize("engine", ["pdfium", "poppler"])
@pytest.mark.parametrize(("user", "owner"), [("guest", "boss"), ("gäst", "böss"), ("-upw", "-")])
def test_both_engines_open_with_either_password(
    tmp_path: Path, engine: str, revision: int, user: str, owner: str
) -> None:
    locked = encrypt_pdf(make_pdf(Page()), user=user, owner=owner, revision=revision)
    for password in (user, owner):
        assert draw(tmp_path, locked, engine, password).raster.to_image().getpixel((30, 120)) == BLUE
    with pytest.raises(WrongPassword):
        draw(tmp_path, locked, engine, "no")


@pytest.mark.parametrize("password", ["a\0b", "\ud800"])
def test_a_password_that_no_program_takes_is_wrong(tmp_path: Path, password: str) -> None:
    with pytest.raises(WrongPassword):
        draw(tmp_path, encrypt_pdf(make_pdf(Page()), user="guest", owner="boss"), password=password)


@pytest.mark.parametrize("engine", ["pdfium", pytest.param("poppler", marks=POPPLER.needed)])
@pytest.mark.parametrize("crop", ["200 200 300 300", "0 0 0 0", "-50 0 -10 10"])
def test_a_crop_box_that_leaves_nothing_is_ignored(tmp_path: Path, engine: str, crop: str) -> None:
    drawn = draw(tmp_path, make_pdf(Page(extra=f"/CropBox[{crop}]")), engine)
    assert drawn.notes == [warnings.CROP_BOX_IGNORED]
    assert (drawn.raster.width, drawn.raster.height) == (100, 150)
    assert drawn.raster.to_image().getpixel((30, 120)) == BLUE


def test_a_page_without_a_size_is_a_letter(tmp_path: Path) -> None:
    drawn = draw(tmp_path, make_pdf(Page(box="0 0 0 0")))
    assert drawn.notes == [warnings.SIZE_ASSUMED]
    assert (drawn.raster.width, drawn.raster.height) == (612, 792)


class Fake:
    """A document whose pages have one colour, or are damaged."""

    pages = 1

    def __init__(self, engine: str, colour: tuple[int, int, int] | None) -> None:
        self.engine, self.colour = engine, colour

    def size(self, page: int) -> tuple[float, float]:
        return 10, 10

    def list_notes(self, page: int) -> list[str]:
        return []

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        if self.colour is None:
            raise PageDamaged
        raster = Raster(10, 10, gray=gray)
        for row in range(10):
            raster.row(row)[:] = bytes(self.colour * 10)
        return raster


WHITE = (255, 255, 255)


@pytest.mark.parametrize(
    ("first", "second", "engine", "notes"),
    [
        (RED, BLUE, "pdfium", []),
        (WHITE, RED, "poppler", [warnings.BLANK_IN_PDFIUM]),
        (WHITE, WHITE, "pdfium", []),
        (WHITE, None, "pdfium", []),
        (None, WHITE, "poppler", [warnings.DAMAGED_FOR_PDFIUM]),
    ],
)
def test_poppler_draws_what_pdfium_leaves_blank_or_finds_damaged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: tuple[int, int, int] | None,
    second: tuple[int, int, int] | None,
    engine: str,
    notes: list[str],
) -> None:
    monkeypatch.setattr("documents.document.PdfiumDocument", lambda *_: Fake("pdfium", first))
    monkeypatch.setattr("documents.document.PopplerDocument", lambda *_: Fake("poppler", second))
    monkeypatch.setattr("documents.document.poppler_installed", lambda: True)
    drawn = draw(tmp_path, make_pdf(Page()))
    assert (drawn.engine, drawn.notes) == (engine, notes)


def test_poppler_does_not_open_a_document_that_pdfium_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening runs `pdfinfo`, which would take time in each child."""

    def refuse(*_: object) -> None:
        raise AssertionError("poppler opened the document")

    monkeypatch.setattr("documents.document.PopplerDocument", refuse)
    monkeypatch.setattr("documents.document.poppler_installed", lambda: True)
    assert draw(tmp_path, make_pdf(Page())).engine == "pdfium"


@POPPLER.needed
def test_poppler_gives_a_page_up_after_its_seconds(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_slow_pdf())
    document = PopplerDocument(path, None)
    document.most_seconds = 0.3
    with pytest.raises(PageDamaged):
        document.draw(1, 72, gray=False)


def test_the_limit_holds_for_the_size_in_points(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(Page(extra="/UserUnit 10")))

    def check(page: int, size: tuple[float, float]) -> None:
        assert (page, size) == (1, (1000, 1500))
        raise PageTooLarge

    with pytest.raises(PageTooLarge):
        Drawing(Source(path, None), 72, gray=False, check=check).draw(1, "auto")


def test_facts_are_of_unusual_pages_only_and_of_none_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(Page(), Page(SQUARE.decode()), Page(extra="/UserUnit 2")))
    assert {page: facts.unit for page, facts in read_facts(path, None).items()} == {3: 2}
    path.write_bytes(b"%PDF-1.7 and nothing else")
    assert read_facts(path, None) == {}


def test_a_warning_names_its_pages_and_stays_short() -> None:
    notes = [(page, warnings.CROP_BOX_IGNORED) for page in range(1, 2000, 2)] + [(7, warnings.SIZE_ASSUMED)]
    first, second = warnings.list_warnings(notes)
    assert first["slug"] == "crop-box-ignored"
    assert first["text"].startswith("Pages 1,3,5,")
    assert len(first["text"]) < 250
    assert second["text"] == "Page 7: drawn as US Letter, because the MediaBox has no size."


def test_every_slug_has_its_text() -> None:
    texts = {name: value for name, value in vars(warnings).items() if name.isupper()}
    slugs = {value for value in texts.values() if isinstance(value, str)} - {warnings.DETAIL}
    assert slugs == set(warnings.TEXTS)
