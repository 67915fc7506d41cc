"""PDF/A of the searchable PDF: what Ghostscript makes, and whether all is there still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name
from PIL import Image

from ocr.handoff import ARCHIVED
from ocr.searchable import archive as archive_module
from ocr.searchable.archive import archive, find_losses
from ocr.searchable.pictures import PicturePdf
from sandbox.errors import EngineCrashed
from tests.support.capabilities import GHOSTSCRIPT, POPPLER, PREFLIGHT
from tests.support.preflight import find_faults
from tests.unit.ocr.searchable.pdf_text import assert_sound, find_words, make_line, make_page
from tests.unit.ocr.searchable.test_overlay import draw, lay, read_text, write_scan

TEXT = "Total 12 你好 繁體 Ünïcode œuvre Привет “q” €"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # the child's scratch folder
    return tmp_path


def make_archive(source: Path) -> Path:
    GHOSTSCRIPT.require("HEAVYLIFT_PDF_A")
    request: Any = {"input": str(source)}
    with pikepdf.open(source) as document:
        assert list(archive(request)) == [{"archiving": True}] * len(document.pages)
    assert_sound(ARCHIVED)
    return ARCHIVED.resolve()


def lay_scan(folder: Path, **more: Any) -> Path:
    source = write_scan(folder / "in.pdf", pages=2, **more)
    pages = [make_page([make_line(TEXT, 100, 250, 700, 290)], (800, 400), page=page) for page in (1, 2)]
    return lay(folder, source, *pages)[0]


def write_pictures(folder: Path) -> Path:
    picture, target = folder / "p.jpg", folder / "pictures.pdf"
    Image.linear_gradient("L").convert("RGB").resize((800, 400)).save(picture)
    with PicturePdf(target) as whole:
        whole.add_page(picture, (800, 400), 144, [make_line(TEXT, 100, 100, 700, 140)])
    return target


def test_the_document_stays_and_can_be_searched(folder: Path) -> None:
    laid = lay_scan(folder, visible="Seen here", invisible="Hidden there")
    archived = make_archive(laid)
    with pikepdf.open(laid) as before, pikepdf.open(archived) as after:
        assert after.open_metadata().pdfa_status == "2B"
        assert [item.title for item in after.open_outline().root] == ["Chapter 1", "Chapter 2"]
        assert str(after.pages[1].Annots[0].A.URI) == "https://example.org"
        assert after.docinfo.Title == before.docinfo.Title
        metadata = after.open_metadata()
        date = str(after.docinfo.ModDate)[2:16]
        assert metadata["xmp:ModifyDate"].translate({ord(sign): None for sign in "-:TZ"}) == date
    for page in (0, 1):
        assert read_text(archived, page) == read_text(laid, page)
        difference = np.abs(draw(archived, page).astype(int) - draw(laid, page))
        assert difference.mean() < 1  # Ghostscript's Helvetica is its own


@pytest.mark.parametrize("write", [lay_scan, write_pictures])
def test_preflight_finds_no_fault(folder: Path, write: Callable[[Path], Path]) -> None:
    PREFLIGHT.require("HEAVYLIFT_PDF_A")
    plain = write(folder)
    assert find_faults(make_archive(plain)) == []
    assert find_faults(plain)  # so it does look


def test_pictures_keep_their_jpeg(folder: Path) -> None:
    with pikepdf.open(make_archive(write_pictures(folder))) as after:
        (image,) = after.pages[0].get_images().values()
        assert image.read_raw_bytes().startswith((folder / "p.jpg").read_bytes())


@POPPLER.needed
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_text_stays_on_the_words_of_rotated_pages(folder: Path, rotation: int) -> None:
    laid = lay_scan(folder)
    with pikepdf.open(laid, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.pages[0].CropBox = Array([20, 10, 380, 190])
        document.save()
    before, after = find_words(laid), find_words(make_archive(laid))
    assert [word for word, _ in after] == [word for word, _ in before]
    boxes = [np.array([box for _, box in words]) for words in (before, after)]
    assert np.abs(boxes[0] - boxes[1]).max() < 1


def write_plain(path: Path, text: str = "Some text", *, link: bool = True, title: bool = True) -> Path:
    document = FPDF(unit="pt", format=(400, 200))
    document.set_font("Helvetica", size=12)
    document.add_page()
    if title:
        document.start_section("Chapter")
    if link:
        document.link(20, 20, 50, 50, "https://example.org")
    document.text(50, 50, text)
    document.output(str(path))
    return path


def claim(path: Path) -> Path:
    """Make the file say that it is PDF/A-2b."""
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.Root.OutputIntents = Array([Dictionary(Type=Name.OutputIntent)])
        with document.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
        document.save()
    return path


@pytest.mark.parametrize(
    ("change", "loss"),
    [
        ({}, []),
        ({"link": False}, ["annotations"]),
        ({"title": False}, ["outline"]),
        ({"text": "Some xxxx"}, ["text"]),
    ],
)
def test_what_a_reader_misses_is_found(folder: Path, change: Any, loss: list[str]) -> None:
    before = write_plain(folder / "before.pdf")
    assert find_losses(before, claim(write_plain(folder / "after.pdf", **change))) == loss


def test_annotations_stay_and_the_fields_of_a_form_are_drawn(folder: Path) -> None:
    source = write_plain(folder / "in.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        blue = document.make_stream(b"0 0 1 rg 0 0 50 20 re f")
        blue.Type, blue.Subtype, blue.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 20])
        usual: dict[str, Any] = {"Type": Name.Annot, "F": 4, "AP": Dictionary(N=blue)}
        stamp = Dictionary(Subtype=Name.Stamp, Rect=Array([200, 100, 250, 120]), **usual)
        field = Dictionary(Subtype=Name.Widget, FT=Name.Tx, T="a", Rect=Array([100, 100, 150, 120]), **usual)
        page = document.pages[0].obj
        page.Annots = Array([*page.Annots, *map(document.make_indirect, (stamp, field))])
        document.Root.AcroForm = Dictionary(Fields=Array([page.Annots[-1]]))
        document.save()
    archived = make_archive(source)
    with pikepdf.open(archived) as after:
        assert [str(each.Subtype) for each in after.pages[0].Annots] == ["/Link", "/Stamp"]
    for left in (100, 200):
        assert draw(archived)[85:95, left + 5 : left + 45].mean(axis=(0, 1)).tolist() == [255, 0, 0]


def test_a_file_that_does_not_claim_to_be_pdf_a_is_found(folder: Path) -> None:
    before = write_plain(folder / "before.pdf")
    assert find_losses(before, before) == ["pdf-a"]
    with pikepdf.open(claim(before), allow_overwriting_input=True) as document:
        document.pages.append(document.pages[0])
        document.save(folder / "longer.pdf")
    assert find_losses(before, folder / "longer.pdf") == ["pages"]


@pytest.mark.parametrize("losses", [["text"], None])
def test_a_loss_or_a_file_that_can_not_be_compared_is_no_success(
    folder: Path, monkeypatch: pytest.MonkeyPatch, losses: list[str] | None
) -> None:
    def find(before: Path, after: Path) -> list[str]:
        if losses is None:
            raise ValueError("no such object")
        return losses

    monkeypatch.setattr(archive_module, "find_losses", find)
    with pytest.raises(EngineCrashed):
        make_archive(write_plain(folder / "in.pdf"))
