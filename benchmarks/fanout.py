"""Measures how well a long PDF, split over two workers of the embedded stack, uses two cores.

    python benchmarks/fanout.py [FILE.pdf]

Without a file, a book of 352 pages is generated. Each share is CPU seconds divided by twice the wall time
from the job's acceptance to DONE:

- drawing: the CPU seconds that the task needs for all pages outside the stack. 1 means that two cores only
  draw.
- workers: the two workers and their children, including the storage of the pages.
- stack: the workers, the emulator and the API.
- machine: the busy share of all processors, including unrelated programs.

On AWS the emulator's share is spent elsewhere. The CPU seconds are printed too, because unrelated programs
change them little.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from infra.local import emulator, stack  # noqa: E402
from infra.local.deploy import read_outputs  # noqa: E402
from infra.local.instance import LocalInstance  # noqa: E402
from pages.task import PdfToImagesParams  # noqa: E402
from tests.support.api import Api  # noqa: E402
from tests.support.fake_work import FakeWork, run_all  # noqa: E402
from tests.support.ports import find_free_port  # noqa: E402
from tests.support.processes import cpu_seconds  # noqa: E402
from tests.support.running_workers import find_processes  # noqa: E402
from tests.support.sample_documents import make_text_pdf  # noqa: E402

PAGES, DPI, WORKERS = 352, 200, 2


def main() -> None:
    document = (
        Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else make_text_pdf(PAGES, words_per_page=400)
    )
    instance = LocalInstance(find_free_port(), Path(tempfile.mkdtemp(prefix="heavylift-fanout-")))
    try:
        stack.up(instance, {"PagesConcurrency": str(WORKERS), "Tracing": "PassThrough"}, tied_to_parent=True)
        wall, workers, whole, busy, pages = run_fanout(instance, document)
    finally:
        stack.down(instance)
    alone = measure_drawing(document)
    print(f"{pages} pages at {DPI} dpi over {WORKERS} workers: {wall:.1f} s, {pages / wall:.1f} pages/s")
    print(f"drawing {alone / (WORKERS * wall):.2f}  ({alone:.1f} CPU s)")
    print(f"workers {workers / (WORKERS * wall):.2f}  ({workers:.1f} CPU s)")
    print(f"stack   {whole / (WORKERS * wall):.2f}  ({whole:.1f} CPU s)")
    print(f"drawing is {alone / workers:.2f} of the workers' seconds, {alone / whole:.2f} of the stack's")
    print(f"machine {busy:.2f}  busy, of {psutil.cpu_count()} processors")


def run_fanout(instance: LocalInstance, document: bytes) -> tuple[float, float, float, float, int]:
    """Return wall seconds, CPU seconds of workers and stack, the machine's busy share, and pages."""
    api = Api(instance.api_url)
    warm = [api.submit_job(make_text_pdf(30), params={"dpi": 36}) for _ in range(WORKERS)]
    for job in warm:
        api.wait_until_finished(job["id"])
    upload = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
    httpx.post(upload["url"], data=upload["fields"], files={"file": document}, trust_env=False, timeout=60)
    body = {"task": "pdf-to-images", "params": {"dpi": DPI}, "input": {"upload_id": upload["upload_id"]}}
    leader = psutil.Process(emulator.find_pid(instance))
    before, before_whole = measure_workers(instance), cpu_seconds(leader)
    psutil.cpu_percent()
    started = time.monotonic()
    job = api.post("/v1/jobs", json=body).json()
    ended = api.wait_until_finished(job["id"], 600)
    wall = time.monotonic() - started
    busy = psutil.cpu_percent() / 100
    if ended["status"] != "DONE":
        raise SystemExit(f"the job is {ended['status']}: {ended['error']}")
    whole = cpu_seconds(leader) - before_whole
    return wall, measure_workers(instance) - before, whole, busy, ended["outputs"]["count"]


def measure_workers(instance: LocalInstance) -> float:
    return cpu_seconds(*find_processes(instance.endpoint_url, read_outputs(instance)["PagesFunctionName"]))


def measure_drawing(document: bytes) -> float:
    """Return the CPU seconds of the whole task with its pages written to disk, outside the stack."""
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
