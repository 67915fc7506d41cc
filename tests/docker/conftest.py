"""One MiniStack for the tests that run images as Lambda does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.built_stack import BuiltStack, run_built_stack


@pytest.fixture(name="stack", scope="session")
def run_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltStack]:
    with run_built_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack
