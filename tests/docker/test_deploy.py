"""`make deploy` of the build output into the emulator, with local images instead of a registry's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from infra.local import emulator, images
from infra.local.deploy import find_stack
from infra.local.flatten import load_flat
from infra.local.instance import ROOT, STACK, LocalInstance
from infra.local.staging import SETTINGS
from infra.local.template import load, set_image_uris
from tests.support.ports import find_free_port


def test_what_was_built_deploys(tmp_path: Path) -> None:
    place = LocalInstance(find_free_port(), tmp_path / "place", docker=True)
    place.state_dir.mkdir()
    # Flat, as the embedded run is: the emulator does not transform nested templates.
    template = set_image_uris(load_flat(images.BUILT_TEMPLATE), images.tag_built_images())
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri", "Location"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = str(
                    images.BUILT_TEMPLATE.parent / resource["Properties"][name]
                )
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(template, sort_keys=False))
    emulator.start(place, tied_to_parent=True)
    try:
        place.aws.client("s3").create_bucket(Bucket=SETTINGS["s3_bucket"])
        options = (
            f"--template-file {tmp_path / 'template.yaml'} --stack-name {STACK}"
            f" --image-repository {images.REGISTRY}/none --config-file {ROOT / 'samconfig.toml'}"
        )
        ran = subprocess.run(
            ["make", "deploy", "ENV=embedded", f"OPTIONS={options}"],
            cwd=ROOT,
            env=place.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        made = find_stack(place)
        assert made is not None
        assert made["StackStatus"] == "CREATE_COMPLETE"
        functions = place.aws.client("lambda").list_functions()["Functions"]
        of_images = [each for each in functions if each["PackageType"] == "Image"]
        assert len(of_images) == len(images.tag_built_images())
    finally:
        emulator.stop(place)


def test_what_was_built_is_packaged_with_a_nested_stack_for_each_worker(tmp_path: Path) -> None:
    """What `sam deploy` does before it calls CloudFormation; the images are named as if they were pushed."""
    place = LocalInstance(find_free_port(), tmp_path / "place")
    place.state_dir.mkdir()
    built, uris = images.BUILT_TEMPLATE, images.tag_built_images()
    copy = tmp_path / "build"
    shutil.copytree(built.parent, copy)
    for name, uri in uris.items():
        nested = copy / name.removesuffix("Function") / "template.yaml"
        worker = load(nested.read_text())
        worker["Resources"]["Function"]["Properties"]["ImageUri"] = uri
        nested.write_text(yaml.safe_dump(worker, sort_keys=False))
    emulator.start(place, tied_to_parent=True)
    try:
        place.aws.client("s3").create_bucket(Bucket=SETTINGS["s3_bucket"])
        packaged = tmp_path / "packaged.yaml"
        command = [
            *(sys.executable, "-m", "samcli", "package", "--template-file", str(copy / "template.yaml")),
            *("--s3-bucket", SETTINGS["s3_bucket"], "--output-template-file", str(packaged)),
            *("--image-repository", f"{images.REGISTRY}/none", "--region", "us-east-1"),
        ]
        ran = subprocess.run(command, env=place.environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        resources = load(packaged.read_text())["Resources"]
    finally:
        emulator.stop(place)
    workers = {
        name for name, each in resources.items() if "Worker" in each["Properties"].get("Parameters", {})
    }
    assert {f"{name}Function" for name in workers} >= set(uris)
    assert all(resources[name]["Properties"]["Location"].startswith("http") for name in workers)
    assert all("<<" not in each["Properties"].get("Parameters", {}) for each in resources.values())
