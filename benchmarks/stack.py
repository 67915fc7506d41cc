"""Compares the embedded stack with a threaded server: eight PDFs of 17 pages at the same time.

    python benchmarks/stack.py [FILE.pdf] [--runs 3]

The stack has one worker per processor. Its emulator of AWS runs on the same machine; on AWS that work is
done elsewhere. The threaded server is `threads_server.py`. Both are warm. They take turns, so that other
load on the machine affects both, and the medians count. Without a file, 17 pages that look like scans are
generated.

Wall seconds run from the first byte sent until the last PNG is available: for the stack, when all jobs are
DONE and their outputs are listed; for the server, when all requests are answered. CPU seconds are those of
all processes, including the emulator.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import numpy as np
import psutil
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from infra.local import emulator, stack  # noqa: E402
from infra.local.instance import LocalInstance  # noqa: E402
from tests.support.api import Api  # noqa: E402
from tests.support.ports import find_free_port  # noqa: E402
from tests.support.processes import cpu_seconds  # noqa: E402
from tests.support.sample_documents import make_text_pdf  # noqa: E402

COPIES, PAGES, DPI = 8, 17, 200
DEADLINE_S = 600


@dataclass(frozen=True)
class Usage:
    wall: float
    cpu: float
    pages: float


class Competitor(Protocol):
    name: str

    def convert(self, pdf: bytes) -> int:
        """Convert one PDF. Return the number of pages that are ready for download."""

    def cpu(self) -> float:
        """Return the CPU seconds of all processes so far, ended ones included."""


class EmbeddedStack:
    name = "stack"

    def __init__(self, instance: LocalInstance) -> None:
        self._instance = instance

    def convert(self, pdf: bytes) -> int:
        api = Api(self._instance.api_url)
        upload = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
        sent = httpx.post(
            upload["url"], data=upload["fields"], files={"file": pdf}, trust_env=False, timeout=DEADLINE_S
        )
        sent.raise_for_status()
        body = {
            "task": "pdf-to-images",
            "params": {"dpi": DPI},
            "input": {"upload_id": upload["upload_id"]},
        }
        job = api.wait_until_finished(api.post("/v1/jobs", json=body).json()["id"], DEADLINE_S)
        if job["status"] != "DONE":
            raise SystemExit(f"a job is {job['status']}: {job['error']}")
        return sum(output["media_type"] == "image/png" for output in api.outputs(job["id"]))

    def cpu(self) -> float:
        leader = emulator.find_pid(self._instance)
        return cpu_seconds(psutil.Process(leader)) if leader else 0.0


class ThreadsServer:
    name = "threads"

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process, self._url = process, url

    def convert(self, pdf: bytes) -> int:
        answer = httpx.post(f"{self._url}/convert", files={"file": pdf}, trust_env=False, timeout=DEADLINE_S)
        answer.raise_for_status()
        return len(answer.json())

    def cpu(self) -> float:
        return cpu_seconds(psutil.Process(self._process.pid))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    pdf = options.file.read_bytes() if options.file else make_scans()
    with (
        tempfile.TemporaryDirectory(prefix="heavylift-bench-") as name,
        run_threads_server(Path(name)) as threads,
        run_stack(Path(name)) as ours,
    ):
        competitors: tuple[Competitor, ...] = (ours, threads)
        for competitor in competitors:
            run_all(competitor, make_text_pdf(2))
        runs: dict[str, list[Usage]] = {competitor.name: [] for competitor in competitors}
        for number in range(1, options.runs + 1):
            for competitor in competitors:
                usage = run_all(competitor, pdf)
                runs[competitor.name].append(usage)
                print(f"{number} {describe(competitor.name, usage)}", flush=True)
    median = {who: Usage(*(statistics.median(of) for of in columns(usages))) for who, usages in runs.items()}
    for who, usage in median.items():
        print(f"median {describe(who, usage)}")
    print(
        f"wall: the threaded server takes {median['threads'].wall / median['stack'].wall:.2f} times as long"
    )
    print(f"CPU: the threaded server takes {median['threads'].cpu / median['stack'].cpu:.2f} times as much")


def run_all(competitor: Competitor, pdf: bytes) -> Usage:
    before, started = competitor.cpu(), time.monotonic()
    with ThreadPoolExecutor(COPIES) as clients:
        pages = sum(clients.map(competitor.convert, [pdf] * COPIES))
    return Usage(time.monotonic() - started, competitor.cpu() - before, pages)


def columns(usages: list[Usage]) -> Iterator[tuple[float, ...]]:
    return zip(*((usage.wall, usage.cpu, usage.pages) for usage in usages), strict=True)


def describe(who: str, usage: Usage) -> str:
    return (
        f"{who:8} {usage.wall:6.1f} s, {usage.pages / usage.wall:5.1f} pages/s, {usage.cpu:6.1f} CPU s, "
        f"{usage.pages:.0f} pages"
    )


# ---- competitors ---------------------------------------------------------------------------------------


@contextmanager
def run_stack(folder: Path) -> Iterator[EmbeddedStack]:
    instance = LocalInstance(find_free_port(), folder / "stack")
    try:
        stack.up(instance, {"Tracing": "PassThrough"}, tied_to_parent=True)
        yield EmbeddedStack(instance)
    finally:
        stack.down(instance)


@contextmanager
def run_threads_server(folder: Path) -> Iterator[ThreadsServer]:
    port = find_free_port()
    command = [sys.executable, str(ROOT / "benchmarks/threads_server.py"), str(port), str(folder / "threads")]
    with subprocess.Popen(command) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url)
            yield ThreadsServer(process, url)
        finally:
            process.terminate()


def wait_until_ready(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/openapi.json", trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the threaded server does not answer")


# ---- document --------------------------------------------------------------------------------------


def make_scans() -> bytes:
    """Return a PDF of A4 pages that look scanned: one noisy image of text each, at 200 dpi."""
    random, font = np.random.default_rng(0), ImageFont.load_default(size=28)
    document = FPDF(unit="pt", format="A4")
    document.set_margin(0)
    for page in range(PAGES):
        sheet = Image.new("L", (1654, 2339), 246)
        draw = ImageDraw.Draw(sheet)
        for row in range(46):
            draw.text((120, 140 + 44 * row), f"{page + 1}.{row + 1}  {'paper, ink and dust ' * 4}", 40, font)
        noise = random.normal(0, 4, (2339, 1654))
        noisy = Image.fromarray((np.asarray(sheet) + noise).clip(0, 255).astype(np.uint8)).convert("RGB")
        jpeg = io.BytesIO()
        noisy.save(jpeg, "JPEG", quality=75)
        document.add_page()
        document.image(jpeg, 0, 0, document.w, document.h)
    return bytes(document.output())


if __name__ == "__main__":
    main()
