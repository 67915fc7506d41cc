from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from heavylift.tasks.ocr import OcrParams


@dataclass
class OcrWork:
    """A Work without a stack; what is published can be fetched."""

    input: Path
    params: OcrParams
    directory: Path
    outputs: Path
    job_id: str = "job"
    attempt: int = 1
    has_input: bool = True
    seconds: float = 900
    advanced: int = 0
    published: dict[str, str] = field(default_factory=dict)

    def advance(self, units: int = 1) -> None:
        self.advanced += units

    def publish(self, name: str, source: Path, media_type: str) -> None:
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


WorkMaker = Callable[..., OcrWork]


@pytest.fixture
def make_work(tmp_path: Path) -> WorkMaker:
    def make(content: bytes | Path, *, seconds: float = 900, **params: Any) -> OcrWork:
        """A job with this input and these params."""
        scratch, outputs = tmp_path / "scratch", tmp_path / "outputs"
        scratch.mkdir()
        outputs.mkdir()
        file = content if isinstance(content, Path) else tmp_path / "input"
        if isinstance(content, bytes):
            file.write_bytes(content)
        return OcrWork(file, OcrParams(**params), scratch, outputs, seconds=seconds)

    return make
