"""PDFium drawn into our own buffer, against its Python binding's own way."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from documents.errors import Damaged, Encrypted, PageDamaged, WrongPassword
from documents.pdfium import PdfiumDocument
from tests.unit.pages.pdfs import BLUE, RED, Page, annotated, assembled, encrypted, pdf


def opened(tmp_path: Path, data: bytes, password: str | None = None) -> PdfiumDocument:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return PdfiumDocument(path, password)


@pytest.mark.parametrize("gray", [False, True])
def test_the_pixels_are_those_that_pdfium_draws_by_itself(tmp_path: Path, *, gray: bool) -> None:
    ours = opened(tmp_path, pdf(Page())).draw(1, 200, gray=gray).image()
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    theirs = document[0].render(scale=200 / 72, grayscale=gray, rev_byteorder=True).to_pil()
    assert ours.size == theirs.size
    assert ours.mode == ("L" if gray else "RGB")
    assert ours.tobytes() == theirs.tobytes()


def test_annotations_and_form_fields_are_drawn(tmp_path: Path) -> None:
    image = opened(tmp_path, annotated()).draw(1, 72, gray=False).image()
    assert image.getpixel((25, 150 - 25)) == RED
    assert image.getpixel((65, 150 - 65)) == BLUE


@pytest.mark.parametrize(
    ("extra", "size", "blue"),
    [
        ("", (100, 150), (30, 120)),
        ("/Rotate 90", (150, 100), (30, 30)),
        ("/Rotate 270", (150, 100), (120, 70)),
        ("/CropBox[10 10 90 70]", (80, 60), (20, 40)),
        ("/UserUnit 3", (100, 150), (30, 120)),
    ],
)
def test_a_page_is_drawn_as_it_is_seen(
    tmp_path: Path, extra: str, size: tuple[int, int], blue: tuple[int, int]
) -> None:
    document = opened(tmp_path, pdf(Page(extra=extra)))
    image: Image.Image = document.draw(1, 72, gray=False).image()
    assert document.size(1) == image.size == size
    assert image.getpixel(blue) == BLUE


def test_passwords(tmp_path: Path) -> None:
    locked = encrypted("user")
    with pytest.raises(Encrypted):
        opened(tmp_path, locked)
    with pytest.raises(WrongPassword):
        opened(tmp_path, locked, "no")
    assert opened(tmp_path, locked, "user").pages == 1
    assert opened(tmp_path, locked, "owner").pages == 1


def test_what_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        opened(tmp_path, b"%PDF-1.7 and nothing else")
    without_a_page = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[9 0 R]/Count 1>>",
        9: b"null",
    }
    document = opened(tmp_path, assembled(without_a_page))
    with pytest.raises(PageDamaged):
        document.size(1)
    with pytest.raises(PageDamaged):
        document.draw(1, 72, gray=False)
