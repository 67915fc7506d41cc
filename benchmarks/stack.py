"""Eight PDFs of 17 pages at once, through the whole stack and through a server of threads, in one run.

    python benchmarks/stack.py [FILE.pdf] [--runs 3]

The stack is the embedded one with a worker per processor, its emulator of AWS included, which takes its
share of the machine; on AWS its work is done elsewhere. The other is `threads_server.py`. Both are warm.
They take turns, so that what else the machine does meets both, and medians count. Without a file: 17 pages
that look like scans, made here.

Wall seconds run from the first byte sent until the last PNG is there: for the stack, when all jobs are DONE
and their outputs listed; for the server, when all requests are answered. CPU seconds are those of all
processes of either, the emulator's too.
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
from tests.support.ports import free_port  # noqa: E402
from tests.support.sample_documents import text_pdf  # noqa: E402

COPIES, PAGES, DPI = 8, 17, 200
DEADLINE_S = 600


@dataclass(frozen=True)
class Spent:
    wall: float
    cpu: float
    pages: float


class Rival(Protocol):
    name: str

    def convert(self, pdf: bytes) -> int:
        """The pages of one PDF, drawn and there to be fetched: how many."""

    def cpu(self) -> float:
        """Seconds so far of all processes, ended ones included."""


class OurStack:
    name = "stack"

    def __init__(self, place: LocalInstance) -> None:
        self._place = place

    def convert(self, pdf: bytes) -> int:
        api = Api(self._place.api_url)
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
        job = api.ended(api.post("/v1/jobs", json=body).json()["id"], DEADLINE_S)
        if job["status"] != "DONE":
            raise SystemExit(f"a job is {job['status']}: {job['error']}")
        return sum(output["media_type"] == "image/png" for output in api.outputs(job["id"]))

    def cpu(self) -> float:
        leader = emulator.running(self._place)
        return family_cpu(psutil.Process(leader)) if leader else 0.0


class ThreadsServer:
    name = "threads"

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process, self._url = process, url

    def convert(self, pdf: bytes) -> int:
        answer = httpx.post(f"{self._url}/convert", files={"file": pdf}, trust_env=False, timeout=DEADLINE_S)
        answer.raise_for_status()
        return len(answer.json())

    def cpu(self) -> float:
        return family_cpu(psutil.Process(self._process.pid))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    pdf = asked.file.read_bytes() if asked.file else scans()
    with (
        tempfile.TemporaryDirectory(prefix="heavylift-bench-") as name,
        threads_server(Path(name)) as threads,
        our_stack(Path(name)) as ours,
    ):
        rivals: tuple[Rival, ...] = (ours, threads)
        for rival in rivals:
            at_once(rival, text_pdf(2))
        runs: dict[str, list[Spent]] = {rival.name: [] for rival in rivals}
        for number in range(1, asked.runs + 1):
            for rival in rivals:
                spent = at_once(rival, pdf)
                runs[rival.name].append(spent)
                print(f"{number} {told(rival.name, spent)}", flush=True)
    median = {who: Spent(*(statistics.median(of) for of in columns(spents))) for who, spents in runs.items()}
    for who, spent in median.items():
        print(f"median {told(who, spent)}")
    print(
        f"wall: the server of threads takes {median['threads'].wall / median['stack'].wall:.2f} times as long"
    )
    print(f"CPU: it takes {median['threads'].cpu / median['stack'].cpu:.2f} times as much")


def at_once(rival: Rival, pdf: bytes) -> Spent:
    before, started = rival.cpu(), time.monotonic()
    with ThreadPoolExecutor(COPIES) as clients:
        pages = sum(clients.map(rival.convert, [pdf] * COPIES))
    return Spent(time.monotonic() - started, rival.cpu() - before, pages)


def columns(spents: list[Spent]) -> Iterator[tuple[float, ...]]:
    return zip(*((spent.wall, spent.cpu, spent.pages) for spent in spents), strict=True)


def told(who: str, spent: Spent) -> str:
    return (
        f"{who:8} {spent.wall:6.1f} s, {spent.pages / spent.wall:5.1f} pages/s, {spent.cpu:6.1f} CPU s, "
        f"{spent.pages:.0f} pages"
    )


# ---- the two ---------------------------------------------------------------------------------------


@contextmanager
def our_stack(folder: Path) -> Iterator[OurStack]:
    place = LocalInstance(free_port(), folder / "stack")
    try:
        stack.up(place, {"Tracing": "PassThrough"}, tied_to_parent=True)
        yield OurStack(place)
    finally:
        stack.down(place)


@contextmanager
def threads_server(folder: Path) -> Iterator[ThreadsServer]:
    port = free_port()
    command = [sys.executable, str(ROOT / "benchmarks/threads_server.py"), str(port), str(folder / "threads")]
    with subprocess.Popen(command) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            yield ThreadsServer(process, url)
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/openapi.json", trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server of threads does not answer")


def family_cpu(process: psutil.Process) -> float:
    """Of the process and all below it; each has that of its children that have ended and were waited for."""
    return sum(sum(each.cpu_times()[:4]) for each in (process, *process.children(recursive=True)))


# ---- a document ------------------------------------------------------------------------------------


def scans() -> bytes:
    """Pages of one noisy picture each, as a scanner makes them, of text, A4 at 200 dpi."""
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
        held = io.BytesIO()
        noisy.save(held, "JPEG", quality=75)
        document.add_page()
        document.image(held, 0, 0, document.w, document.h)
    return bytes(document.output())


if __name__ == "__main__":
    main()
