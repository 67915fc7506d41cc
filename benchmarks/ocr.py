"""The ocr task against the truth and against Tesseract, on the same pages in one run.

    python benchmarks/ocr.py [FILE.pdf ...]

The pages of text PDFs are drawn at 200 dpi and read back; the PDF's own text is the truth. CER is the edit
distance of the texts without white space, over the truth's length, line by line for both, so that it measures
reading, and not what is thought of columns. CPU seconds are those
of the process and its children, ours with the networks loaded, as in a warm worker; both have one thread.
Without files: pages of English prose, made here. Without Tesseract it says so, and compares nothing.
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
from pathlib import Path
from typing import Any

import pypdfium2
from fpdf import FPDF
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "layers/core"), str(ROOT / "functions")]
DPI = 200
PAGES = 3
"""Of each file at most."""

PROSE = (
    "The queue hands each job to a worker that scales from zero. A message carries ids only, so any number "
    "of them may exist, and whatever it says, the record decides. Of every hundred workers, some will die: "
    "at 3.15 in the morning, in the middle of page 217, or just after the last write. What they leave behind "
    "is a lease that runs out, and someone else begins again where the record says, not where memory does. "
)


def spent() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def plain(text: str) -> str:
    """Without white space and hyphens, which end lines; quotes and ligatures in their plain forms."""
    text = unicodedata.normalize("NFKC", text).replace("\u0002", "").replace("\ufffe", "")
    text = text.translate(str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--"))
    return re.sub(r"[\s\-]", "", text)


def distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for left, a in enumerate(one, 1):
        above, row[0] = row[0], left
        for right, b in enumerate(other, 1):
            above, row[right] = row[right], min(row[right] + 1, row[right - 1] + 1, above + (a != b))
    return row[-1]


def by_lines(lines: list[str], truth: list[str]) -> float:
    """Character errors over the truth's characters; each true line against the best of those read."""
    left = [plain(line) for line in lines]
    errors = characters = 0
    for line in truth:
        wanted = plain(line)
        characters += len(wanted)
        best = min(left, key=lambda read: distance(wanted, read), default="")
        errors += min(len(wanted), distance(wanted, best))
        if best in left and distance(wanted, best) < len(wanted) / 2:
            left.remove(best)
    return errors / max(1, characters)


def prose(folder: Path) -> Path:
    path = folder / "prose.pdf"
    document = FPDF(format="A4")
    for font, size in (("Times", 11), ("Helvetica", 10), ("Courier", 10)):
        document.add_page()
        document.set_font(font, size=size)
        document.multi_cell(0, 6, PROSE * 6)
    document.output(str(path))
    return path


def tesseract(image: Path) -> list[str]:
    told = subprocess.run(
        ["tesseract", str(image), "-", "-l", "eng", "--dpi", str(DPI)],
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/usr/local/bin:/opt/homebrew/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in told.stdout.splitlines() if line.strip()]


def ours(image: Image.Image) -> list[str]:
    from ocr.models import models  # noqa: PLC0415 - loads the networks
    from ocr.read import read, to_bgr  # noqa: PLC0415

    rgb = image.convert("RGB")
    reading = read(to_bgr(rgb.tobytes(), *rgb.size), models(1), lambda: None)
    return [line.text for line in reading.lines if (line.confidence or 0) >= 0.5]


def timed(read: Any, page: Any, truth: list[str]) -> dict[str, float]:
    before = spent()
    lines = read(page)
    cpu = spent() - before
    return {"cer": round(by_lines(lines, truth), 4), "cpu_s": round(cpu, 2)}


def compare(pdf: Path, folder: Path) -> list[dict[str, Any]]:
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        truth = [line for line in page.get_textpage().get_text_range().splitlines() if line.strip()]
        if number >= PAGES or not truth:
            continue
        image = page.render(scale=DPI / 72).to_pil()
        row: dict[str, Any] = {"file": pdf.name, "page": number + 1, "characters": len(plain("".join(truth)))}
        row["ours"] = timed(ours, image, truth)
        if shutil.which("tesseract"):
            image.save(folder / "page.png", dpi=(DPI, DPI))
            row["tesseract"] = timed(tesseract, folder / "page.png", truth)
        print(json.dumps(row), flush=True)
        found.append(row)
    return found


def main() -> None:
    ours(Image.new("RGB", (400, 100), "white"))  # the models are loaded
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [Path(argument) for argument in sys.argv[1:]] or [prose(folder)]
        rows = [row for file in files for row in compare(file, folder)]
    for who in ("ours", "tesseract"):
        of = [row[who] for row in rows if who in row]
        if not of:
            print(f"{who}: not installed here, so there is nothing to compare with")
            continue
        weights = [row["characters"] for row in rows]
        cer = sum(each["cer"] * weight for each, weight in zip(of, weights, strict=True)) / sum(weights)
        cpu = sum(each["cpu_s"] for each in of) / len(of)
        print(f"{who}: CER {cer:.2%}, {cpu:.1f} CPU seconds a page, over {len(of)} pages")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"most memory of the process with the networks: {peak:.0f} MB")


if __name__ == "__main__":
    main()
