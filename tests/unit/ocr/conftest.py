from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocr.params import OcrParams
from tests.support.fake_work import FakeWork, make_fake_work

WorkMaker = Callable[..., FakeWork]


@pytest.fixture
def make_work(tmp_path: Path) -> WorkMaker:
    """(file, **params) → the context of a job with this input and these params."""

    def make(content: bytes | Path, *, seconds: float = 900, **params: Any) -> FakeWork:
        return make_fake_work(tmp_path, content, OcrParams(**params), seconds=seconds)

    return make
