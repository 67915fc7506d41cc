"""What readers find in a PDF, and lines as a page's JSON has them."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf

Box = tuple[float, float, float, float]
WORD = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>')


def find_words(pdf: Path, page: int = 1) -> list[tuple[str, Box]]:
    """Return poppler's words with their boxes, in points of the page as it is shown, from its top left."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [
        (unescape(match[5]), (float(match[1]), float(match[2]), float(match[3]), float(match[4])))
        for match in WORD.finditer(found)
    ]


def make_line(text: str, left: int, top: int, right: int, bottom: int, **more: Any) -> dict[str, Any]:
    """Return a level line with a box of its own for each word, as wide as its share of the letters."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    pitch = (right - left) / max(1, len(text))
    words = [
        {
            "text": match[0],
            "confidence": 0.9,
            "box": [round(left + match.start() * pitch), top, round(left + match.end() * pitch), bottom],
        }
        for match in re.finditer(r"\S+", text)
    ]
    box = [left, top, right, bottom]
    return {"text": text, "confidence": 0.9, "box": box, "corners": corners, "words": words} | more


def make_page(lines: list[dict[str, Any]], size: tuple[int, int], **more: Any) -> dict[str, Any]:
    """Return a page's JSON with one region of these lines."""
    box = [0, 0, *size]
    text = "\n".join(line["text"] for line in lines)
    region = {"order": 1, "class": "text", "confidence": 0.9, "box": box, "text": text, "lines": lines}
    page = {"page": 1, "width": size[0], "height": size[1], "dpi": 144, "turned": 0, "source": "ocr"}
    return page | {"regions": [region]} | more


def assert_sound(pdf: Path) -> None:
    """Assert that qpdf finds nothing to complain of."""
    with pikepdf.open(pdf) as document:
        assert not document.check_pdf_syntax()
