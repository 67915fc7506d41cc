"""A PDF of page pictures with invisible text, written page by page: the disk holds no page twice."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from ocr.searchable.glyphs import DESCENDANT, DESCRIPTOR, FONT, Glyphs, build_font
from ocr.searchable.operators import write_lines
from ocr.searchable.placing import map_to_page

POINTS_PER_INCH = 72
PIECE = 1 << 20
PAGES, TEXT_FONT = 1, 2
"""The numbers of two objects that others refer to before they are written."""


class PicturePdf:
    """A context manager. The file is whole when the block has ended without an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._glyphs = Glyphs()
        self._offsets: dict[int, int] = {PAGES: 0, TEXT_FONT: 0}
        self._pages: list[int] = []

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._path.open("wb")
        self._file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._finish()

    def add_page(
        self, picture: Path, size: tuple[int, int], dpi: int, lines: Iterable[Mapping[str, Any]]
    ) -> None:
        """Add a page. `picture` is a JPEG of `size` pixels, and the lines' boxes are in its pixels."""
        width, height = (side * POINTS_PER_INCH / dpi for side in size)
        image = self._add_picture(picture, size)
        text = write_lines(lines, map_to_page((0, 0, width, height), 0, size, 0), "F", self._glyphs)
        content = self._add_stream(b"", b"q %.3f 0 0 %.3f 0 0 cm /I Do Q\n" % (width, height) + text)
        self._pages.append(
            self._add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.3f %.3f] /Contents %d 0 R /Resources "
                b"<< /XObject << /I %d 0 R >> /Font << /F %d 0 R >> >> >>"
                % (PAGES, width, height, content, image, TEXT_FONT)
            )
        )

    def _add_picture(self, picture: Path, size: tuple[int, int]) -> int:
        head = (
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "
            b"/BitsPerComponent 8 /Filter /DCTDecode" % size
        )
        number = self._start()
        self._file.write(b"<< %s /Length %d >>\nstream\n" % (head, picture.stat().st_size))
        with picture.open("rb") as source:
            while piece := source.read(PIECE):
                self._file.write(piece)
        self._file.write(b"\nendstream\nendobj\n")
        return number

    def _finish(self) -> None:
        descriptor = self._add(b"<< %s /FontFile2 %d 0 R >>" % (DESCRIPTOR, self._add_font_file()))
        to_glyphs = self._add_stream(b"", self._glyphs.map_to_glyphs())
        descendant = self._add(
            b"<< %s /FontDescriptor %d 0 R /CIDToGIDMap %d 0 R /W %s >>"
            % (DESCENDANT, descriptor, to_glyphs, self._glyphs.list_widths())
        )
        to_unicode = self._add_stream(b"", self._glyphs.map_to_unicode())
        self._add(
            b"<< %s /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (FONT, descendant, to_unicode),
            TEXT_FONT,
        )
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        self._add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self._pages), kids), PAGES)
        self._write_end(self._add(b"<< /Type /Catalog /Pages %d 0 R >>" % PAGES))

    def _add_font_file(self) -> int:
        font = build_font()
        return self._add_stream(b"/Length1 %d " % len(font), font)

    def _write_end(self, root: int) -> None:
        start = self._file.tell()
        count = len(self._offsets) + 1
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        self._file.writelines(b"%010d 00000 n \n" % self._offsets[number] for number in range(1, count))
        self._file.write(
            b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, root, start)
        )

    def _start(self, number: int | None = None) -> int:
        number = number or len(self._offsets) + 1
        self._offsets[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n" % number)
        return number

    def _add(self, body: bytes, number: int | None = None) -> int:
        """Write the object. Return its number, a new one if none is given."""
        number = self._start(number)
        self._file.write(body + b"\nendobj\n")
        return number

    def _add_stream(self, entries: bytes, data: bytes) -> int:
        packed = zlib.compress(data)
        return self._add(
            b"<< %s/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (entries, len(packed), packed)
        )
