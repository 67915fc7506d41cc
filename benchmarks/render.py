"""CPU seconds of `pdf-to-images` against pdf2image and against bare PDFium, in one run on one machine.

    python benchmarks/render.py [FILE.pdf ...]

Without files: a text PDF of 60 pages made here. Each way runs in a process of its own, its children counted,
RUNS times, the least taken. Ours is the whole task: two children, drawing, PNGs on the disk.
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

PDF2IMAGE = f"""
import sys
from pdf2image import convert_from_path
from pdf2image.pdf2image import pdfinfo_from_path
for page in range(1, pdfinfo_from_path(sys.argv[1])["Pages"] + 1):
    (image,) = convert_from_path(sys.argv[1], {DPI}, first_page=page, last_page=page)
    image.save(f"{{sys.argv[2]}}/{{page}}.png")
"""
"""Page by page, as a server has to that must not hold a book in memory; Pillow's own PNG."""

BARE = f"""
import sys, pypdfium2
document = pypdfium2.PdfDocument(sys.argv[1])
for page in document:
    page.render(scale={DPI} / 72)
"""

OURS = f"""
import sys
from pathlib import Path
from heavylift.tasks.pdf_to_images import PdfToImagesParams
from tests.unit.pages.fake_work import FakeWork, run_all
out = Path(sys.argv[2])
(out / "scratch").mkdir()
run_all(FakeWork(Path(sys.argv[1]), PdfToImagesParams(dpi={DPI}), out / "scratch", out))
"""


def cpu_seconds(code: str, pdf: Path) -> tuple[float, int]:
    """The least user and system time of RUNS runs, and the bytes of PNG that came out."""
    path = os.pathsep.join([str(ROOT / "layers/core"), str(ROOT / "functions"), str(ROOT)])
    times, written = [], 0
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as out:
            process = subprocess.Popen(
                [sys.executable, "-c", code, str(pdf), out], env={**os.environ, "PYTHONPATH": path}
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit("a run failed")
            times.append(usage.ru_utime + usage.ru_stime)
            written = sum(file.stat().st_size for file in Path(out).glob("*.png"))
    return min(times), written


def text_pdf(folder: Path) -> Path:
    """60 pages of dense text."""
    from fpdf import FPDF  # noqa: PLC0415 - only where it is needed

    document = FPDF(format="A4")
    document.set_font("Times", size=10)
    for page in range(60):
        document.add_page()
        words = " ".join(f"{page}.{word} the quick brown fox jumps over the lazy dog" for word in range(70))
        document.multi_cell(0, 4.5, words)
    document.output(str(folder / "text.pdf"))
    return folder / "text.pdf"


def compare(pdf: Path) -> dict[str, object]:
    ours, our_bytes = cpu_seconds(OURS, pdf)
    bare, _ = cpu_seconds(BARE, pdf)
    found: dict[str, object] = {
        "file": pdf.name,
        "ours_cpu_s": round(ours, 2),
        "bare_pdfium_cpu_s": round(bare, 2),
        "of_bare_pdfium": round(ours / bare, 2),
        "png_mb": round(our_bytes / 1e6, 1),
    }
    if shutil.which("pdftoppm"):
        theirs, their_bytes = cpu_seconds(PDF2IMAGE, pdf)
        found |= {
            "pdf2image_cpu_s": round(theirs, 2),
            "less_than_pdf2image": round(theirs / ours, 1),
            "png_mb_pdf2image": round(their_bytes / 1e6, 1),
        }
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for pdf in [Path(name) for name in sys.argv[1:]] or [text_pdf(Path(folder))]:
            print(json.dumps(compare(pdf)))


if __name__ == "__main__":
    main()
