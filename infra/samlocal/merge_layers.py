"""Each zip function with what its layers bring beside its own code.

`sam local` builds an image of a function's layers for every call, which takes longer than most calls. What a
function can import stays the same.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from infra.local.template import Template


def beside_code(derived: Template, folder: Path) -> Template:
    """The same template without layers; every function's code is made anew below `folder`."""
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
            for part in (*layers, Path(properties["CodeUri"])):  # as on Lambda, what comes later wins
                shutil.copytree(part, folder / name, copy_function=_link, dirs_exist_ok=True)
            properties["CodeUri"] = str(folder / name)
        resources[name] = resource | {"Properties": properties}
    return derived | {"Resources": resources}


def _link(source: str, target: str) -> None:
    """The same file under another name: ten functions with the same layers are copied in no time."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
