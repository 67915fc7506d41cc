"""Stages what is deployed: a copy of the sources with local images, and its parameters."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from functools import cache
from pathlib import Path

import yaml

from infra.local.flatten import load_flat
from infra.local.instance import BASE_PATH, ROOT, LocalInstance
from infra.local.package_guard import FILE as BLOCKED_PACKAGES
from infra.local.template import load, replace_images_with_sources, set_image_uris
from infra.local.worker_packages import list_blocked, list_workers

FOLDERS = ("functions", "layers")
SETTINGS = tomllib.loads((ROOT / "samconfig.toml").read_text())["embedded"]["deploy"]["parameters"]


def stage(staged: Path, images: dict[str, str] | None = None) -> None:
    """Copy the sources to the emptied folder `staged`, so that edits during a deploy cannot change the zips.

    `images` maps image functions to their image URIs. Without `images`, image functions run from sources.
    """
    shutil.rmtree(staged, ignore_errors=True)
    caches = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, staged / folder, ignore=caches)
    for worker in list_workers():
        blocked = json.dumps(list_blocked(worker))
        (staged / "functions" / worker / BLOCKED_PACKAGES).write_text(blocked)
    shutil.copy(ROOT / "samconfig.toml", staged)
    shutil.copy(ROOT / "requirements" / "run.txt", staged)  # the functions run on these packages
    template = load_flat(ROOT / "template.yaml")
    images = images or {}
    embedded = set_image_uris(replace_images_with_sources(template, images), images)
    (staged / "template.yaml").write_text(yaml.safe_dump(embedded, sort_keys=False))


def build_parameters(instance: LocalInstance, overrides: dict[str, str]) -> dict[str, str]:
    """Return the template's parameters. Addresses win over the defaults, `overrides` win over both."""
    addresses = {"BasePath": BASE_PATH, "PublicS3Endpoint": instance.endpoint_url}
    return read_default_parameters() | addresses | overrides


@cache
def read_default_parameters() -> dict[str, str]:
    """Return samconfig.toml's parameters for local runs, with one worker per processor."""
    defaults = dict(pair.split("=", 1) for pair in SETTINGS["parameter_overrides"])
    processors = str(max(2, os.cpu_count() or 2))  # Lambda's minimum is 2
    names = load((ROOT / "template.yaml").read_text())["Parameters"]
    return {name: processors for name in names if name.endswith("Concurrency")} | defaults
