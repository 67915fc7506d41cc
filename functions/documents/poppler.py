"""The second engine: poppler's programs, run by pdf2image. The programs inherit the child's limits."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

from documents.engines import poppler_installed
from documents.errors import Damaged, Encrypted, EngineUnavailable, NoPages, PageDamaged, WrongPassword
from documents.page_facts import USUAL, PageFacts, read_facts
from documents.raster import Raster
from documents.text_layer import NOTHING, OwnText

_SIZE = re.compile(r"([0-9.]+) x ([0-9.]+) pts")


class PopplerDocument:
    """A PDF that poppler can open (see `Document`)."""

    engine = "poppler"

    def __init__(self, path: Path, password: str | None) -> None:
        """Raises EngineUnavailable, Damaged, NoPages, Encrypted or WrongPassword."""
        if not poppler_installed():
            raise EngineUnavailable("poppler is not installed on this worker: choose auto or pdfium.")
        self._path, self._password = path, password
        self.most_seconds: float | None = None
        """The time for drawing a page, if the child's own limit is not the one that counts."""
        self._passwords = _make_options(password)
        try:
            info = self._read_info()
        except WrongPassword:
            # Encryption before revision 5 (PDF 2.0) has passwords in Latin-1, not in UTF-8.
            latin = (password or "").encode("latin-1", "replace")
            self._passwords = _make_options(os.fsdecode(latin))
            info = self._read_info()
        self.pages = int(info["Pages"])
        if self.pages < 1:
            raise NoPages

    def _read_info(self, **pages: Any) -> dict[str, Any]:
        """Return the output of `pdfinfo`, by label. Raises Damaged, NoPages, Encrypted or WrongPassword."""
        try:
            return pdfinfo_from_path(str(self._path), **self._passwords, **pages)
        except PDFPageCountError as error:
            text = str(error)
        # Only the message tells these apart: the exit code is 1 for each.
        if "Incorrect password" in text:
            raise (WrongPassword if self._password else Encrypted) from None
        raise (NoPages if "page range" in text else Damaged) from None

    @cached_property
    def _facts(self) -> Mapping[int, PageFacts]:
        return read_facts(self._path, self._password)

    def size(self, page: int) -> tuple[float, float]:
        """Return the page's width and height. Raises PageDamaged."""
        info = self._read_info(first_page=page, last_page=page)
        found = _SIZE.match(str(info.get(f"Page {page:4} size", "")))
        if not found:
            raise PageDamaged(f"Page {page} can't be read.")
        facts = self._facts.get(page, USUAL)
        width, height = float(found[1]), float(found[2])
        if facts.whole:
            left, bottom, right, top = facts.whole
            width, height = right - left, top - bottom
        if not (width > 0 and height > 0):
            raise PageDamaged(f"Page {page} has no size.")
        width, height = width * facts.unit, height * facts.unit
        sideways = int(info.get(f"Page {page:4} rot", 0)) % 180 == 90
        return (height, width) if sideways else (width, height)

    def list_notes(self, page: int) -> list[str]:
        """Return the slugs of what the page's picture lacks or ignores (warnings.py)."""
        return self._facts.get(page, USUAL).list_notes()

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """Return the page at `dpi`. Raises PageDamaged."""
        facts = self._facts.get(page, USUAL)
        with tempfile.TemporaryDirectory(dir=".") as folder:
            try:
                files = convert_from_path(
                    str(self._path),
                    dpi=dpi if facts.unit == 1 else dpi * facts.unit,  # type: ignore[arg-type]  # also a float
                    output_folder=folder,
                    first_page=page,
                    last_page=page,
                    **self._passwords,
                    use_cropbox=not facts.whole,  # the area that readers show and PDFium draws
                    grayscale=gray,
                    paths_only=True,
                    timeout=self.most_seconds,  # type: ignore[arg-type]  # also a float
                )
            except (PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError, ValueError):
                files = []
            if not files:
                raise PageDamaged(f"Page {page} can't be drawn.")
            return _read_pnm(Path(str(files[0])), gray=gray)

    def read_text(self, page: int, size: tuple[int, int]) -> OwnText:  # noqa: ARG002 - the protocol's
        """Return nothing: OCR reads the pages that PDFium can't read."""
        return NOTHING


def _make_options(password: str | None) -> dict[str, Any]:
    """Return the options of pdf2image. The client need not know of which kind the password is."""
    return {"userpw": password, "ownerpw": password} if password else {}


def _read_pnm(path: Path, *, gray: bool) -> Raster:
    """Read poppler's raw image file, row by row: memory never holds a second copy of the page."""
    with path.open("rb") as file:
        magic, size, depth = (file.readline().split() for _ in range(3))
        if (magic, depth) != ([b"P5" if gray else b"P6"], [b"255"]):
            raise PageDamaged
        raster = Raster(int(size[0]), int(size[1]), gray=gray)
        for row in range(raster.height):
            if file.readinto(raster.row(row)) != raster.stride - 1:
                raise PageDamaged
    return raster
