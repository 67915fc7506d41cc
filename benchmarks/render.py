"""Compares the CPU seconds of `pdf-to-images` with pdf2image and with bare PDFium, in one run.

    python benchmarks/render.py [FILE.pdf ...]

The first document is a generated book of plain text. Then follow the files, or 17 pages of scans if they
are in the folder HEAVYLIFT_CORPUS. Each way runs in a process of its own, RUNS times in turn. Minimum
counts: user and system time of the process and its children. `ours` is the whole task: two children,
rendering, PNGs on disk. As in a warm worker, work done once for all jobs is excluded: imports, and for
`ours` the start of the fork server. `first_job_cpu_s` is the cost of a first job of one empty page,
including the start of the fork server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.sample_documents import find_in_corpus, make_text_pdf  # noqa: E402

RUNS = 5
DPI = 200
BOOK_PAGES = 150
SCANS = "regal-17pages.pdf"

TIMED_RUN = """
import json, psutil, sys
from pathlib import Path
from tests.support.processes import cpu_seconds
pdf, out, empty = [Path(each) for each in sys.argv[1:]]
this = psutil.Process()
{imports}
start = cpu_seconds(this)
{warm}
before = cpu_seconds(this)
{code}
print(json.dumps([cpu_seconds(this) - before, before - start]))
"""

WAYS = {
    "pdf2image": (
        "from pdf2image import convert_from_path",
        "",
        # The whole document at once is the fastest way: one process of poppler. Pillow saves the PNGs.
        f"""
for page, image in enumerate(convert_from_path(pdf, {DPI})):
    image.save(out / f"{{page}}.png")
""",
    ),
    "bare_pdfium": (
        "import pypdfium2",
        "",
        f"""
for page in pypdfium2.PdfDocument(pdf):
    page.render(scale={DPI} / 72)
""",
    ),
    "ours": (
        """
from pages.task import PdfToImagesParams
from tests.support.fake_work import FakeWork, run_all
def whole_task(file, into):
    (into / "scratch").mkdir(parents=True)
    run_all(FakeWork(file, PdfToImagesParams(dpi=DPI), into / "scratch", into), fanout_pages=10_000)
""",
        'whole_task(empty, out / "empty")',
        "whole_task(pdf, out)",
    ),
}


@dataclass(frozen=True)
class Run:
    cpu_s: float
    first_job_cpu_s: float
    png_bytes: int


def run(way: str, pdf: Path, empty: Path) -> Run:
    imports, warm, code = WAYS[way]
    path = os.pathsep.join([str(ROOT / "layers/core"), str(ROOT / "functions"), str(ROOT)])
    with tempfile.TemporaryDirectory() as out:
        code = TIMED_RUN.format(imports=imports.replace("DPI", str(DPI)), warm=warm, code=code)
        done = subprocess.run(
            [sys.executable, "-c", code, str(pdf), out, str(empty)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        cpu_s, first_job_cpu_s = json.loads(done.stdout)
        png_bytes = sum(file.stat().st_size for file in Path(out).glob("*.png"))
        return Run(cpu_s, first_job_cpu_s, png_bytes)


def compare(pdf: Path, empty: Path) -> dict[str, object]:
    ways = [way for way in WAYS if way != "pdf2image" or shutil.which("pdftoppm")]
    runs: dict[str, list[Run]] = {way: [] for way in ways}
    for _ in range(RUNS):
        for way in ways:
            runs[way].append(run(way, pdf, empty))
    seconds = {way: min(each.cpu_s for each in runs[way]) for way in ways}
    result: dict[str, object] = {
        "file": pdf.name,
        **{f"{way}_cpu_s": round(took, 2) for way, took in seconds.items()},
        "first_job_cpu_s": round(min(each.first_job_cpu_s for each in runs["ours"]), 2),
        "times_bare_pdfium": round(seconds["ours"] / seconds["bare_pdfium"], 2),
    }
    if "pdf2image" in seconds:
        result["times_less_than_pdf2image"] = round(seconds["pdf2image"] / seconds["ours"], 1)
        result["size_of_pdf2images"] = round(runs["ours"][0].png_bytes / runs["pdf2image"][0].png_bytes, 2)
    return result


def save_book(folder: Path) -> Path:
    """Write a book of plain text with pages of 6 x 9 inches, and return its path."""
    from fpdf import FPDF  # noqa: PLC0415 - only needed here

    document = FPDF(unit="pt", format=(432, 648))
    document.set_margin(54)
    document.set_auto_page_break(auto=False)
    document.set_font("Times", size=11)
    for page in range(BOOK_PAGES):
        document.add_page()
        words = " ".join(f"{page}.{word} the quick brown fox jumps over the lazy dog" for word in range(38))
        document.multi_cell(0, 14, words)
    document.output(str(folder / "book.pdf"))
    return folder / "book.pdf"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty.pdf")
        empty.write_bytes(make_text_pdf(1, words_per_page=0))
        files = [Path(name) for name in sys.argv[1:]] or list(filter(None, [find_in_corpus(SCANS)]))
        for pdf in [save_book(Path(folder)), *files]:
            print(json.dumps(compare(pdf, empty)), flush=True)


if __name__ == "__main__":
    main()
