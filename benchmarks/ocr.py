"""Compares the ocr task with the true text and with Tesseract, on the same images in one run.

    python benchmarks/ocr.py [FILE.pdf[:PAGES] ...]          PAGES like 1-3,7

The pages of text PDFs are rendered at 200 dpi, recognized from their images, and compared with the PDF's
own text. Without files, pages of English prose are generated. Without Tesseract, only the ocr task is
measured.

Two error rates are printed, each the edit distance divided by the number of true characters, spaces included:

- `in order`: the whole page as one text. A column, caption or footnote in another place than in the PDF
  costs all its characters, even if either order is right for a reader.
- `by line`: each true line is compared with the best matching recognized line, and each line is used once.
  Additional recognized lines and the order of lines do not count.

Both texts are normalized first: ligatures, quotes and dashes to plain forms (NFKC), white space to one
space, and for `in order` words hyphenated at the end of a line to whole words.

CPU seconds are those of the process and its children, with one thread each. For the ocr task they cover the
whole task on one image: the child that decodes the image, the networks (loaded before, as in a warm
worker), and result.json and text.txt.
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

from documents.page_ranges import select_pages  # noqa: E402
from ocr.params import OcrParams  # noqa: E402
from ocr.settings import OcrSettings  # noqa: E402
from ocr.task import OcrTask  # noqa: E402
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
        run_task(save_blank(folder / "blank.png"))  # loads the networks
        files = sys.argv[1:] or [str(save_prose(folder))]
        rows = [row for file in files for row in compare(file, folder)]
    for who in ("ours", "tesseract"):
        print_summary(who, [row for row in rows if who in row])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"peak memory of the process with the networks: {peak:.0f} MB")


def compare(file: str, folder: Path) -> list[Row]:
    path, _, ranges = file.partition(":")
    readers: dict[str, Callable[[Path], str]] = {"ours": run_task}
    if shutil.which("tesseract"):
        readers["tesseract"] = run_tesseract
    rows = []
    document = pypdfium2.PdfDocument(path)
    for number in select_pages(ranges or None, len(document)):
        page = document[number - 1]
        # PDFium replaces a hyphen at the end of a line by U+FFFE and joins the lines.
        truth = page.get_textpage().get_text_range().replace("\ufffe", "-\n")
        picture = folder / "page.png"
        page.render(scale=DPI / 72).to_pil().convert("RGB").save(picture, dpi=(DPI, DPI))
        row: Row = {"file": Path(path).name, "page": number, "characters": len(join_lines(truth))}
        row |= {who: measure(read, picture, truth) for who, read in readers.items()}
        print(json.dumps(row), flush=True)
        rows.append(row)
    return rows


def measure(read: Callable[[Path], str], picture: Path, truth: str) -> dict[str, float]:
    before = read_cpu_seconds()
    text = read(picture)
    cpu = read_cpu_seconds() - before
    in_order = Levenshtein.distance(join_lines(truth), join_lines(text)) / len(join_lines(truth))
    return {
        "in_order": round(in_order, 4),
        "by_line": round(compute_line_errors(truth, text), 4),
        "cpu_s": round(cpu, 2),
    }


def print_summary(who: str, rows: list[Row]) -> None:
    """Print the error rates over all characters and the mean CPU seconds per page."""
    if not rows:
        print(f"{who}: not installed, nothing to compare with")
        return
    weights = [row["characters"] for row in rows]
    in_order, by_lines = (
        sum(row[who][rate] * weight for row, weight in zip(rows, weights, strict=True)) / sum(weights)
        for rate in ("in_order", "by_line")
    )
    cpu = sum(row[who]["cpu_s"] for row in rows) / len(rows)
    print(
        f"{who}: in order {in_order:.2%}, by line {by_lines:.2%}, {cpu:.1f} CPU s per page, {len(rows)} pages"
    )


# ---- texts -----------------------------------------------------------------------------------------


def normalize(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(PLAIN).split())


def join_lines(text: str) -> str:
    """Return the text as one line, with hyphenated words joined."""
    return normalize(re.sub(r"-\s*\n\s*", "", text.translate(PLAIN)))


def compute_line_errors(truth: str, text: str) -> float:
    """Return the error rate of the best matching between true and recognized lines."""
    true, found = ([line for line in map(normalize, each.splitlines()) if line] for each in (truth, text))
    lengths = np.array([len(line) for line in true])[:, None]
    costs = np.minimum(cdist(true, found or [""], scorer=Levenshtein.distance), lengths)
    missed = np.broadcast_to(lengths, (len(true), len(true)))  # a true line may have no recognized line
    costs = np.hstack([costs, missed])
    return float(costs[linear_sum_assignment(costs)].sum() / lengths.sum())


# ---- readers ---------------------------------------------------------------------------------------


def run_task(picture: Path) -> str:
    """Return text.txt of the ocr task."""
    with tempfile.TemporaryDirectory() as name:
        scratch, outputs = Path(name, "scratch"), Path(name, "outputs")
        scratch.mkdir()
        outputs.mkdir()
        params = OcrParams(crops=False, annotated=False, searchable_pdf=False)
        work = FakeWork(picture, params, scratch, outputs)
        task = OcrTask(lambda: OcrSettings(threads=1))
        task.join(work, [task.run(work, part) for part in task.plan(work).parts])
        return (outputs / "text.txt").read_text(encoding="utf-8")


def run_tesseract(picture: Path) -> str:
    ran = subprocess.run(
        ["tesseract", str(picture), "-", "-l", "eng", "--dpi", str(DPI)],
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/usr/local/bin:/opt/homebrew/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def read_cpu_seconds() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


# ---- generated pages -------------------------------------------------------------------------------


def save_prose(folder: Path) -> Path:
    path = folder / "prose.pdf"
    document = FPDF(format="A4")
    for font, size in (("Times", 11), ("Helvetica", 10), ("Courier", 10)):
        document.add_page()
        document.set_font(font, size=size)
        document.multi_cell(0, 6, PROSE * 6)
    document.output(str(path))
    return path


def save_blank(path: Path) -> Path:
    Image.new("RGB", (400, 100), "white").save(path)
    return path


if __name__ == "__main__":
    main()
