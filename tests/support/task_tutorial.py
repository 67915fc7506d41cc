"""Follows docs/tutorial/writing-a-task.md: runs its `make` lines, writes its files and applies its diffs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.sample_documents import ROOT

DOCUMENT = (ROOT / "docs" / "tutorial" / "writing-a-task.md").read_text()
MADE = ("functions/thumbs", "tests/unit/thumbs", "requirements/thumbs.txt")
"""What the document makes beside the files of its tasks in `message`."""
LEFT = (".venv*", ".git", ".heavylift", ".aws-sam", "node_modules", "out", "site", "__pycache__", ".*_cache")
STEP = re.compile(r"`(?P<path>[\w/.]+)`:$|^```(?P<kind>\w+)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
TEMPLATE_TESTS = tuple(
    f"tests/integration/test_template_{part}.py" for part in ("workers", "permissions", "code", "settings")
)
"""The tests of the template that look at every worker."""
BIN = Path(sys.executable).parent
FAST_UV = """#!/bin/sh
# `add` as it is; a lock that is not there yet is written from those that are.
case "$1" in add) exec "{uv}" "$@" ;; esac
while [ $# -gt 1 ]; do
    if [ "$1" = --output-file ] && [ ! -e "$2" ]; then
        case "$2" in
        requirements/*) cat requirements/pages.txt ;; # what thumbs has, and more
        *) sed -n '/^charset-normalizer==/,/[^\\\\]$/p' requirements/run.txt ;;
        esac >"$2"
    fi
    shift
done
"""


def copy_sources(target: Path) -> Path:
    """Copy the project to `target`, without what the document adds to it, and return it."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT))
    for path in (
        *target.glob("functions/message/count_*_task.py"),
        *target.glob("tests/unit/message/test_count_*"),
    ):
        path.unlink()
    for name in MADE:
        path = target / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    _cut(target / "template.yaml", r"  # [^\n]*\n  ThumbsWorker:\n(?:    .*\n)+\n")
    for group in ("thumbs", "message"):
        _cut(target / "pyproject.toml", rf"^{group} = \[(?:.*\]|\n(?:.*\n)*?\])\n")
    (target / "functions" / "message" / "requirements.txt").unlink(missing_ok=True)
    return target


def _cut(path: Path, pattern: str) -> None:
    path.write_text(re.sub(pattern, "", path.read_text(), flags=re.MULTILINE))


def follow(copy: Path, *, lock: bool) -> None:
    """Apply every block of the document to `copy`. Without `lock`, packages are not resolved anew."""
    _make_environment(copy, lock=lock)
    path: Path | None = None
    for step in STEP.finditer(DOCUMENT):
        if step["path"]:
            path = copy / step["path"]
        elif step["kind"] == "console":
            _run_make(copy, step["code"])
        elif step["kind"] == "python":
            assert path is not None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["code"])
        elif step["kind"] == "diff":
            assert path is not None
            _change(path, step["code"])


def _run_make(copy: Path, lines: str) -> None:
    """Run the `make` lines that write files."""
    for line in lines.splitlines():
        if line.startswith(("make task", "make worker", "make packages")):
            ran = subprocess.run(shlex.split(line), cwd=copy, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, line + ran.stdout + ran.stderr


def _make_environment(copy: Path, *, lock: bool) -> None:
    """Make a `.venv` in the copy that runs this test's Python and uv."""
    programs = {"python": f'#!/bin/sh\nexec "{BIN}/python" "$@"\n'}
    programs["uv"] = f'#!/bin/sh\nexec "{BIN}/uv" "$@"\n' if lock else FAST_UV.format(uv=BIN / "uv")
    (copy / ".venv" / "bin").mkdir(parents=True)
    for name, text in programs.items():
        (copy / ".venv" / "bin" / name).write_text(text)
        (copy / ".venv" / "bin" / name).chmod(0o755)
    (copy / ".venv" / ".installed-run").touch()


def _change(path: Path, diff: str) -> None:
    """Apply a diff without line numbers: the old lines must occur in the file exactly once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text()
    assert text.count(before) == 1, f"the document changes {before!r}, which {path.name} does not have once"
    path.write_text(text.replace(before, after))


def read_requests() -> str:
    """Return the document's curl lines."""
    [script] = re.findall(r"```bash\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(script)
