"""python3 pack_tasks.py FOLDER: copy the task files into FOLDER, and what they import at their top.

The API, the janitor, the schedules, the stream and the callbacks read the tasks' specs. A task file imports
what is heavy inside its functions, so what it imports at its top is light.
"""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parent


def find_task_files(functions: Path = FUNCTIONS) -> list[Path]:
    """Return the files that hold tasks: `<worker>/task.py` and `<worker>/<name>_task.py`."""
    return sorted({*functions.glob("*/task.py"), *functions.glob("*/*_task.py")})


def find_light_files(functions: Path = FUNCTIONS) -> set[Path]:
    """Return the task files, and the files below `functions` that they import at their top."""
    found: set[Path] = set()
    todo = find_task_files(functions)
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found.add(path)
        todo.append(path.parent / "__init__.py")
        todo += [file for name in imports_at_top(path) if (file := file_of(functions, name))]
    return found


def imports_at_top(path: Path) -> set[str]:
    """Return the modules that a file imports outside of functions and `if TYPE_CHECKING:`."""
    names: set[str] = set()
    todo: list[ast.AST] = list(ast.parse(path.read_text()).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            todo += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return names


def find_heavy_imports(functions: Path = FUNCTIONS) -> list[str]:
    """Return a sentence for each light file that imports a package at its top that the API does not have."""
    own = {path.name for path in functions.iterdir() if path.is_dir()} | {"heavylift", "pydantic"}
    sentences = []
    for path in sorted(find_light_files(functions)):
        names = {name.partition(".")[0] for name in imports_at_top(path)}
        if heavy := sorted(names - own - set(sys.stdlib_module_names)):
            file = path.relative_to(functions.parent)
            sentences.append(f"{file} imports {', '.join(heavy)} at its top: import it in the function")
    return sentences


def file_of(functions: Path, module: str) -> Path | None:
    """Return the file of a module below `functions`, if it is one."""
    path = functions / module.replace(".", "/")
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)


def pack(target: Path, functions: Path = FUNCTIONS) -> None:
    for path in find_light_files(functions):
        copy = target / path.relative_to(functions)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
