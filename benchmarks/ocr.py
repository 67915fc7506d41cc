"""The ocr task against the truth and against Tesseract, on the same pictures in one run.

    python benchmarks/ocr.py [FILE.pdf[:PAGES] ...]          PAGES like 1-3,7

The pages of text PDFs are drawn at 200 dpi, read from their pictures, and compared with the PDF's own text.
Without files: pages of English prose, made here. Without Tesseract it says so, and compares nothing.

Two error rates are told, each the edit distance in characters over the truth's characters, spaces counted:

- `in order`: the whole page as one text. A column, a caption or a footnote in another place than in the PDF
  costs all its characters, though a reader may find either order right.
- `by line`: each true line against the line read that suits it best, every line used once. Lines that were
  read and are not true do not count, nor does their order.

Both texts are made alike first: ligatures, quotes and dashes in their plain forms (NFKC), white space as one
space, a word that is hyphenated at the end of a line whole for `in order`.

CPU seconds are those of the process and its children. Ours are the whole task on one picture: the child that
decodes it, the networks, which are loaded as in a warm worker, and result.json and text.txt. Both have one
thread.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist
from scipy.optimize import linear_sum_assignment

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core"), str(ROOT / "functions")]

from heavylift.tasks.ocr import OcrParams  # noqa: E402
from heavylift.tasks.page_ranges import select_pages  # noqa: E402
from ocr.settings import OcrSettings  # noqa: E402
from ocr.task import Ocr  # noqa: E402
from tests.support.fake_work import FakeWork  # noqa: E402

DPI = 200
PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014\u2212", "''\"\"-----")
PROSE = (
    "The queue hands each job to a worker that scales from zero. A message carries ids only, so any number "
    "of them may exist, and whatever it says, the record decides. Of every hundred workers, some will die: "
    "at 3.15 in the morning, in the middle of page 217, or just after the last write. What they leave behind "
    "is a lease that runs out, and someone else begins again where the record says, not where memory does. "
)

Row = dict[str, Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours(blank(folder / "blank.png"))  # the networks are loaded
        files = sys.argv[1:] or [str(prose(folder))]
        rows = [row for file in files for row in compare(file, folder)]
    for who in ("ours", "tesseract"):
        told_of(who, [row for row in rows if who in row])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"most memory of the process with the networks: {peak:.0f} MB")


def compare(file: str, folder: Path) -> list[Row]:
    path, _, ranges = file.partition(":")
    readers: dict[str, Callable[[Path], str]] = {"ours": ours}
    if shutil.which("tesseract"):
        readers["tesseract"] = tesseract
    rows = []
    document = pypdfium2.PdfDocument(path)
    for number in select_pages(ranges or None, len(document)):
        page = document[number - 1]
        # U+FFFE is PDFium's hyphen at a line's end, which it takes out.
        truth = page.get_textpage().get_text_range().replace("\ufffe", "-\n")
        picture = folder / "page.png"
        page.render(scale=DPI / 72).to_pil().convert("RGB").save(picture, dpi=(DPI, DPI))
        row: Row = {"file": Path(path).name, "page": number, "characters": len(flowing(truth))}
        row |= {who: measured(read, picture, truth) for who, read in readers.items()}
        print(json.dumps(row), flush=True)
        rows.append(row)
    return rows


def measured(read: Callable[[Path], str], picture: Path, truth: str) -> dict[str, float]:
    before = spent()
    text = read(picture)
    cpu = spent() - before
    in_order = Levenshtein.distance(flowing(truth), flowing(text)) / len(flowing(truth))
    return {"in_order": round(in_order, 4), "by_line": round(by_line(truth, text), 4), "cpu_s": round(cpu, 2)}


def told_of(who: str, rows: list[Row]) -> None:
    """Error rates over all characters, CPU over all pages."""
    if not rows:
        print(f"{who}: not installed here, so there is nothing to compare with")
        return
    weights = [row["characters"] for row in rows]
    in_order, by_lines = (
        sum(row[who][rate] * weight for row, weight in zip(rows, weights, strict=True)) / sum(weights)
        for rate in ("in_order", "by_line")
    )
    cpu = sum(row[who]["cpu_s"] for row in rows) / len(rows)
    print(
        f"{who}: in order {in_order:.2%}, by line {by_lines:.2%}, {cpu:.1f} CPU s a page, {len(rows)} pages"
    )


# ---- the texts -------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(PLAIN).split())


def flowing(text: str) -> str:
    """As one line, hyphenated words whole."""
    return plain(re.sub(r"-\s*\n\s*", "", text.translate(PLAIN)))


def by_line(truth: str, text: str) -> float:
    """Errors in the best matching of true lines and lines read, over the truth's characters."""
    true, found = ([line for line in map(plain, each.splitlines()) if line] for each in (truth, text))
    lengths = np.array([len(line) for line in true])[:, None]
    costs = np.minimum(cdist(true, found or [""], scorer=Levenshtein.distance), lengths)
    missed = np.broadcast_to(lengths, (len(true), len(true)))  # a line may have gone unread
    costs = np.hstack([costs, missed])
    return float(costs[linear_sum_assignment(costs)].sum() / lengths.sum())


# ---- the readers -----------------------------------------------------------------------------------


def ours(picture: Path) -> str:
    """text.txt of the task."""
    with tempfile.TemporaryDirectory() as name:
        scratch, outputs = Path(name, "scratch"), Path(name, "outputs")
        scratch.mkdir()
        outputs.mkdir()
        params = OcrParams(crops=False, annotated=False, searchable_pdf=False)
        work = FakeWork(picture, params, scratch, outputs)
        task = Ocr(lambda: OcrSettings(threads=1))
        task.join(work, [task.run(work, part) for part in task.plan(work).parts])
        return (outputs / "text.txt").read_text(encoding="utf-8")


def tesseract(picture: Path) -> str:
    told = subprocess.run(
        ["tesseract", str(picture), "-", "-l", "eng", "--dpi", str(DPI)],
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/usr/local/bin:/opt/homebrew/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


def spent() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


# ---- pages made here -------------------------------------------------------------------------------


def prose(folder: Path) -> Path:
    path = folder / "prose.pdf"
    document = FPDF(format="A4")
    for font, size in (("Times", 11), ("Helvetica", 10), ("Courier", 10)):
        document.add_page()
        document.set_font(font, size=size)
        document.multi_cell(0, 6, PROSE * 6)
    document.output(str(path))
    return path


def blank(path: Path) -> Path:
    Image.new("RGB", (400, 100), "white").save(path)
    return path


if __name__ == "__main__":
    main()
