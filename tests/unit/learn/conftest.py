from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from heavylift.tasks.sources import SourceJob
from heavylift.tasks.task import Result
from learn.learn_task import LearnTask
from learn.plot_task import PlotTask
from learn.predict_task import PredictTask
from learn.profile_task import ProfileTask
from learn.settings import LearnSettings
from learn.train_model_task import TrainModelTask


@dataclass
class FakeWork:
    """A JobContext without a stack: takes params and files, records outputs and progress."""

    params: Any
    csv: Path | None
    model: Path | None
    directory: Path
    outputs: Path
    job_id: str = "job"
    attempt: int = 1
    seconds: float = 300
    done: int = 0
    on_advance: Callable[[], None] = lambda: None
    texts: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    published: dict[str, str] = field(default_factory=dict)
    """Output name → media type."""

    @property
    def has_input(self) -> bool:
        return self.csv is not None

    @property
    def input(self) -> Path:
        assert self.csv is not None
        return self.csv

    def fetch(self, name: str) -> Path:
        raise AssertionError("these tasks read no output back")

    def reference(self, param: str) -> Path:
        assert getattr(self.params, param) is not None
        assert self.model is not None
        return self.model

    def look(self) -> None:
        pass

    def log(self, text: str) -> None:
        self.logged.append(text)

    def advance(self, units: int = 1, text: str | None = None) -> None:
        self.done += units
        self.texts += [] if text is None else [text]
        self.on_advance()

    def publish(self, name: str, source: Path, media_type: str) -> None:
        shutil.copy(source, self.outputs / name)
        self.published[name] = media_type

    def sources(self, param: str) -> list[SourceJob]:
        raise AssertionError("no param of this task lists jobs")

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        raise AssertionError("this task publishes files")

    def remaining(self) -> float:
        return self.seconds

    def json(self, name: str) -> Any:
        return json.loads((self.outputs / name).read_text())

    def text(self, name: str) -> str:
        return (self.outputs / name).read_text()


Runner = Callable[..., tuple[Result, FakeWork]]
TASKS: dict[str, type[LearnTask[Any]]] = {
    task.spec.name: task for task in (TrainModelTask, PredictTask, PlotTask, ProfileTask)
}


@pytest.fixture(name="run")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Return a function that runs a task in a child with limits: `run("plot", csv, kind="bar")`."""

    def run(
        task: str,
        csv: str | bytes | Path | None,
        *,
        model: Path | None = None,
        kept: str | None = None,
        memory_mb: int = 2700,
        on_advance: Callable[[], None] = lambda: None,
        **params: Any,
    ) -> tuple[Result, FakeWork]:
        folder = tmp_path_factory.mktemp(task)
        for name in ("scratch", "outputs"):
            (folder / name).mkdir()
        path = csv if isinstance(csv, Path) else None
        if isinstance(csv, str | bytes):
            path = folder / "input.csv"
            path.write_bytes(csv.encode() if isinstance(csv, str) else csv)
        if kept is not None:
            params["model"] = kept  # the name `model` is that of the file here
        spec = TASKS[task].spec
        work = FakeWork(
            spec.params.model_validate(params), path, model, folder / "scratch", folder / "outputs"
        )
        work.on_advance = on_advance
        limited = TASKS[task](lambda: LearnSettings(child_memory_mb=memory_mb))
        plan = limited.plan(work)
        result = limited.join(work, [limited.run(work, part) for part in plan.parts])
        assert work.done == plan.total
        return result, work

    return run


@pytest.fixture(name="file")
def input_path(tmp_path: Path) -> Path:
    return tmp_path / "input"
