"""A JobContext without a stack: takes params, an input and a folder, records outputs and progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from heavylift.tasks.sources import SourceJob
from heavylift.tasks.spec import Params
from heavylift.tasks.task import Plan, Result
from pages.settings import PagesSettings
from pages.task import PdfToImagesTask


def _ignore(units: int) -> None:
    pass


@dataclass
class FakeWork:
    input: Path
    params: Any
    directory: Path
    outputs: Path
    job_id: str = "job"
    attempt: int = 1
    has_input: bool = True
    seconds: float = 900
    advanced: int = 0
    published: dict[str, str] = field(default_factory=dict)
    """Output name → media type."""
    texts: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    most_on_disk: int = 0
    """Largest number of page files in the scratch folder at a publish."""
    on_advance: Callable[[int], None] = _ignore
    on_publish: Callable[[], None] = lambda: None

    def look(self) -> None:
        pass

    def log(self, text: str) -> None:
        self.logged.append(text)

    def advance(self, units: int = 1, text: str | None = None) -> None:
        self.advanced += units
        self.texts += [] if text is None else [text]
        self.on_advance(units)

    def publish(self, name: str, source: Path, media_type: str) -> None:
        self.on_publish()
        self.most_on_disk = max(self.most_on_disk, len(list(self.directory.glob("page-*"))))
        (self.outputs / name).write_bytes(source.read_bytes())
        self.published[name] = media_type

    def fetch(self, name: str) -> Path:
        path = self.directory / name
        path.write_bytes((self.outputs / name).read_bytes())
        return path

    def reference(self, param: str) -> Path:
        raise AssertionError("no param of this task names a job")

    def sources(self, param: str) -> list[SourceJob]:
        raise AssertionError("no param of this task lists jobs")

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        raise AssertionError("this task publishes files")

    def remaining(self) -> float:
        return self.seconds

    def image(self, name: str) -> Image.Image:
        """Return a published image, decoded."""
        with Image.open(self.outputs / name) as image:
            image.load()
        return image


def make_fake_work(folder: Path, content: bytes | Path, params: Params, *, seconds: float = 900) -> FakeWork:
    """Return the context of a job with this input and these params, with its files below `folder`."""
    scratch, outputs = folder / "scratch", folder / "outputs"
    scratch.mkdir()
    outputs.mkdir()
    file = content if isinstance(content, Path) else folder / "input"
    if isinstance(content, bytes):
        file.write_bytes(content)
    return FakeWork(file, params, scratch, outputs, seconds=seconds)


@dataclass
class TaskRun:
    plan: Plan
    results: list[Result]
    result: Result


def run_all(work: FakeWork, **settings: Any) -> TaskRun:
    """Run the whole job as the worker does: plan, every part, join."""
    task = PdfToImagesTask(lambda: PagesSettings(**settings))
    plan = task.plan(work)
    results = [task.run(work, part) for part in plan.parts]
    return TaskRun(plan, results, task.join(work, results))
