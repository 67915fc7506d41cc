"""Every group has its lock, and the locks agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts.lock import ROOT, Lock, find_locks

PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^ ;]+)", re.MULTILINE)
LOCKS = find_locks()
by_output = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.output))


def pinned(lock: Lock) -> set[tuple[str, str]]:
    """Names and versions; a package may have several, for several Pythons."""
    return set(PINNED.findall((ROOT / lock.output).read_text()))


def asked_for(group: str) -> list[Requirement]:
    """Return what a group of pyproject.toml asks for, with what the groups in it ask for."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    found = []
    for each in groups[group]:
        found += asked_for(each["include-group"]) if isinstance(each, dict) else [Requirement(each)]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@by_output
def test_a_lock_has_every_package_that_its_groups_ask_for(lock: Lock) -> None:
    versions = pinned(lock)
    for group in lock.groups:
        for requirement in asked_for(group):
            name = normal(requirement.name)
            fits = [
                version for found, version in versions if found == name and version in requirement.specifier
            ]
            assert fits or name in lock.without, f"{lock.output} lacks {requirement}: make lock"


@by_output
def test_a_lock_has_the_versions_of_the_first(lock: Lock) -> None:
    first = pinned(LOCKS[0])
    names = {name for name, _ in first}
    assert {pin for pin in pinned(lock) if pin[0] in names} <= first


def test_what_tests_add_takes_nothing_away_from_what_runs() -> None:
    dev, run = (next(pinned(lock) for lock in LOCKS if lock.groups[0] == group) for group in ("dev", "run"))
    assert run <= dev


def test_the_client_can_be_installed_into_the_environment_without_fetching_anything() -> None:
    client = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())
    versions = dict(next(pinned(lock) for lock in LOCKS if lock.groups[0] == "run"))
    for text in [*client["project"]["dependencies"], *client["build-system"]["requires"]]:
        requirement = Requirement(text)
        assert versions[normal(requirement.name)] in requirement.specifier, text


def test_a_new_layer_or_worker_is_locked_by_its_group_alone(tmp_path: Path) -> None:
    (tmp_path / "layers" / "maps").mkdir(parents=True)
    (tmp_path / "functions" / "thumbs").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        """
        [dependency-groups]
        part = ["pillow"]
        maps = ["shapely"]
        thumbs = [{ include-group = "part" }]
        tools = ["uv"]
        run = ["click"]
        [tool.heavylift.lock]
        groups = ["run", "tools"]
        alone = ["tools"]
        python = "3.11"
        lambda-python = "3.13"
        [tool.heavylift.lock.without]
        run = ["cffi"]
        """
    )
    assert find_locks(tmp_path) == [
        Lock(Path("requirements/run.txt"), ("run", "maps", "thumbs"), "3.11", ("cffi",)),
        Lock(Path("requirements/tools.txt"), ("tools",), "3.11"),
        Lock(Path("layers/maps/requirements.txt"), ("maps",), "3.13"),
        Lock(Path("functions/thumbs/requirements.txt"), ("thumbs",), "3.13"),
    ]
