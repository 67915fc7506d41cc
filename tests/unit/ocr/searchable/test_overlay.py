"""The searchable PDF of a PDF: the document itself, with invisible text on its pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name

from ocr.handoff import SEARCHABLE, page_file
from ocr.searchable.lay import can_lay, lay_pages
from tests.support.capabilities import POPPLER
from tests.unit.ocr.searchable.pdf_text import assert_sound, find_words, make_line, make_page

DPI = 144


def write_scan(path: Path, pages: int = 1, *, invisible: str = "", visible: str = "") -> Path:
    """Write pages of 400 x 200 points with a gray box for a picture, a link, an outline and metadata."""
    document = FPDF(unit="pt", format=(400, 200))
    document.set_title("A scan")
    document.set_font("Helvetica", size=12)
    for number in range(1, pages + 1):
        document.add_page()
        document.start_section(f"Chapter {number}")
        document.set_fill_color(200)
        document.rect(20, 20, 360, 160, style="F")
        document.link(20, 20, 50, 50, "https://example.org")
        if visible:
            document.text(50, 50, visible)
        if invisible:
            document.text_mode = 3
            document.text(50, 100, invisible)
            document.text_mode = 0
    document.output(str(path))
    return path


def lay(
    folder: Path, source: Path, *pages: dict[str, Any], existing: str = "keep", password: str | None = None
) -> tuple[Path, list[str]]:
    """Lay the pages' lines. Return the PDF and the notes."""
    for page in pages:
        (folder / page_file(page["page"])).write_text(json.dumps(page))
    request: Any = {
        "input": str(source),
        "password": password,
        "pages": [page["page"] for page in pages],
        "existing_text": existing,
    }
    notes = [note for event in lay_pages(request) for note in event["notes"]]
    assert_sound(folder / SEARCHABLE)
    return folder / SEARCHABLE, notes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # the child's scratch folder
    return tmp_path


def draw(path: Path, page: int = 0) -> Any:
    with pypdfium2.PdfDocument(path) as document:
        return document[page].render(scale=1).to_numpy()


def read_text(path: Path, page: int = 0) -> str:
    with pypdfium2.PdfDocument(path) as document:
        text: str = document[page].get_textpage().get_text_range()
    return text


def test_the_document_stays_and_can_be_searched(folder: Path) -> None:
    source = write_scan(folder / "in.pdf")
    target, notes = lay(folder, source, make_page([make_line("Total 12", 100, 100, 400, 140)], (800, 400)))
    assert (read_text(target), notes) == ("Total 12", [])
    assert np.array_equal(draw(source), draw(target))
    with pikepdf.open(source) as before, pikepdf.open(target) as after:
        assert after.docinfo == before.docinfo
        assert after.open_outline().root[0].title == "Chapter 1"
        old, new = before.pages[0], after.pages[0]
        assert new.mediabox == old.mediabox
        assert new.Annots[0].A.URI == old.Annots[0].A.URI
        assert new.Contents[-1].read_bytes() == old.Contents.read_bytes()


@POPPLER.needed
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_text_sits_on_the_words_of_rotated_pages_and_turned_pictures(
    folder: Path, rotation: int, turned: int
) -> None:
    source = write_scan(folder / "in.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.pages[0].CropBox = Array([20, 10, 380, 190])
        document.save()
    sideways = (rotation + turned) % 180 == 90
    size = (360, 720) if sideways else (720, 360)
    line = make_line("Total amount 12", 100, 100, 300, 140)
    target, _ = lay(folder, source, make_page([line], size, turned=turned))
    with pikepdf.open(target, allow_overwriting_input=True) as document:
        assert document.pages[0].Rotate == rotation
        document.pages[0].Rotate = (rotation + turned) % 360  # as the picture that was read
        document.pages[0].MediaBox = document.pages[0].CropBox
        document.save()
    words = find_words(target)
    assert [text for text, _ in words] == ["Total", "amount", "12"]
    for (_, box), word in zip(words, line["words"], strict=True):
        assert box == pytest.approx([each / 2 for each in word["box"]], abs=0.5)


def test_text_that_the_page_has_is_not_laid_again(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", visible="Dear reader")
    lines = [make_line("Dear reader", 100, 78, 230, 104), make_line("in the picture", 100, 200, 400, 240)]
    target, _ = lay(folder, source, make_page(lines, (800, 400)))
    assert sorted(read_text(target).split("\r\n")) == ["Dear reader", "in the picture"]


def test_text_that_is_smaller_than_its_line_is_not_laid_again(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", visible="-")
    target, _ = lay(folder, source, make_page([make_line("-", 90, 60, 130, 110)], (800, 400)))
    assert read_text(target) == "-"


@pytest.mark.parametrize(("existing", "text"), [("keep", "wr0ng"), ("redo", "right")])
def test_the_text_of_an_earlier_ocr_is_kept_or_redone(folder: Path, existing: str, text: str) -> None:
    source = write_scan(folder / "in.pdf", invisible="wr0ng", visible="Seen")
    lines = [make_line("right", 100, 180, 170, 204)]
    target, _ = lay(folder, source, make_page(lines, (800, 400)), existing=existing)
    assert sorted(read_text(target).split()) == sorted(["Seen", text])


def test_invisible_text_in_a_form_is_redone_too(folder: Path) -> None:
    first, _ = lay(
        folder,
        write_scan(folder / "in.pdf"),
        make_page([make_line("wr0ng", 100, 180, 170, 204)], (800, 400)),
    )
    with pikepdf.open(first) as document, pikepdf.new() as wrapped:
        wrapped.add_blank_page(page_size=(400, 200))
        form = wrapped.copy_foreign(document.pages[0].as_form_xobject())
        wrapped.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
        wrapped.pages[0].Contents = wrapped.make_stream(b"/F Do")
        wrapped.save(folder / "wrapped.pdf")
    page = make_page([make_line("right", 100, 180, 170, 204)], (800, 400))
    assert read_text(folder / "wrapped.pdf") == "wr0ng"
    target, _ = lay(folder, folder / "wrapped.pdf", page, existing="redo")
    assert read_text(target) == "right"


def test_a_pdf_from_here_is_laid_again_without_a_mixture_of_fonts(folder: Path) -> None:
    source = write_scan(folder / "in.pdf")
    first, _ = lay(folder, source, make_page([make_line("one", 100, 100, 170, 124)], (800, 400)))
    first.rename(folder / "again.pdf")
    second = make_page([make_line("zwei", 100, 300, 170, 324)], (800, 400))
    target, _ = lay(folder, folder / "again.pdf", second)
    assert sorted(read_text(target).split("\r\n")) == ["one", "zwei"]


def test_other_pages_are_gone_even_for_the_outline(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", 3, visible="Secret 42")
    target, _ = lay(folder, source, make_page([], (800, 400), page=2))
    with pikepdf.open(target) as document:
        assert len(document.pages) == 1
        contents = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        assert sum(b"Secret" in each.read_bytes() for each in contents) == 1


def test_a_page_whose_own_text_was_taken_stays_as_it_is(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", visible="Dear reader")
    line = make_line("Dear reader", 500, 300, 630, 330)
    target, _ = lay(folder, source, make_page([line], (800, 400), source="text-layer"))
    assert read_text(target) == "Dear reader"


def test_pages_that_share_resources_do_not_get_each_others_fonts(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", 2)
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        shared = document.make_indirect(Dictionary(Font=Dictionary()))
        for page in document.pages:
            page.Resources = shared
        document.save()
    pages = [make_page([], (800, 400)), make_page([make_line("two", 9, 9, 90, 40)], (800, 400), page=2)]
    target, _ = lay(folder, source, *pages)
    with pikepdf.open(target) as document:
        assert [len(page.Resources.Font) for page in document.pages] == [0, 1]


def test_an_encrypted_document_is_written_without_its_password(folder: Path) -> None:
    source = write_scan(folder / "in.pdf")
    with pikepdf.open(source) as document:
        document.save(folder / "locked.pdf", encryption=pikepdf.Encryption(user="key", owner="owner"))
    page = make_page([make_line("Total", 100, 100, 170, 124)], (800, 400))
    target, _ = lay(folder, folder / "locked.pdf", page, password="key")
    assert read_text(target) == "Total"


def test_a_page_that_qpdf_finds_damaged_is_noted_and_the_others_are_laid(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", 2)
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = Name.Sideways
        document.save()
    pages = [
        make_page([make_line(text, 100, 100, 170, 124)], (800, 400), page=number)
        for number, text in ((1, "one"), (2, "two"))
    ]
    target, notes = lay(folder, source, *pages)
    assert notes == ["text-not-laid"]
    assert read_text(target, 1) == "two"


def test_whether_text_can_be_laid_is_known_before_the_pages_are_read(folder: Path) -> None:
    source = write_scan(folder / "in.pdf", 2)
    assert can_lay(source, None, 2)
    assert not can_lay(source, None, 3)  # the engine that reads finds another number of pages
    (folder / "no.pdf").write_bytes(b"%PDF-1.4\nnothing")
    assert not can_lay(folder / "no.pdf", None, 1)
