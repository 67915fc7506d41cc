"""`make deploy` of the build output into the emulator, with local images instead of a registry's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from infra.local import emulator, images
from infra.local.deploy import find_stack
from infra.local.instance import ROOT, STACK, LocalInstance
from infra.local.staging import SETTINGS
from infra.local.template import load, set_image_uris
from tests.support.ports import find_free_port


def test_what_was_built_deploys(tmp_path: Path) -> None:
    place = LocalInstance(find_free_port(), tmp_path / "place", docker=True)
    place.state_dir.mkdir()
    template = set_image_uris(load(images.BUILT_TEMPLATE.read_text()), images.tag_built_images())
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
