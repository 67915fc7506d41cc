"""CPU seconds of `pdf-to-images` against pdf2image and against bare PDFium, in one run on one machine.

    python benchmarks/render.py [FILE.pdf ...]

Without files: a book of plain text, made here. Each way runs in a process of its own, RUNS times in turn,
and the least counts: user and system time of the process after its imports, as in a warm worker, and all the
time of its children, imports included. Ours is the whole task: two children, drawing, PNGs on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 3
DPI = 200
BOOK_PAGES = 150

MEASURED = """
import resource, sys
from pathlib import Path
pdf, out = Path(sys.argv[1]), Path(sys.argv[2])
def spent():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
{imports}
before = spent()
{code}
print(spent() - before)
"""

WAYS = {
    "pdf2image": (
        "from pdf2image import convert_from_path",
        # The whole document at once is its quickest way: one process of poppler. Pillow saves the PNGs.
        f"""
for page, image in enumerate(convert_from_path(pdf, {DPI})):
    image.save(out / f"{{page}}.png")
""",
    ),
    "bare_pdfium": (
        "import pypdfium2",
        f"""
for page in pypdfium2.PdfDocument(pdf):
    page.render(scale={DPI} / 72)
""",
    ),
    "ours": (
        """
from heavylift.tasks.pdf_to_images import PdfToImagesParams
from tests.unit.pages.fake_work import FakeWork, run_all
""",
        f"""
(out / "scratch").mkdir()
run_all(FakeWork(pdf, PdfToImagesParams(dpi={DPI}), out / "scratch", out), fanout_pages=10_000)
""",
    ),
}


def run(way: str, pdf: Path) -> tuple[float, int]:
    """CPU seconds, and the bytes of PNG that came out."""
    imports, code = WAYS[way]
    path = os.pathsep.join([str(ROOT / "layers/core"), str(ROOT / "functions"), str(ROOT)])
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED.format(imports=imports, code=code), str(pdf), out],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return float(done.stdout), sum(file.stat().st_size for file in Path(out).glob("*.png"))


def compare(pdf: Path) -> dict[str, object]:
    ways = [way for way in WAYS if way != "pdf2image" or shutil.which("pdftoppm")]
    runs: dict[str, list[tuple[float, int]]] = {way: [] for way in ways}
    for _ in range(RUNS):
        for way in ways:
            runs[way].append(run(way, pdf))
    seconds = {way: min(took for took, _ in runs[way]) for way in ways}
    found: dict[str, object] = {
        "file": pdf.name,
        **{f"{way}_cpu_s": round(took, 2) for way, took in seconds.items()},
        "times_bare_pdfium": round(seconds["ours"] / seconds["bare_pdfium"], 2),
    }
    if "pdf2image" in seconds:
        found["times_less_than_pdf2image"] = round(seconds["pdf2image"] / seconds["ours"], 1)
        found["size_of_pdf2images"] = round(runs["ours"][0][1] / runs["pdf2image"][0][1], 2)
    return found


def book(folder: Path) -> Path:
    """Plain text on pages of 6 x 9 inches."""
    from fpdf import FPDF  # noqa: PLC0415 - only where it is needed

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
        for pdf in [Path(name) for name in sys.argv[1:]] or [book(Path(folder))]:
            print(json.dumps(compare(pdf)))


if __name__ == "__main__":
    main()
