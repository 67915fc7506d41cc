"""A JobContext without a stack: params, a file and a scratch folder in, published files and progress out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from heavylift.tasks.spec import Params
from heavylift.tasks.task import Plan, Result
from pages.settings import PagesSettings
from pages.task import PdfToImages


def _nothing(units: int) -> None:
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
    """Media types by name."""
    most_on_disk: int = 0
    """The most page files that were in the scratch folder when one was published."""
    on_advance: Callable[[int], None] = _nothing
    on_publish: Callable[[], None] = lambda: None

    def advance(self, units: int = 1) -> None:
        self.advanced += units
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

    def remaining(self) -> float:
        return self.seconds

    def image(self, name: str) -> Image.Image:
        """A published image, decoded."""
        with Image.open(self.outputs / name) as image:
            image.load()
        return image


def make_fake_work(folder: Path, content: bytes | Path, params: Params, *, seconds: float = 900) -> FakeWork:
    """The context of a job with this input and these params; its files are below `folder`."""
    scratch, outputs = folder / "scratch", folder / "outputs"
    scratch.mkdir()
    outputs.mkdir()
    file = content if isinstance(content, Path) else folder / "input"
    if isinstance(content, bytes):
        file.write_bytes(content)
    return FakeWork(file, params, scratch, outputs, seconds=seconds)


@dataclass
class Ran:
    plan: Plan
    results: list[Result]
    result: Result


def run_all(work: FakeWork, **settings: Any) -> Ran:
    """The whole job, as the worker does it: plan, every part, join."""
    task = PdfToImages(lambda: PagesSettings(**settings))
    plan = task.plan(work)
    results = [task.run(work, part) for part in plan.parts]
    return Ran(plan, results, task.join(work, results))
