"""A long PDF fanned out over two workers of the embedded stack, against both cores drawing all the time.

    python benchmarks/fanout.py [FILE.pdf]

Without a file: a book of 352 pages, made here. Shares of the machine's time, all of one run:

- drawing: CPU seconds that the task needs for all pages alone, in this process's children, divided by twice
  the time from the job's acceptance to DONE. 1 would be two cores that do nothing but draw.
- workers: CPU seconds of the two workers and their children, by the same measure: with storing the pages.
- stack: the same of the workers, the emulator and the api.
- machine: the share of the machine's processors that was busy meanwhile, the emulator and strangers included.

The emulator takes its own share, which on AWS is spent elsewhere. So seconds of CPU are told too, which
strangers change little: of drawing alone, of the workers, of the whole stack.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from heavylift.tasks.pdf_to_images import PdfToImagesParams  # noqa: E402
from infra.local import stack  # noqa: E402
from infra.local.deploy import outputs  # noqa: E402
from infra.local.instance import LocalInstance  # noqa: E402
from tests.support.api import Api  # noqa: E402
from tests.support.fake_work import FakeWork, run_all  # noqa: E402
from tests.support.ports import free_port  # noqa: E402
from tests.support.processes import cpu_seconds  # noqa: E402
from tests.support.running_workers import workers_of  # noqa: E402
from tests.support.sample_documents import text_pdf  # noqa: E402

PAGES, DPI, WORKERS = 352, 200, 2


def main() -> None:
    document = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else text_pdf(PAGES, words_per_page=400)
    place = LocalInstance(free_port(), Path(tempfile.mkdtemp(prefix="heavylift-fanout-")))
    try:
        stack.up(place, {"PagesConcurrency": str(WORKERS), "Tracing": "PassThrough"}, tied_to_parent=True)
        wall, workers, whole, busy, pages = fanned_out(place, document)
    finally:
        stack.down(place)
    alone = drawn_alone(document)
    print(f"{pages} pages at {DPI} dpi over {WORKERS} workers: {wall:.1f} s, {pages / wall:.1f} pages/s")
    print(f"drawing {alone / (WORKERS * wall):.2f}  ({alone:.1f} CPU s)")
    print(f"workers {workers / (WORKERS * wall):.2f}  ({workers:.1f} CPU s)")
    print(f"stack   {whole / (WORKERS * wall):.2f}  ({whole:.1f} CPU s)")
    print(f"drawing is {alone / workers:.2f} of the workers' seconds, {alone / whole:.2f} of the stack's")
    print(f"machine {busy:.2f}  busy, of {psutil.cpu_count()} processors")


def fanned_out(place: LocalInstance, document: bytes) -> tuple[float, float, float, float, int]:
    """Wall seconds, CPU seconds of the workers and of the whole stack, the machine's busy share, pages."""
    api = Api(place.api_url)
    warm = [api.accepted(text_pdf(30), params={"dpi": 36}) for _ in range(WORKERS)]
    for job in warm:
        api.ended(job["id"])
    upload = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
    httpx.post(upload["url"], data=upload["fields"], files={"file": document}, trust_env=False, timeout=60)
    body = {"task": "pdf-to-images", "params": {"dpi": DPI}, "input": {"upload_id": upload["upload_id"]}}
    emulator = psutil.Process(json.loads(place.pid_file.read_text())["pid"])
    before, before_whole = spent(place), cpu_seconds(emulator)
    psutil.cpu_percent()
    started = time.monotonic()
    job = api.post("/v1/jobs", json=body).json()
    ended = api.ended(job["id"], 600)
    wall = time.monotonic() - started
    busy = psutil.cpu_percent() / 100
    if ended["status"] != "DONE":
        raise SystemExit(f"the job is {ended['status']}: {ended['error']}")
    whole = cpu_seconds(emulator) - before_whole
    return wall, spent(place) - before, whole, busy, ended["outputs"]["count"]


def spent(place: LocalInstance) -> float:
    return cpu_seconds(*workers_of(place.endpoint_url, outputs(place)["PagesFunctionName"]))


def drawn_alone(document: bytes) -> float:
    """CPU seconds of the whole task, its pages written to the disk and nothing else done to them."""
    with tempfile.TemporaryDirectory() as folder:
        file, scratch, pages = Path(folder, "a.pdf"), Path(folder, "scratch"), Path(folder, "pages")
        file.write_bytes(document)
        scratch.mkdir()
        pages.mkdir()
        this = psutil.Process()
        before = cpu_seconds(this)
        run_all(FakeWork(file, PdfToImagesParams(dpi=DPI), scratch, pages), fanout_pages=2000)
        return cpu_seconds(this) - before


if __name__ == "__main__":
    main()
