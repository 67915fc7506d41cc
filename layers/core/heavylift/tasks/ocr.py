"""`ocr`: the layout and the text of images and PDFs. Runs in `functions/ocr`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from pydantic import ConfigDict, Field

from heavylift.tasks.document_params import Pages, Password
from heavylift.tasks.pdf_to_images import sniff as sniff_pdf
from heavylift.tasks.spec import Params, TaskSpec

PDF = "application/pdf"
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
)


class OcrParams(Params):
    """What to read, and which outputs to make."""

    model_config = ConfigDict(
        title="ocr",
        json_schema_extra={
            "examples": [{}, {"pages": "1-3", "text_layer": "prefer", "min_confidence": 0.8}],
        },
    )

    dpi: int = Field(
        200,
        ge=72,
        le=400,
        description="Resolution at which a PDF's pages are drawn, and the assumed resolution of an image "
        "that does not state its own.",
    )
    pages: Pages = None
    min_confidence: float = Field(
        0.5, ge=0, le=1, description="Lines read with less confidence are left out."
    )
    regions: bool = Field(
        default=True,
        description="Find regions and their classes (title, text, table, figure, ...). Otherwise, "
        "neighbouring lines form a region.",
    )
    crops: bool = Field(default=True, description="An image of each region.")
    annotated: bool = Field(default=True, description="A picture of each page with its regions and lines.")
    searchable_pdf: bool = Field(default=True, description="A PDF of the page images with their text.")
    text_layer: Literal["ignore", "prefer"] = Field(
        "ignore",
        description="`prefer` uses a PDF page's own text if there is any, which is exact and fast; `ignore` "
        "reads every page's image.",
    )
    password: Password = None


def sniff(head: bytes) -> str | None:
    """Return the media type by the format's first bytes, or None. A PDF may have other bytes before them."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), None) or sniff_pdf(head)


SPEC = TaskSpec(
    name="ocr",
    title="Read text (OCR)",
    description=(
        "Finds the regions of each page of a PDF or an image, their reading order and their lines of text: "
        "`result.json`, `text.txt`, an image of each region, an annotated picture of each page, and a PDF "
        "whose text can be searched and selected. One network reads Chinese (simplified and traditional), "
        "Japanese, and English and other languages in Latin letters. Sideways and upside-down pages are "
        "turned. Progress is counted in pages."
    ),
    queue="ocr",
    params=OcrParams,
    accepts=(PDF, "image/png", "image/jpeg", "image/webp", "image/tiff"),
    sniff=sniff,
    limits=MappingProxyType({"max_pages": 500, "max_megapixels": 50, "max_bytes": 512 * 1024 * 1024}),
    max_attempts=3,
    deadline_s=3600,
)
