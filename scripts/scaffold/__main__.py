"""python -m scripts.scaffold task|worker|packages …: what `make` calls for them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.scaffold.blocks import add_block, add_event_source
from scripts.scaffold.files import make_task_files, make_worker_files, write_files
from scripts.scaffold.names import RESERVED_WORKERS, Refused, check_task, check_worker, to_module
from scripts.scaffold.packages import add_packages

ROOT = Path(__file__).resolve().parents[2]


def new_task(root: Path, name: str, worker: str) -> None:
    """Write a task and its test into a worker that is there. Raises Refused."""
    check_task(root, name)
    _check_that_it_is_there(root, worker)
    write_files(root, make_task_files(worker, name, f"{to_module(name)}_task"))


def new_worker(root: Path, name: str, packages: list[str], *, image: bool) -> None:
    """Write a worker with one task, and what template.yaml and pyproject.toml need for it. Raises Refused."""
    check_worker(root, name, packages)
    check_task(root, name)
    files = make_worker_files(name, image=image)
    write_files(root, files)
    if image or packages:
        try:
            add_packages(root, name, packages)
        except Refused:
            _remove_files(root, files)
            raise
    template = root / "template.yaml"
    template.write_text(add_event_source(add_block(template.read_text(), name, image=image), name))
    print(f"==> template.yaml: {name.capitalize()}Worker")


def _check_that_it_is_there(root: Path, worker: str) -> None:
    workers = {path.parent.name for path in root.glob("functions/*/handler.py")} - RESERVED_WORKERS
    if worker not in workers:
        raise Refused(f"WORKER={worker}: there is no such worker, but {', '.join(sorted(workers))}")


def _remove_files(root: Path, files: dict[Path, str]) -> None:
    for path in files:
        (root / path).unlink()
    for folder in {path.parent for path in files}:
        if not any((root / folder).iterdir()):
            (root / folder).rmdir()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scaffold")
    words = parser.add_subparsers(dest="word", required=True)
    task = words.add_parser("task")
    task.add_argument("name")
    task.add_argument("--worker", default="message")
    worker = words.add_parser("worker")
    worker.add_argument("name")
    worker.add_argument("--image", action="store_true")
    worker.add_argument("--packages", default="")
    packages = words.add_parser("packages")
    packages.add_argument("worker")
    packages.add_argument("packages")
    asked = parser.parse_args()
    try:
        if asked.word == "task":
            new_task(ROOT, asked.name, asked.worker)
        elif asked.word == "worker":
            new_worker(ROOT, asked.name, asked.packages.split(), image=asked.image)
        else:
            _check_that_it_is_there(ROOT, asked.worker)
            add_packages(ROOT, asked.worker, asked.packages.split())
    except Refused as refusal:
        print(f"heavylift: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
