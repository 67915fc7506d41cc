"""PDFium draws into our buffer the same pixels as its Python binding."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from documents.errors import Damaged, Encrypted, PageDamaged, WrongPassword
from documents.pdfium import PdfiumDocument
from documents.rotated_scans import is_rotated_scan
from tests.support.pdfs import (
    BLUE,
    RED,
    Page,
    assemble_pdf,
    make_annotated_pdf,
    make_encrypted_pdf,
    make_pdf,
    pdf_stream,
)


def open_document(tmp_path: Path, data: bytes, password: str | None = None) -> PdfiumDocument:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return PdfiumDocument(path, password)


@pytest.mark.parametrize("gray", [False, True])
def test_the_pixels_are_those_that_pdfium_draws_by_itself(tmp_path: Path, *, gray: bool) -> None:
    ours = open_document(tmp_path, make_pdf(Page())).draw(1, 200, gray=gray).to_image()
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    theirs = document[0].render(scale=200 / 72, grayscale=gray, rev_byteorder=True).to_pil()
    assert ours.size == theirs.size
    assert ours.mode == ("L" if gray else "RGB")
    assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("placed", ["97.3 0 0 150 1.7 0", "0 150 -97.3 0 99 0"])
def test_a_picture_that_lies_sideways_has_the_same_pixels(
    tmp_path: Path, rotate: int, placed: str, *, gray: bool
) -> None:
    document = open_document(tmp_path, make_picture_page(placed, rotate=rotate))
    across = placed.startswith("97.3")
    page = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0]
    assert is_rotated_scan(page) == (across == (rotate in (90, 270)))
    theirs = page.render(scale=200 / 72, grayscale=gray, rev_byteorder=True).to_pil()
    assert len(set(theirs.tobytes())) > 100
    ours = document.draw(1, 200, gray=gray).to_image()
    assert (ours.size, ours.mode, ours.tobytes()) == (theirs.size, theirs.mode, theirs.tobytes())


@pytest.mark.parametrize(
    ("more", "sideways"),
    [
        ("", True),
        ("BT /F 9 Tf 3 Tr (found by a reader of scans) Tj ET", True),
        ("BT /F 9 Tf (seen) Tj ET", False),
        ("20 20 60 60 re f", False),
        ("q 50 0 0 50 0 0 cm /I Do Q", True),
        ("q 0 50 -50 0 0 0 cm /I Do Q", False),
        ("q 40 40 -40 40 50 50 cm /I Do Q", False),
    ],
)
def test_a_page_is_turned_for_pictures_alone(tmp_path: Path, more: str, *, sideways: bool) -> None:
    (tmp_path / "a.pdf").write_bytes(make_picture_page("100 0 0 150 0 0", more, rotate=90))
    assert is_rotated_scan(pypdfium2.PdfDocument(tmp_path / "a.pdf")[0]) is sideways


def test_a_page_with_nothing_on_it_or_an_annotation_is_not_turned(tmp_path: Path) -> None:
    annotation = "/Annots[<</Type/Annot/Subtype/Square/Rect[10 10 40 40]>>]"
    for data in (
        make_pdf(Page(content=b"", extra="/Rotate 90")),
        make_picture_page("100 0 0 150 0 0", extra=annotation),
    ):
        (tmp_path / "a.pdf").write_bytes(data)
        assert not is_rotated_scan(pypdfium2.PdfDocument(tmp_path / "a.pdf")[0])


def make_picture_page(placed: str, more: str = "", *, rotate: int = 90, extra: str = "") -> bytes:
    """Return a page with an asymmetric picture of 31 x 47 pixels, and `more` content."""
    pixels = bytes(
        (x * 5 + y * y * (channel + 1)) & 255 for y in range(47) for x in range(31) for channel in range(3)
    )
    resources = (
        "/Resources<</XObject<</I 1000 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    )
    image = "/Type/XObject/Subtype/Image/Width 31/Height 47/ColorSpace/DeviceRGB/BitsPerComponent 8"
    content = f"q {placed} cm /I Do Q {more}".encode()
    page = Page(content=content, extra=f"/Rotate {rotate}{resources}{extra}")
    return make_pdf(page, objects={1000: pdf_stream(pixels, image)})


def test_annotations_and_form_fields_are_drawn(tmp_path: Path) -> None:
    image = open_document(tmp_path, make_annotated_pdf()).draw(1, 72, gray=False).to_image()
    assert image.getpixel((25, 150 - 25)) == RED
    assert image.getpixel((65, 150 - 65)) == BLUE


@pytest.mark.parametrize(
    ("extra", "size", "blue"),
    [
        ("", (100, 150), (30, 120)),
        ("/Rotate 90", (150, 100), (30, 30)),
        ("/Rotate 270", (150, 100), (120, 70)),
        ("/CropBox[10 10 90 70]", (80, 60), (20, 40)),
        ("/UserUnit 3", (300, 450), (90, 360)),
        ("/UserUnit 0", (100, 150), (30, 120)),
        ("/UserUnit/Three", (100, 150), (30, 120)),
        ("/CropBox[200 200 300 300]", (100, 150), (30, 120)),
        ("/CropBox[200 200 300 300]/Rotate 90", (150, 100), (30, 30)),
        ("/CropBox[0 0 0 0]/UserUnit 1.5", (150, 225), (45, 180)),
    ],
)
def test_a_page_is_drawn_as_it_is_seen(
    tmp_path: Path, extra: str, size: tuple[int, int], blue: tuple[int, int]
) -> None:
    document = open_document(tmp_path, make_pdf(Page(extra=extra)))
    image: Image.Image = document.draw(1, 72, gray=False).to_image()
    assert document.size(1) == image.size == size
    assert image.getpixel(blue) == BLUE


def test_passwords(tmp_path: Path) -> None:
    locked = make_encrypted_pdf("user")
    with pytest.raises(Encrypted):
        open_document(tmp_path, locked)
    with pytest.raises(WrongPassword):
        open_document(tmp_path, locked, "no")
    assert open_document(tmp_path, locked, "user").pages == 1
    assert open_document(tmp_path, locked, "owner").pages == 1


def test_damaged_documents_and_pages(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        open_document(tmp_path, b"%PDF-1.7 and nothing else")
    without_a_page = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[9 0 R]/Count 1>>",
        9: b"null",
    }
    document = open_document(tmp_path, assemble_pdf(without_a_page))
    with pytest.raises(PageDamaged):
        document.size(1)
    with pytest.raises(PageDamaged):
        document.draw(1, 72, gray=False)


def test_the_text_of_a_page_ends_after_its_most_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text="Heavy work")
    document = open_document(tmp_path, bytes(pdf.output()))
    assert [line["text"] for line in document.read_text(1, (100, 100)).lines] == ["Heavy work"]
    monkeypatch.setattr("documents.text_layer.MAX_CHARACTERS", 5)
    assert [line["text"] for line in document.read_text(1, (100, 100)).lines] == ["Heavy"]
