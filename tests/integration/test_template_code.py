"""template.yaml says where the code of each function and layer comes from, and how it is built."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.instance import ROOT
from infra.local.template import replace_images_with_sources
from pack_tasks import find_light_files
from tests.support.shipped import SHIPPED_TASKS
from tests.support.stack_template import FUNCTIONS, RESOURCES, TEMPLATE, WORKERS, of_type, worker_of

IMAGES = {name for name, each in FUNCTIONS.items() if each["Properties"].get("PackageType") == "Image"}


def test_without_images_only_functions_differ() -> None:
    swapped = replace_images_with_sources(TEMPLATE)
    assert IMAGES
    assert {name for name in RESOURCES if swapped["Resources"][name] != RESOURCES[name]} <= set(FUNCTIONS)
    assert {name: each for name, each in swapped.items() if name != "Resources"} == {
        name: each for name, each in TEMPLATE.items() if name != "Resources"
    }


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_without_images_a_function_keeps_everything_but_where_its_code_is(name: str) -> None:
    before = RESOURCES[name]["Properties"]
    after = replace_images_with_sources(TEMPLATE)["Resources"][name]["Properties"]
    assert set(before) - set(after) == {"PackageType", "ImageConfig"}
    assert set(after) - set(before) == {"CodeUri", "Handler", "Runtime", "Layers"}
    assert all(after[each] == before[each] for each in set(before) & set(after))
    assert after["Handler"] == before["ImageConfig"]["Command"][0]


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_an_images_dockerfile_and_all_that_it_copies_are_there(name: str) -> None:
    worker = worker_of(name)
    assert RESOURCES[name]["Metadata"]["Dockerfile"]["Fn::Sub"][0] == "functions/${Worker}/Dockerfile"
    dockerfile = (ROOT / "functions" / worker / "Dockerfile").read_text()
    assert f"COPY requirements/{worker}.txt " in dockerfile  # its group is locked: tests/architecture
    for source in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE):
        assert (ROOT / source).exists(), source


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - IMAGES - set(WORKERS)))
def test_a_zip_function_is_built_from_its_own_folder_and_the_task_files(name: str, tmp_path: Path) -> None:
    assert FUNCTIONS[name]["Metadata"]["BuildMethod"] == "makefile"
    package, module, _ = FUNCTIONS[name]["Properties"]["Handler"].split(".")
    make = ["make", "-s", f"build-{name}", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(make, cwd=ROOT / "functions", check=True, timeout=30)
    assert (tmp_path / package / f"{module}.py").is_file()
    others = {path for path in tmp_path.rglob("*.py") if path.relative_to(tmp_path).parts[0] != package}
    light = {tmp_path / path.relative_to(ROOT / "functions") for path in find_light_files()}
    # Without the task files, register_tasks finds no task, and fails nowhere.
    sources = [path.read_text() for path in (ROOT / "functions" / package).rglob("*.py")]
    reads_tasks = any("register_tasks(" in source for source in sources)
    assert others == (light if reads_tasks else set())
    code = "from heavylift.tasks.registry import TASKS, register_tasks; from pathlib import Path; "
    code += f"register_tasks(Path({str(tmp_path)!r})); print(*TASKS)"
    packed = os.pathsep.join([str(tmp_path), str(ROOT / "layers" / "core")])
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": packed}, capture_output=True, text=True, check=True
    )
    # Tests in the same process may have added tasks of their own.
    found = set(ran.stdout.split())
    assert found >= SHIPPED_TASKS if others else not found


@pytest.mark.parametrize("name", sorted(set(WORKERS) - IMAGES))
def test_a_zip_worker_is_built_from_its_own_folder(name: str, tmp_path: Path) -> None:
    worker = worker_of(name)
    make = ["make", "-s", "build-Function", f"ARTIFACTS_DIR={tmp_path}"]
    uv = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    subprocess.run(make, cwd=ROOT / "functions" / worker, check=True, timeout=60, env=uv)
    there = {path.relative_to(ROOT / "functions") for path in (ROOT / "functions" / worker).rglob("*.*")}
    packed = {path.relative_to(tmp_path) for path in (tmp_path / worker).rglob("*.*")}
    assert {path for path in there if "__pycache__" not in path.parts} - packed <= {
        Path(worker, "requirements.txt")
    }
    assert packed <= there
    assert not (tmp_path / worker / "Makefile").exists()


@pytest.mark.parametrize("name", of_type("AWS::Serverless::LayerVersion"))
def test_a_layer_is_built_for_lambdas_python_and_processor(name: str) -> None:
    layer = RESOURCES[name]
    assert layer["Metadata"] == {"BuildMethod": "makefile", "BuildArchitecture": {"Ref": "Architecture"}}
    makefile = (ROOT / layer["Properties"]["ContentUri"] / "Makefile").read_text()
    assert f"build-{name}:" in makefile
    assert "--python-version 3.13" in makefile
