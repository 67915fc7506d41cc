"""`pdf-to-images`: draws each page of a PDF as an image. Runs in `functions/pages`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from pydantic import ConfigDict, Field

from heavylift.tasks.document_params import Pages, Password
from heavylift.tasks.spec import SNIFF_BYTES, Params, TaskSpec


class PdfToImagesParams(Params):
    """How to draw and save the pages."""

    model_config = ConfigDict(
        title="pdf-to-images",
        json_schema_extra={
            "examples": [{"dpi": 200}, {"dpi": 96, "pages": "1-3,7", "format": "jpeg", "quality": 80}]
        },
    )

    dpi: int = Field(
        200,
        ge=36,
        le=600,
        description="Resolution in dots per inch: an A4 page at 200 is 1654 x 2339 pixels.",
    )
    pages: Pages = None
    format: Literal["png", "jpeg", "webp"] = Field("png", description="Image format. PNG is lossless.")
    grayscale: bool = Field(
        default=False, description="Draw in shades of gray: the files are smaller and load faster."
    )
    quality: int = Field(85, ge=1, le=100, description="Quality of JPEG and WebP.")
    compression: Literal["fast", "small"] = Field(
        "fast",
        description="Compression of PNG: fast, or files smaller by about a fifth. The pixels are the same.",
    )
    engine: Literal["auto", "pdfium", "poppler"] = Field(
        "auto",
        description="Drawing engine. `auto` uses PDFium, and poppler for what PDFium can't open or draw.",
    )
    on_page_error: Literal["fail", "skip"] = Field(
        "fail",
        description="If a page can't be drawn: fail the job, or skip the page and report it.",
    )
    password: Password = None


def sniff(head: bytes) -> str | None:
    """Return the media type, or None. As PDF readers do, look for the header in the first 1024 bytes."""
    return "application/pdf" if b"%PDF-" in head[:SNIFF_BYTES] else None


SPEC = TaskSpec(
    name="pdf-to-images",
    title="PDF to images",
    description=(
        "Draws each page of a PDF as an image: `page-0001.png`, `page-0002.png` and so on, annotations and "
        "form fields included. Progress is counted in pages. The result has the number of pages, their sizes "
        "in pixels and the engine that drew them. A PDF that is encrypted, damaged, too long or too large "
        "fails with its own problem before any page is drawn."
    ),
    queue="pages",
    params=PdfToImagesParams,
    accepts=("application/pdf",),
    sniff=sniff,
    limits=MappingProxyType({"max_pages": 2000, "max_megapixels": 100, "max_bytes": 512 * 1024 * 1024}),
    max_attempts=3,
    deadline_s=3600,
)
