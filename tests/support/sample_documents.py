"""Sample documents: generated ones, and real ones if HEAVYLIFT_CORPUS names a folder of them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "sample.pdf"


def list_corpus() -> list[Path]:
    """Return the corpus's PDFs, real, broken and hostile; the project's own sample if there is no corpus."""
    folder = os.environ.get("HEAVYLIFT_CORPUS")
    return (sorted(Path(folder).glob("*.pdf")) if folder else []) or [SAMPLE]


def find_in_corpus(name: str) -> Path | None:
    """Return a document of the corpus by its file's name; None if there is none of that name."""
    return next((path for path in list_corpus() if path.name == name), None)


def make_scans() -> bytes:
    """Return a PDF of 17 pictures in the sizes of a scanner: A4, most of them turned, and one of A3."""
    sizes = [*[(841.44, 595.2)] * 13, (841.44, 1190.4), *[(595.2, 841.44)] * 3]
    document = FPDF(unit="pt")
    for width, height in sizes:
        document.add_page(format=(width, height))
        grain = Image.effect_noise((int(width / 3), int(height / 3)), 40)
        document.image(grain, 0, 0, width, height)
    with pypdfium2.PdfDocument(bytes(document.output())) as scans:
        for page in range(14):
            scans[page].set_rotation(270)
        out = io.BytesIO()
        scans.save(out)
    return out.getvalue()


def make_text_pdf(pages: int, words_per_page: int = 60) -> bytes:
    """Return a plain text document of A4 pages."""
    document = FPDF(format="A4")
    document.set_font("Helvetica", size=12)
    for page in range(1, pages + 1):
        document.add_page()
        document.multi_cell(
            0, 6, f"Page {page} of {pages}. " + "heavy work over HTTP " * (words_per_page // 4)
        )
    return bytes(document.output())


def make_unembedded_text_pdf(text: str, *, font: str, encoding: str, ordering: str) -> bytes:
    """Return a line in an Adobe CJK font that the document names but does not embed."""
    line = f"BT /F 24 Tf 20 40 Td <{text.encode('utf-16-be').hex()}> Tj ET"
    system = f"<< /Registry (Adobe) /Ordering ({ordering}) /Supplement 2 >>"
    box = "/FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80"
    drawn = "/MediaBox [0 0 300 100] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>"
    of_font = f"/Type /Font /BaseFont /{font}"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {drawn} >>",
        f"<< /Length {len(line)} >>\nstream\n{line}\nendstream",
        f"<< {of_font} /Subtype /Type0 /Encoding /{encoding} /DescendantFonts [6 0 R] >>",
        f"<< {of_font} /Subtype /CIDFontType0 /CIDSystemInfo {system} /DW 1000 /FontDescriptor 7 0 R >>",
        f"<< /Type /FontDescriptor /FontName /{font} /Flags 4 {box} >>",
    )
    numbered = "".join(f"{number} 0 obj\n{each}\nendobj\n" for number, each in enumerate(objects, 1))
    # There is no cross-reference table: readers search for the objects.
    return f"%PDF-1.4\n{numbered}trailer << /Root 1 0 R >>\n%%EOF\n".encode()
