"""The original PDF with invisible text laid on its pages. Runs in the child: the document is untrusted.

qpdf copies what it does not change: pictures, fonts, links, outline and metadata stay as they are. The text
is drawn before the page's own content, where no state of that content changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from documents.page_facts import read_shown_box
from ocr.searchable.glyphs import DESCENDANT, DESCRIPTOR, FONT, Glyphs, build_font
from ocr.searchable.hidden_text import remove_hidden_text
from ocr.searchable.operators import write_lines
from ocr.searchable.placing import map_to_page

FONT_NAME = "HeavyliftText"

Lines = Iterable[Mapping[str, Any]]


class Overlay:
    """Lays text on the pages of one document."""

    def __init__(self, source: Path, password: str | None) -> None:
        """Raises PdfError."""
        # A mapped file would count against the child's limited address space.
        self._document = pikepdf.open(source, password=password or "", access_mode=pikepdf.AccessMode.stream)
        self._glyphs = Glyphs()
        self._font = self._document.make_indirect(Dictionary())

    def count_pages(self) -> int:
        return len(self._document.pages)

    def remove_hidden_text(self, page: int) -> None:
        """Raises PdfError."""
        remove_hidden_text(self._document.pages[page - 1], self._document)

    def lay(self, page: int, lines: Lines, size: tuple[int, int], turned: int) -> None:
        """Lay the lines on the page. `size` is that of the picture they were read in, `turned` its turn."""
        target = self._document.pages[page - 1]
        rotation = int(target.obj.get(Name.Rotate, 0)) % 360
        matrix = map_to_page(read_shown_box(target), rotation, size, turned)
        name = _choose_name(target.obj)
        if text := write_lines(lines, matrix, name, self._glyphs):
            _add_font(target.obj, name, self._font)
            target.contents_add(text, prepend=True)

    def keep_only(self, pages: Iterable[int]) -> None:
        """Drop the other pages. What still refers to one, such as the outline, finds it empty."""
        kept = set(pages)
        for number in range(self.count_pages(), 0, -1):
            if number not in kept:
                dropped = self._document.pages[number - 1].obj
                del self._document.pages[number - 1]
                for key in list(dropped.keys()):
                    del dropped[key]

    def save(self, target: Path) -> None:
        """Write the document, without a password. Raises PdfError."""
        self._fill_font()
        self._document.save(target, static_id=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    def _fill_font(self) -> None:
        document, glyphs = self._document, self._glyphs
        descriptor = _parse(DESCRIPTOR)
        font_file = build_font()
        descriptor.FontFile2 = Stream(document, font_file, Length1=len(font_file))
        descendant = _parse(DESCENDANT)
        descendant.FontDescriptor = document.make_indirect(descriptor)
        descendant.CIDToGIDMap = Stream(document, glyphs.map_to_glyphs())
        descendant.W = pikepdf.Object.parse(glyphs.list_widths())
        for key, value in _parse(FONT).items():
            self._font[key] = value
        self._font.DescendantFonts = Array([document.make_indirect(descendant)])
        self._font.ToUnicode = Stream(document, glyphs.map_to_unicode())


def _parse(entries: bytes) -> pikepdf.Object:
    return pikepdf.Object.parse(b"<< %s >>" % entries)


def _choose_name(page: pikepdf.Object) -> str:
    """Return a name that no font of the page has: the document may come from here."""
    fonts = page.get(Name.Resources, Dictionary()).get(Name.Font, Dictionary())
    return next(name for number in count() if f"/{(name := FONT_NAME + str(number))}" not in fonts)


def _add_font(page: pikepdf.Object, name: str, font: pikepdf.Object) -> None:
    """Add the font to the page's resources. Pages may share them, so the page gets copies."""
    resources = copy(page.get(Name.Resources, Dictionary()))
    fonts = copy(resources.get(Name.Font, Dictionary()))
    fonts["/" + name] = font
    resources.Font = fonts
    page.Resources = resources
