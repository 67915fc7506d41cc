"""Compares the ocr task with the true text and with Tesseract, on the same images in one run.

    python benchmarks/ocr.py [--without-figures] [--own-text] [FILE.pdf[:PAGES] ...]      PAGES like 1-3,7

The pages of text PDFs are rendered at 200 dpi, recognized from their images, and compared with the PDF's
own text. Charts whose text has no meaning are compared with the labels of chart_labels.py, unless
`--own-text` is given. `--without-figures` leaves out what figure_masks.py says. Without files, pages of
English prose are generated. Without Tesseract, only the ocr task is measured: as it is by default, and with
`quality: best`, which reads every line with the larger network.

Two error rates are printed: in order and by line (text_errors.py).

CPU seconds are those of the process and its children, with one thread each. For the ocr task they cover the
whole task on one image with all outputs that it makes by default: the child that decodes the image, the
networks (loaded before, as in a warm worker), and the outputs. A page without text has no error rate.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from fpdf import FPDF

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core"), str(ROOT / "functions")]

from benchmarks.chart_labels import LABELS, put_labels  # noqa: E402
from benchmarks.figure_masks import find_figures, get_text_outside, paint_over  # noqa: E402
from benchmarks.text_errors import compute_line_errors, compute_order_errors, join_lines  # noqa: E402
from documents.page_ranges import select_pages  # noqa: E402
from ocr.params import OcrParams  # noqa: E402
from ocr.settings import OcrSettings  # noqa: E402
from ocr.task import OcrTask  # noqa: E402
from tests.support.fake_work import FakeWork  # noqa: E402

DPI = 200
WITHOUT_FIGURES, OWN_TEXT = "--without-figures", "--own-text"
PROSE = (
    "The queue hands each job to a worker that scales from zero. A message carries ids only, so any number "
    "of them may exist, and whatever it says, the record decides. Of every hundred workers, some will die: "
    "at 3.15 in the morning, in the middle of page 217, or just after the last write. What they leave behind "
    "is a lease that runs out, and someone else begins again where the record says, not where memory does. "
)

Row = dict[str, Any]


def main() -> None:
    readers: dict[str, Callable[[Path], str]] = {
        "auto": lambda picture: run_task(picture, "auto"),
        "best": lambda picture: run_task(picture, "best"),
    }
    if shutil.which("tesseract"):
        readers["tesseract"] = run_tesseract
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [given for given in sys.argv[1:] if given not in (WITHOUT_FIGURES, OWN_TEXT)]
        pages = list_pages(
            files or [str(save_prose(folder))],
            folder,
            figures=WITHOUT_FIGURES not in sys.argv,
            typed=OWN_TEXT not in sys.argv,
        )
        for who, read in readers.items():
            read(pages[0][1])  # loads the networks, and the small one before the large one
            rows = [measure_page(who, read, *page) for page in pages]
            print_summary(who, rows)
            print(f"peak memory of the process: {read_peak_memory():.0f} MB", flush=True)


def list_pages(
    files: list[str], folder: Path, *, figures: bool = True, typed: bool = True
) -> list[tuple[str, Path, str]]:
    """Return the name, the picture and the true text of each page."""
    pages: list[tuple[str, Path, str]] = []
    for file in files:
        path, _, ranges = file.partition(":")
        document = pypdfium2.PdfDocument(path)
        for number in select_pages(ranges or None, len(document)):
            page = document[number - 1]
            drawn, text = page.render(scale=DPI / 72).to_pil().convert("RGB"), page.get_textpage()
            boxes = [] if figures else find_figures(drawn)
            labels = LABELS.get((Path(path).name, number)) if typed else None
            place = DPI / 72, page.get_height()
            if boxes:
                truth = get_text_outside(text, boxes, *place)
            elif labels:
                truth = put_labels(labels, text, find_figures(drawn), *place)
            else:
                truth = text.get_text_range()
            picture = folder / f"page-{len(pages)}.png"
            paint_over(drawn, boxes).save(picture, dpi=(DPI, DPI))
            pages.append((f"{Path(path).name}:{number}", picture, mend_text(truth)))
    return pages


def mend_text(text: str) -> str:
    """Return PDFium's text of a page as it is printed.

    PDFium replaces a hyphen at the end of a line by U+FFFE and joins the lines. TeX prints an ï as two signs.
    """
    return text.replace("\ufffe", "-\n").replace("\u00a8\u0131", "ï")


def measure_page(who: str, read: Callable[[Path], str], name: str, picture: Path, truth: str) -> Row:
    row: Row = {
        "page": name,
        "who": who,
        "characters": len(join_lines(truth)),
        **measure(read, picture, truth),
    }
    print(json.dumps(row), flush=True)
    return row


def read_peak_memory() -> float:
    """Return the peak memory of the process with the networks, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def measure(read: Callable[[Path], str], picture: Path, truth: str) -> dict[str, float]:
    before = read_cpu_seconds()
    text = read(picture)
    cpu = read_cpu_seconds() - before
    in_order = compute_order_errors(truth, text)
    return {
        "in_order": round(in_order, 4),
        "by_line": round(compute_line_errors(truth, text), 4),
        "cpu_s": round(cpu, 2),
    }


def print_summary(who: str, rows: list[Row]) -> None:
    """Print the error rates over all characters and the mean CPU seconds per page."""
    weights = [row["characters"] for row in rows]
    in_order, by_lines = (
        sum(row[rate] * weight for row, weight in zip(rows, weights, strict=True)) / max(1, sum(weights))
        for rate in ("in_order", "by_line")
    )
    cpu = sum(row["cpu_s"] for row in rows) / len(rows)
    print(
        f"{who}: in order {in_order:.2%}, by line {by_lines:.2%}, {cpu:.2f} CPU s per page, {len(rows)} pages"
    )


# ---- readers ---------------------------------------------------------------------------------------


def run_task(picture: Path, quality: str) -> str:
    """Return text.txt of the ocr task, with the outputs that it makes by default."""
    with tempfile.TemporaryDirectory() as name:
        scratch, outputs = Path(name, "scratch"), Path(name, "outputs")
        scratch.mkdir()
        outputs.mkdir()
        work = FakeWork(picture, OcrParams.model_validate({"quality": quality}), scratch, outputs)
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


if __name__ == "__main__":
    main()
