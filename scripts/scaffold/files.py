"""Writing the files of a new task or worker from templates/."""

from __future__ import annotations

from pathlib import Path
from string import Template

from scripts.scaffold.names import Refused, to_class, to_module

TEMPLATES = Path(__file__).resolve().parent / "templates"


def render(template: str, **values: str) -> str:
    """Return one of the files of templates/ with its values. `$$` stands for a dollar sign."""
    return Template((TEMPLATES / template).read_text()).substitute(values)


def write_files(root: Path, texts: dict[Path, str]) -> None:
    """Write new files; paths are relative to the root. Raises Refused, and writes none, if one is there."""
    for path in texts:
        if (root / path).exists():
            raise Refused(f"{path} is there already")
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        print(f"==> {path}")


def make_task_files(worker: str, task: str, module: str) -> dict[Path, str]:
    """Return the text of a task and of its test."""
    values = {"worker": worker, "task": task, "module": module}
    values |= {"function": to_module(task), "params": f"{to_class(task)}Params"}
    test = f"test_{module}.py" if module.endswith("_task") else f"test_{to_module(task)}_task.py"
    return {
        Path("functions", worker, f"{module}.py"): render("task.py.txt", **values),
        Path("tests", "unit", worker, test): render("test.py.txt", **values),
    }


def make_worker_files(worker: str, *, image: bool) -> dict[Path, str]:
    """Return the text of a worker's files, its task and the task's test among them."""
    folder = Path("functions", worker)
    build = "Dockerfile" if image else "Makefile"
    return {
        folder / "__init__.py": render("init.py.txt", worker=worker),
        folder / "handler.py": render("handler.py.txt", worker=worker),
        folder / build: render(f"{build}.txt", worker=worker),
        **make_task_files(worker, worker, "task"),
    }
