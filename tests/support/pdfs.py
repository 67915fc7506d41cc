"""PDFs built byte by byte, so that each has exactly one fault."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from fpdf import FPDF

RED, BLUE = (255, 0, 0), (0, 0, 255)
SQUARE = b"0 0 1 rg 20 20 60 60 re f"
"""A blue square from 20 to 80 points off the lower left corner."""


@dataclass
class Page:
    box: str = "0 0 100 150"
    content: bytes = SQUARE
    extra: str = ""
    """More entries of the page's dictionary."""


def make_pdf(*pages: Page, objects: dict[int, bytes] | None = None, catalog: str = "") -> bytes:
    """Return a PDF of these pages. `objects` are added unchanged; number them from 1000."""
    numbers = range(10, 10 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    everything = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        **(objects or {}),
    }
    for number, page in zip(numbers, pages, strict=True):
        head = f"<</Type/Page/Parent 2 0 R/MediaBox[{page.box}]/Contents {number + 1} 0 R{page.extra}>>"
        everything[number] = head.encode()
        everything[number + 1] = pdf_stream(page.content)
    return assemble_pdf(everything)


def pdf_stream(content: bytes, entries: str = "") -> bytes:
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def assemble_pdf(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    rows = []
    for number, body in sorted(objects.items()):
        rows.append(f"{number} 1\n{len(out):010} 00000 n \n")
        out += f"{number} 0 obj".encode() + body + b"\nendobj\n"
    start = len(out)
    table = "".join(rows)
    size = max(objects) + 1
    out += f"xref\n0 1\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n".encode()
    out += f"startxref\n{start}\n%%EOF".encode()
    return bytes(out)


def make_slow_pdf(pages: int = 1, slow_page: int = 1) -> bytes:
    """Return a PDF with a page that takes for ever: forms nested 12 deep, 8 in each."""
    depth, base = 12, 1000
    calls = b" ".join([b"/F Do"] * 8)
    objects = {base: pdf_stream(SQUARE, "/Type/XObject/Subtype/Form/BBox[0 0 100 150]")}
    for level in range(1, depth + 1):
        inner = f"/Resources<</XObject<</F {base + level - 1} 0 R>>>>"
        objects[base + level] = pdf_stream(calls, f"/Type/XObject/Subtype/Form/BBox[0 0 100 150]{inner}")
    bomb = Page(content=calls, extra=f"/Resources<</XObject<</F {base + depth} 0 R>>>>")
    return make_pdf(*(bomb if page == slow_page else Page() for page in range(1, pages + 1)), objects=objects)


def make_encrypted_pdf(user_password: str) -> bytes:
    document = FPDF(unit="pt", format=(100, 150))
    document.set_encryption(owner_password="owner", user_password=user_password)
    document.add_page()
    return bytes(document.output())


def make_annotated_pdf() -> bytes:
    """Return a page with a red annotation at 10-40 points and a blue form field at 50-80."""
    red = pdf_stream(b"1 0 0 rg 0 0 30 30 re f", "/Type/XObject/Subtype/Form/BBox[0 0 30 30]")
    blue = pdf_stream(b"0 0 1 rg 0 0 30 30 re f", "/Type/XObject/Subtype/Form/BBox[0 0 30 30]")
    field = "/Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[50 50 80 80]/AP<</N 1003 0 R>>"
    return make_pdf(
        Page(content=b"", extra="/Annots[1000 0 R 1002 0 R]"),
        objects={
            1000: b"<</Type/Annot/Subtype/Stamp/F 4/Rect[10 10 40 40]/AP<</N 1001 0 R>>>>",
            1001: red,
            1002: f"<<{field}>>".encode(),
            1003: blue,
        },
        catalog="/AcroForm<</Fields[1002 0 R]>>",
    )


def encrypt_pdf(content: bytes, *, user: str, owner: str, revision: int = 6) -> bytes:
    """Return the PDF with these passwords. Revision 4 is PDF 1.6's, and 6 is PDF 2.0's."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, encryption=pikepdf.Encryption(user=user, owner=owner, R=revision))  # type: ignore[arg-type]  # 4 or 6
    return out.getvalue()


def make_falsely_encrypted_pdf() -> bytes:
    """Return a PDF that opens without a password, which PDFium asks for: its permissions are inconsistent."""
    locked = encrypt_pdf(make_pdf(Page()), user="", owner="owner")
    start = locked.index(b"/Perms <") + len(b"/Perms <")
    wrong = b"0000" if locked[start : start + 4] != b"0000" else b"1111"
    return locked[:start] + wrong + locked[start + 4 :]


def make_pdf_without_header() -> bytes:
    return b"%" + make_pdf(Page())[len(b"%PDF-1.7") :]


def make_pdf_with_bare_annotation(subtype: str, entries: str = "", *, flags: int = 4) -> bytes:
    """Return an empty page with an annotation at 20-80 points that has no appearance."""
    annotation = f"<</Type/Annot/Subtype/{subtype}/F {flags}/C[1 0 0]/Rect[20 20 80 80]/BS<</W 3>>{entries}>>"
    return make_pdf(Page(content=b"", extra="/Annots[1000 0 R]"), objects={1000: annotation.encode()})
