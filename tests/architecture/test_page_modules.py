"""The web page's modules import one way: app → pages → components → lib."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.web.bundle import FOLDER, IMPORT, resolve

LEVELS = ("lib", "components", "pages", "app.js")
"""From the bottom. A module of one level imports from those before it, and from its own folder."""
MODULES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))


def get_level(module: str) -> int:
    return LEVELS.index(module.partition("/")[0])


def read_imports(module: str) -> set[str]:
    source = (FOLDER / module).read_text()
    return {resolve(line["path"], module) for line in IMPORT.finditer(source)}


def test_every_module_stands_in_a_level() -> None:
    assert {module.partition("/")[0] for module in MODULES} == set(LEVELS)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_nothing_from_above(module: str) -> None:
    assert not {name for name in read_imports(module) if get_level(name) > get_level(module)}


@pytest.mark.parametrize("module", MODULES)
def test_every_import_has_the_form_that_the_bundle_reads(module: str) -> None:
    """Another form would be left out of the bundle, and of the two rules here."""
    source = (FOLDER / module).read_text()
    written = re.findall(r"^import\b|^\s*export\s.*\bfrom\b|\bimport\(", source, re.MULTILINE)
    assert len(written) == len(list(IMPORT.finditer(source)))
    assert read_imports(module) <= set(MODULES)


def test_one_page_does_not_import_another() -> None:
    pages = {module for module in MODULES if module.startswith("pages/")}
    assert {page: read_imports(page) & pages for page in pages} == {page: set() for page in pages}


def test_no_module_imports_itself_through_others() -> None:
    for module in MODULES:
        assert module not in set(list_reachable(read_imports(module))), module


def list_reachable(modules: set[str]) -> Iterator[str]:
    """Yield the modules and all that they import, each once."""
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            yield module
            waiting += read_imports(module)
