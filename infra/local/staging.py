"""What is deployed: a copy of the sources with the images swapped, and its digest."""

from __future__ import annotations

import hashlib
import os
import shutil
import tomllib
from pathlib import Path

import yaml

from infra.local.instance import BASE_PATH, ROOT, LocalInstance
from infra.local.template import load, with_images, without_images

FOLDERS = ("functions", "layers")
SETTINGS = tomllib.loads((ROOT / "samconfig.toml").read_text())["embedded"]["deploy"]["parameters"]


def stage(staged: Path, images: dict[str, str] | None = None) -> None:
    """Copy the sources to an empty `staged`: what is zipped there no editor changes meanwhile.

    `images` are those that the image functions run; without, they run from the images' sources.
    """
    shutil.rmtree(staged, ignore_errors=True)
    caches = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, staged / folder, ignore=caches)
    (staged / "infra").mkdir()
    for nested in (ROOT / "infra").glob("*.yaml"):
        shutil.copy(nested, staged / "infra")
    shutil.copy(ROOT / "samconfig.toml", staged)
    template = load((ROOT / "template.yaml").read_text())
    embedded = without_images(template) if images is None else with_images(template, images)
    (staged / "template.yaml").write_text(yaml.safe_dump(embedded, sort_keys=False))


def parameters(place: LocalInstance, overrides: dict[str, str]) -> dict[str, str]:
    """The template's parameters: samconfig.toml's, what depends on the machine, then `overrides`."""
    here = {"BasePath": BASE_PATH, "PublicS3Endpoint": place.endpoint_url}
    return on_this_machine() | here | overrides


def on_this_machine() -> dict[str, str]:
    """The parameters of every run here: samconfig.toml's, and a worker per processor."""
    settled = dict(pair.split("=", 1) for pair in SETTINGS["parameter_overrides"])
    processors = str(max(2, os.cpu_count() or 2))  # Lambda takes no less than 2
    known = load((ROOT / "template.yaml").read_text())["Parameters"]
    return settled | {name: processors for name in known if name.endswith("Concurrency")}


def digest(staged: Path, chosen: dict[str, str]) -> str:
    """Changes when a staged file, a parameter or a pinned dependency does."""
    told = hashlib.sha256(repr(sorted(chosen.items())).encode())
    told.update((ROOT / "requirements" / "run.txt").read_bytes())
    for path in sorted(path for path in staged.rglob("*") if path.is_file()):
        told.update(f"\0{path.relative_to(staged)}\0".encode())
        told.update(path.read_bytes())
    return told.hexdigest()
