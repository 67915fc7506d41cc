"""The join of a long document: its disk and its memory. Not a part of `make test`.

    make test-ocr [FOLDER=folder]

The folder is best a small tmpfs, as Lambda's /tmp: mount -t tmpfs -o size=2048m none folder. The pages'
pictures have 2 MB each. They stand for the objects of the bucket, so they are made when they are fetched.
Prints the largest use of the folder and the largest resident memory.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
from pathlib import Path
from typing import Any

import pikepdf

from ocr.assemble import publish_document
from ocr.handoff import page_file, picture_file
from ocr.params import OcrParams
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.support.fake_work import FakeWork
from tests.support.pictures import encode_image, make_picture
from tests.unit.ocr.searchable.pdf_text import make_line, make_page

PICTURE_BYTES = 2_000_000
SIZE = (3300, 4400)
LINES = [
    make_line(f"Line {number} of a long page with ten words in it", 100, 40 * number, 2000, 40 * number + 30)
    for number in range(1, 100)
]
JPEG = encode_image(make_picture("A page"), "JPEG")
"""Readers ignore what follows the end of a JPEG."""


class LongWork(FakeWork):
    """A job whose pages are made when they are fetched."""

    most_bytes = 0

    def fetch(self, name: str) -> Path:
        path, number = self.directory / name, int(name[5:9])
        if name == str(page_file(number)):
            path.write_text(json.dumps(make_page(LINES, SIZE, page=number, dpi=400)))
        elif name == str(picture_file(number)):
            path.write_bytes(JPEG.ljust(PICTURE_BYTES, b"\0"))
        self._measure()
        return path

    def publish(self, name: str, source: Path, media_type: str) -> None:
        self._measure()
        self.published[name] = media_type
        if name == "searchable.pdf":
            with pikepdf.open(source) as document:
                print(f"{name}: {source.stat().st_size:,} bytes, {len(document.pages)} pages")
                assert not document.check_pdf_syntax()

    def _measure(self) -> None:
        self.most_bytes = max(self.most_bytes, sum(file.stat().st_size for file in self.directory.iterdir()))


def main(folder: Path, pages: int) -> None:
    work = LongWork(folder / "input", OcrParams(), folder / "scratch", folder)
    work.directory.mkdir()
    entries: list[dict[str, Any]] = [{"page": number, "picture": True} for number in range(1, pages + 1)]
    notes = publish_document(work, entries, OcrSettings(), OcrTask.spec.limits)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"notes: {notes}, largest use of the folder: {work.most_bytes:,} bytes, memory: {peak} MB")
    shutil.rmtree(work.directory)
    assert set(work.published) == {"text.txt", "result.md", "result.json", "searchable.pdf"}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
