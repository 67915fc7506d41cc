"""The worker images that `make build` made, named so that the SAM CLI takes them for pushed already."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from infra.local.console import CommandError
from infra.local.instance import ROOT
from infra.local.template import load

BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com"
"""Nothing is pushed or pulled: the emulator finds the images in the engine of this machine."""


def built() -> dict[str, str]:
    """Function → image, for each image function; the name changes with what is in the image.

    Raises Stop if something is not built or there is no Docker engine.
    """
    if not BUILT.exists():
        raise CommandError("Nothing is built yet: make build")
    resources = load(BUILT.read_text())["Resources"]
    uris = {
        name: each["Properties"].get("ImageUri") for name, each in resources.items() if "Properties" in each
    }
    return {name: _named(uri) for name, uri in uris.items() if uri}


def _named(uri: str) -> str:
    content = _docker("image", "inspect", "--format", "{{.Id}}", uri).removeprefix("sha256:")[:12]
    name = f"{REGISTRY}/{uri.partition(':')[0]}:{content}"
    _docker("tag", uri, name)
    return name


def _docker(*arguments: str) -> str:
    docker = shutil.which("docker")
    if docker is None:
        raise CommandError("This needs Docker, and there is no docker command")
    try:
        ran = subprocess.run([docker, *arguments], capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as failed:
        raise CommandError(f"docker {arguments[0]}: {failed.stderr.strip()}") from None
    return ran.stdout.strip()


def interface_emulator(folder: Path) -> Path:
    """A copy, in `folder`, of Lambda's runtime interface emulator, which the SAM CLI carries."""
    samcli = find_spec("samcli")
    if samcli is None or not samcli.submodule_search_locations:
        raise CommandError("The SAM CLI is not installed: make up installs it")
    processor = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    carried = Path(samcli.submodule_search_locations[0]) / "local" / "rapid" / f"aws-lambda-rie-{processor}"
    copy = folder / "aws-lambda-rie"
    shutil.copyfile(carried, copy)
    os.chmod(copy, 0o755)  # noqa: S103, PTH101 - a program that a container's user runs
    return copy
