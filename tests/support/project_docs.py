"""The project's documents, and the files that they may mention."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md"), *ROOT.glob("client/*.md")])
GENERATED = {"__pycache__", "out", "site", "build"}
CODE = ("layers", "functions", "infra", "client", "tests", "benchmarks", "template.yaml", "samconfig.toml")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def files() -> frozenset[str]:
    """Every file of the repository, and every folder with a `/` at its end; nothing that a build makes."""
    return frozenset(_walk())


def _walk() -> Iterator[str]:
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder)
        folders[:] = [name for name in folders if _is_source(here, name)]
        yield from (str((here / name).relative_to(ROOT)) for name in names)
        yield from (f"{(here / name).relative_to(ROOT)}/" for name in folders)


def _is_source(here: Path, name: str) -> bool:
    hidden = name.startswith(".") and name not in {".ci", ".github", ".devcontainer"}
    return name not in GENERATED and not hidden and not name.endswith(".egg-info") and here.name != ".git"


def is_there(mentioned: str) -> bool:
    """Whether a path, or the end of one, is a file or a folder of the repository."""
    wanted = mentioned.rstrip("/")
    return any(f"/{path.rstrip('/')}".endswith(f"/{wanted}") for path in files())


def spans(path: Path) -> list[str]:
    """What a document shows as code within its sentences and tables."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", path.read_text()))


@cache
def words_of_the_code() -> frozenset[str]:
    """Every identifier in the sources, the templates and the tests, in any case."""
    found: set[str] = set()
    for top in CODE:
        for path in [ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*"):
            if path.suffix in {".py", ".yaml", ".toml", ".js"} or path.name in {"Makefile", "Dockerfile"}:
                found |= {word.lower() for word in re.findall(r"[A-Za-z_]\w*", path.read_text())}
    return frozenset(found)
