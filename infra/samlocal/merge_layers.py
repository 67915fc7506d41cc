"""Copies the content of each zip function's layers into the function's code folder.

`sam local` builds an image of a function's layers for every invocation, which takes longer than most
invocations. A function with merged layers imports the same modules and needs no image.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from infra.local.template import Template


def merge_layers(derived: Template, folder: Path) -> Template:
    """Return the template without layers. Rebuild the code folder of every zip function below `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    resources = {}
    for name, resource in derived["Resources"].items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            continue
        properties = dict(resource["Properties"])
        layers = [
            Path(derived["Resources"][each["Ref"]]["Properties"]["ContentUri"], "python")
            for each in properties.pop("Layers", [])
        ]
        if layers:
            for part in (
                *layers,
                Path(properties["CodeUri"]),
            ):  # as on Lambda, a later file replaces an earlier one
                shutil.copytree(part, folder / name, copy_function=_link, dirs_exist_ok=True)
            properties["CodeUri"] = str(folder / name)
        resources[name] = resource | {"Properties": properties}
    return derived | {"Resources": resources}


def _link(source: str, target: str) -> None:
    """Hard-link the file instead of copying it: many functions share the same layers."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
