"""The one-way arrows: functions → the core → ports ← aws, and bootstrap alone sees both sides."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "layers" / "core" / "heavylift"
FUNCTIONS = ROOT / "functions"
PURE = (
    "backoff",
    "callback",
    "errors",
    "failures",
    "ids",
    "job",
    "message",
    "storage",
    "table",
    "transitions",
)
SHARED = {"sandbox", "documents"}
"""Packages that any worker may use. They know no worker, but `documents` is made for a sandbox."""
ENTRY_POINTS = ("bootstrap", "logs", "metering", "worker")


def imports_of(path: Path) -> set[str]:
    """Every module a file imports, at its top or inside a function, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def touches(imports: set[str], *packages: str) -> set[str]:
    return {name for name in imports if any(name == p or name.startswith(f"{p}.") for p in packages)}


MODULES = sorted(LIBRARY.rglob("*.py"))
CORE = [path for path in MODULES if path.stem not in ENTRY_POINTS and path.parent.name != "aws"]


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_knows_neither_aws_nor_its_callers(path: Path) -> None:
    foreign = ("boto3", "botocore", "fastapi", "mangum", "starlette", "aws_lambda_powertools")
    inward = ("heavylift.aws", "heavylift.bootstrap", "heavylift.worker", "api", "pages")
    assert not touches(imports_of(path), *foreign, *inward)


@pytest.mark.parametrize("name", PURE)
def test_the_rules_do_nothing_by_themselves(name: str) -> None:
    doing = ("os", "subprocess", "time", "random", "pathlib", "heavylift.ports", "heavylift.system")
    allowed = {"ids": {"os"}}.get(name, set())
    assert touches(imports_of(LIBRARY / f"{name}.py"), *doing) <= allowed


def test_only_the_adapters_import_boto3() -> None:
    files = [*MODULES, *FUNCTIONS.rglob("*.py")]
    importers = {path.parent for path in files if touches(imports_of(path), "boto3", "botocore")}
    assert importers == {LIBRARY / "aws"}


def test_only_bootstrap_builds_adapters() -> None:
    builders = {path.stem for path in MODULES if touches(imports_of(path), "heavylift.aws")}
    assert builders - {path.stem for path in (LIBRARY / "aws").glob("*.py")} == {"bootstrap"}


def test_the_api_imports_no_worker_and_no_worker_another() -> None:
    packages = {path.name for path in FUNCTIONS.iterdir() if (path / "__init__.py").exists()}
    assert {"api", "pages", *SHARED} <= packages
    for package in packages:
        allowed = {package} | (set() if package == "api" or package in SHARED else SHARED)
        for path in (FUNCTIONS / package).rglob("*.py"):
            assert not touches(imports_of(path), *(packages - allowed)), path


def test_the_client_knows_nothing_of_the_server() -> None:
    for path in (ROOT / "client").rglob("*.py"):
        assert not touches(imports_of(path), "heavylift", "infra", "boto3"), path


def test_task_specs_are_light() -> None:
    light = {
        "dataclasses",
        "pydantic",
        "heavylift",
        "re",
        "types",
        "typing",
        "collections",
        "__future__",
        "itertools",
        "json",
        "enum",
    }
    for path in (LIBRARY / "tasks").glob("*.py"):
        tops = {name.partition(".")[0] for name in imports_of(path)}
        assert tops <= light, path


@pytest.mark.parametrize("trace_disabled", ["true", "false"])
def test_the_api_comes_up_without_aws_and_without_xray(trace_disabled: str) -> None:
    """Both cost more to import than all of the rest: at the first request, or before a snapshot."""
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
