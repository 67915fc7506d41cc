"""A hand-written threaded server for comparison: FastAPI, threads and pdf2image.

    python benchmarks/threads_server.py PORT FOLDER

`POST /convert` takes a PDF, saves its pages as PNGs in FOLDER at 200 dpi, and answers with their paths.
Each of eight workers has a queue of its own, and a job goes to the least busy worker. The request waits for
the result in memory. Four processes of poppler render one PDF, and Pillow saves the pages. These numbers
are typical.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, UploadFile
from pdf2image import convert_from_path

WORKERS, WAITING, PROGRAMS, DPI = 8, 10, 4, 200


@dataclass
class Job:
    folder: Path
    done: Future[list[str]] = field(default_factory=Future)


class Worker:
    def __init__(self) -> None:
        self.jobs: queue.Queue[Job] = queue.Queue(WAITING)
        threading.Thread(target=self.work, daemon=True).start()

    @property
    def load(self) -> int:
        return self.jobs.unfinished_tasks

    def work(self) -> None:
        while True:
            job = self.jobs.get()
            try:
                job.done.set_result(convert_pages(job.folder))
            except Exception as error:  # noqa: BLE001 - the request raises the error
                job.done.set_exception(error)
            self.jobs.task_done()


def convert_pages(folder: Path) -> list[str]:
    paths = []
    pages = convert_from_path(folder / "input.pdf", dpi=DPI, thread_count=PROGRAMS)
    for number, page in enumerate(pages, 1):
        path = folder / f"page-{number:04}.png"
        page.save(path)
        paths.append(str(path))
    return paths


def create_app(folder: Path) -> FastAPI:
    workers = [Worker() for _ in range(WORKERS)]
    app = FastAPI()

    @app.post("/convert")
    async def convert(file: UploadFile) -> list[str]:
        job = Job(folder / uuid.uuid4().hex)
        job.folder.mkdir(parents=True)
        (job.folder / "input.pdf").write_bytes(await file.read())
        try:
            min(workers, key=lambda worker: worker.load).jobs.put_nowait(job)
        except queue.Full:
            raise HTTPException(503, "The queue is full") from None
        return await asyncio.wrap_future(job.done)

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
