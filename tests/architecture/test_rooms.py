"""The rooms of the core and the one-way arrows between them, by folder rules."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import heavylift
from pack_tasks import find_heavy_imports, find_task_files

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "layers" / "core" / "heavylift"
FUNCTIONS = ROOT / "functions"
MODULES = sorted(LIBRARY.rglob("*.py"))
FIRST_LEVEL = 15
LEVELS = (
    {"errors", "settings"},
    {"ports"},
    {"jobs", "tasks", "adapters", "outbound"},
    {"job_store", "webhooks", "api_keys"},
    {"worker", "recovery", "service"},
    {"runtime", "testing"},
)
"""Lowest first. A room imports itself and rooms of lower levels only."""
SHARED = {"sandbox", "documents"}
"""Packages that any worker may use. They import no worker and not each other."""
SERVICES = ("boto3", "botocore", "fastapi", "mangum", "starlette", "aws_lambda_powertools")


def imports_of(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def matching_imports(imports: set[str], *packages: str) -> set[str]:
    return {name for name in imports if any(name == p or name.startswith(f"{p}.") for p in packages)}


def room_of(path: Path) -> str:
    """Return the core's folder of a file, or the module name at the first level."""
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def rooms_imported(path: Path) -> set[str]:
    names = matching_imports(imports_of(path), "heavylift")
    return {name.split(".")[1] for name in names if "." in name}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def level_of(room: str) -> int:
    return next(level for level, rooms in enumerate(LEVELS) if room in rooms)


def test_the_first_level_is_small_and_every_room_has_a_level() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert len(rooms) <= FIRST_LEVEL
    assert rooms <= set().union(*LEVELS)


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) != "__init__"], ids=name_of)
def test_no_import_runs_upward_or_sideways(path: Path) -> None:
    room = room_of(path)
    for other in rooms_imported(path) - {room}:
        if room == "runtime" and other == "adapters":
            continue
        assert level_of(other) < level_of(room), f"{room} imports {other}"


@pytest.mark.parametrize("path", sorted((LIBRARY / "jobs").glob("*.py")), ids=name_of)
def test_jobs_is_pure(path: Path) -> None:
    doing = ("subprocess", "time", "random", "pathlib", "socket", "heavylift.ports.system")
    allowed = {"os"} if path.stem == "ids" else set()
    assert not matching_imports(imports_of(path), "os", *doing) - allowed


def test_only_the_aws_adapters_import_boto3() -> None:
    files = [*MODULES, *FUNCTIONS.rglob("*.py")]
    importers = {path.parent for path in files if matching_imports(imports_of(path), "boto3", "botocore")}
    assert importers == {LIBRARY / "adapters" / "aws"}


def test_only_bootstrap_builds_the_aws_adapters() -> None:
    builders = {path for path in MODULES if matching_imports(imports_of(path), "heavylift.adapters.aws")}
    inside = set((LIBRARY / "adapters" / "aws").glob("*.py"))
    assert builders - inside == {LIBRARY / "runtime" / "bootstrap.py"}


def test_only_the_runtime_and_the_handlers_import_powertools() -> None:
    handlers = {"handler.py", "stream.py", "metrics.py", "snapstart.py", "dependencies.py", "dead_message.py"}
    for path in [*MODULES, *FUNCTIONS.rglob("*.py")]:
        if matching_imports(imports_of(path), "aws_lambda_powertools"):
            at_home = path.is_relative_to(LIBRARY / "runtime") or path.name in handlers
            assert at_home, name_of(path)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room_of(p) not in {"runtime", "adapters"}], ids=name_of
)
def test_the_core_imports_no_service_and_no_function(path: Path) -> None:
    functions = {each.name for each in FUNCTIONS.iterdir() if (each / "__init__.py").exists()}
    assert not matching_imports(imports_of(path), *SERVICES, *functions)


def test_the_api_imports_no_worker_and_no_worker_another() -> None:
    packages = {path.name for path in FUNCTIONS.iterdir() if (path / "__init__.py").exists()}
    assert {"api", "pages", *SHARED} <= packages
    for package in packages:
        allowed = {package} | (set() if package == "api" or package in SHARED else SHARED)
        for path in (FUNCTIONS / package).rglob("*.py"):
            assert not matching_imports(imports_of(path), *(packages - allowed)), path


def test_the_client_imports_nothing_of_the_server() -> None:
    for path in (ROOT / "client").rglob("*.py"):
        assert not matching_imports(imports_of(path), "heavylift", "infra", "boto3"), path


def test_task_files_are_light() -> None:
    """The API imports them: what is heavy is imported inside the functions."""
    assert find_heavy_imports() == []


@pytest.mark.parametrize("path", find_task_files(), ids=name_of)
def test_a_task_file_uses_the_public_names_of_heavylift_only(path: Path) -> None:
    names = {name for name in imports_of(path) if name.partition(".")[0] == "heavylift"}
    other = names - {"heavylift", *(f"heavylift.{name}" for name in heavylift.__all__)}
    assert not other, (
        f"{name_of(path)} imports {', '.join(sorted(other))}: a task imports `from heavylift import …` only"
    )


@pytest.mark.parametrize("path", sorted(FUNCTIONS.glob("*/*.py")), ids=name_of)
def test_a_task_stands_in_a_file_that_is_found(path: Path) -> None:
    if re.search(r"^@task\(", path.read_text(), re.MULTILINE):
        assert path in find_task_files(), "call the file task.py or <name>_task.py"


@pytest.mark.parametrize("trace_disabled", ["true", "false"])
def test_the_api_comes_up_without_aws_and_without_xray(trace_disabled: str) -> None:
    """Both cost more to import than everything else, so the import waits for the first use."""
    heavy = {"boto3", "botocore.client", "aws_xray_sdk.core"}
    code = f"import sys, api.handler; print(sorted({heavy} & set(sys.modules)))"
    environment = os.environ | {
        "POWERTOOLS_TRACE_DISABLED": trace_disabled,
        "POWERTOOLS_METRICS_NAMESPACE": "Heavylift",
        "PYTHONPATH": f"{FUNCTIONS}:{LIBRARY.parent}",
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_no_module_reads_the_environment_when_it_is_imported() -> None:
    for path in [*MODULES, *FUNCTIONS.rglob("*.py")]:
        tree = ast.parse(path.read_text())
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        inside = {id(child) for function in functions for stmt in function.body for child in ast.walk(stmt)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript | ast.Call) and "os.environ" in ast.unparse(node):
                assert id(node) in inside, f"{path}:{node.lineno}"
