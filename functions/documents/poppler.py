"""The second engine: poppler's own programs, by way of pdf2image. They inherit the child's limits."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import PDFPageCountError

from documents.engines import poppler_installed
from documents.errors import Damaged, Encrypted, EngineUnavailable, NoPages, PageDamaged, WrongPassword
from documents.raster import Raster
from documents.text_layer import TextLine

_SIZE = re.compile(r"([0-9.]+) x ([0-9.]+) pts")


class PopplerDocument:
    """A PDF that poppler can open. Pages count from 1; sizes are in points, as seen."""

    engine = "poppler"

    def __init__(self, path: Path, password: str | None) -> None:
        """Raises EngineUnavailable, Damaged, NoPages, Encrypted or WrongPassword."""
        if not poppler_installed():
            raise EngineUnavailable("poppler is not installed on this worker; choose auto or pdfium.")
        self._path, self._password = path, password
        self._unlocked: dict[str, Any] = {"userpw": password} if password else {}
        self.pages = int(self._info()["Pages"])
        if self.pages < 1:
            raise NoPages

    def _info(self, **pages: Any) -> dict[str, Any]:
        """What `pdfinfo` prints, by its labels."""
        try:
            return pdfinfo_from_path(str(self._path), **self._unlocked, **pages)
        except PDFPageCountError as error:
            text = str(error)
        # What poppler says is all there is to tell these apart: its programs exit with 1 for each of them.
        if "Incorrect password" in text:
            raise (WrongPassword if self._password else Encrypted) from None
        raise (NoPages if "page range" in text else Damaged) from None

    def size(self, page: int) -> tuple[float, float]:
        """Width and height; raises PageDamaged."""
        info = self._info(first_page=page, last_page=page)
        found = _SIZE.match(str(info.get(f"Page {page:4} size", "")))
        if not found:
            raise PageDamaged(f"Page {page} can't be read.")
        width, height = float(found[1]), float(found[2])
        sideways = int(info.get(f"Page {page:4} rot", 0)) % 180 == 90
        return (height, width) if sideways else (width, height)

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """The page at `dpi`; raises PageDamaged."""
        with tempfile.TemporaryDirectory(dir=".") as folder:
            files = convert_from_path(
                str(self._path),
                dpi=dpi,
                output_folder=folder,
                first_page=page,
                last_page=page,
                **self._unlocked,
                use_cropbox=True,  # what a reader shows, and what PDFium draws
                grayscale=gray,
                paths_only=True,
            )
            if not files:
                raise PageDamaged(f"Page {page} can't be drawn.")
            return _read_pnm(Path(str(files[0])), gray=gray)

    def text(self, page: int, size: tuple[int, int]) -> list[TextLine]:  # noqa: ARG002 - the port's
        """None: pages that PDFium can't read are read from their pictures."""
        return []


def _read_pnm(path: Path, *, gray: bool) -> Raster:
    """poppler's raw image file → a raster, row by row: no second copy of the page in memory."""
    with path.open("rb") as file:
        magic, size, depth = (file.readline().split() for _ in range(3))
        if (magic, depth) != ([b"P5" if gray else b"P6"], [b"255"]):
            raise PageDamaged
        raster = Raster(int(size[0]), int(size[1]), gray=gray)
        for row in range(raster.height):
            if file.readinto(raster.row(row)) != raster.stride - 1:
                raise PageDamaged
    return raster
