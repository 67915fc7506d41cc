"""python -m scripts.compile_build: adds bytecode to the zips and layers that `sam build` has made.

Lambda keeps them on a read-only file system, so without bytecode each cold start compiles every module again.
A worker's image that was built with them has Lambda's Python. It compiles them, whatever Python this is.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local.console import CommandError, print_step
from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE, run_docker
from infra.local.template import Template

RUNTIME = "python3.13"
PLACES = {"AWS::Serverless::Function": "/var/task", "AWS::Serverless::LayerVersion": "/opt"}
"""Where Lambda unpacks them: the paths in tracebacks."""
PROGRAM = f"""
import compileall, py_compile, sys
assert sys.version_info[:2] == {tuple(map(int, RUNTIME.removeprefix("python").split(".")))}, sys.version
for pair in sys.argv[1:]:
    folder, place = pair.split("=")
    compileall.compile_dir(
        folder, quiet=1, workers=0, stripdir=folder, prependdir=place,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""


def main(built: Path = BUILT_TEMPLATE) -> int:
    template = load_flat(built)
    images = list_images(template)
    if not images:
        print("No worker has an image with Lambda's Python: the zips and layers have no bytecode.")
        return 0
    try:
        with print_step("Compiling the zips and layers"):
            add_bytecode(built.parent, find_folders(template), images[0])
    except CommandError as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    return 0


def list_images(template: Template) -> list[str]:
    uris = (each.get("Properties", {}).get("ImageUri") for each in template["Resources"].values())
    return [str(uri) for uri in uris if uri]


def find_folders(template: Template) -> dict[str, str]:
    """Return the folder of each zip and layer, relative to the build, and where Lambda unpacks it."""
    found = {}
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        folder = properties.get("CodeUri") or properties.get("ContentUri")
        if folder and resource["Type"] in PLACES:
            found[str(folder)] = PLACES[resource["Type"]]
    return found


def add_bytecode(build: Path, folders: Mapping[str, str], image: str) -> None:
    """Compile the folders below `build` in a container. Raises CommandError.

    They are copied there and back, because a Docker engine elsewhere can't mount them.
    """
    pairs = [f"/build/{folder}={place}" for folder, place in folders.items()]
    container = run_docker("create", "--network=none", "--entrypoint=python3", image, "-c", PROGRAM, *pairs)
    try:
        run_docker("cp", str(build), f"{container}:/build")
        run_docker("start", "--attach", container)
        run_docker("cp", f"{container}:/build/.", str(build))
    finally:
        run_docker("rm", "--force", container)


if __name__ == "__main__":
    sys.exit(main())
