"""Tags the worker images of `make build`, each with a repository of its own."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from infra.local.console import CommandError
from infra.local.flatten import load_flat
from infra.local.instance import ROOT

BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com"
"""A registry, so that `sam deploy` pushes no image. Nothing is pulled either: Docker has the images here."""
LOCAL = "heavylift"
"""No registry's name: `sam local` leaves out functions whose images are in a registry."""


def tag_built_images(registry: str = REGISTRY) -> dict[str, str]:
    """Tag the image of each image function. Return function → image URI, with the image's id as tag.

    `sam build` gives every worker's image the repository `function`. `sam local` keeps one image to run per
    repository, and then runs one worker in the image of another.

    Raises CommandError if an image is not built or Docker is missing.
    """
    if not BUILT_TEMPLATE.exists():
        raise CommandError("Nothing has been built. Build it with: make build")
    resources = load_flat(BUILT_TEMPLATE)["Resources"]
    uris = {
        name: each["Properties"].get("ImageUri") for name, each in resources.items() if "Properties" in each
    }
    return {name: _tag(uri, f"{registry}/{name.lower()}") for name, uri in uris.items() if uri}


def _tag(uri: str, repository: str) -> str:
    image_id = run_docker("image", "inspect", "--format", "{{.Id}}", uri).removeprefix("sha256:")[:12]
    tagged = f"{repository}:{image_id}"
    run_docker("tag", uri, tagged)
    return tagged


def run_docker(*arguments: str) -> str:
    """Run the docker command. Return what it prints. Raises CommandError."""
    docker = shutil.which("docker")
    if docker is None:
        raise CommandError("This command needs Docker, but the docker command was not found.")
    try:
        ran = subprocess.run([docker, *arguments], capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as failed:
        raise CommandError(f"docker {arguments[0]} failed: {failed.stderr.strip()}") from None
    return ran.stdout.strip()


def copy_interface_emulator(folder: Path) -> Path:
    """Copy the SAM CLI's runtime interface emulator for Lambda to `folder`. Return the copy's path."""
    samcli = find_spec("samcli")
    if samcli is None or not samcli.submodule_search_locations:
        raise CommandError("The SAM CLI is not installed. Install it with: make up")
    processor = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    source = Path(samcli.submodule_search_locations[0]) / "local" / "rapid" / f"aws-lambda-rie-{processor}"
    copy = folder / "aws-lambda-rie"
    shutil.copyfile(source, copy)
    os.chmod(copy, 0o755)  # noqa: S103, PTH101 - any user of a container runs this program
    return copy
