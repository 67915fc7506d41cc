"""The names of the built worker images."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from samcli.lib.package.ecr_utils import is_ecr_url

from infra.local import images

BUILT = {"PagesFunction": "function:pages", "OcrFunction": "function:ocr"}


@pytest.fixture(name="tags")
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Write a built template. Return image → its new tag, which `docker tag` fills."""
    kind = "AWS::Serverless::Function"
    resources = {name: {"Type": kind, "Properties": {"ImageUri": uri}} for name, uri in BUILT.items()}
    built = tmp_path / "template.yaml"
    built.write_text(yaml.safe_dump({"Resources": resources}))
    tags: dict[str, str] = {}

    def run_docker(*arguments: str) -> str:
        if arguments[0] == "tag":
            tags[arguments[1]] = arguments[2]
        return f"sha256:{hash(arguments[-1]):x}"

    monkeypatch.setattr(images, "BUILT_TEMPLATE", built)
    monkeypatch.setattr(images, "run_docker", run_docker)
    return tags


@pytest.mark.parametrize("registry", [images.REGISTRY, images.LOCAL])
def test_each_function_has_an_image_repository_of_its_own(tags: dict[str, str], registry: str) -> None:
    """`sam local` keeps one image per repository: with a shared one a worker runs in another's image."""
    uris = images.tag_built_images(registry)
    assert {name: tags[uri] for name, uri in BUILT.items()} == uris
    assert len({uri.rpartition(":")[0] for uri in uris.values()}) == len(BUILT)


def test_sam_local_takes_only_images_of_no_registry(tags: dict[str, str]) -> None:
    assert not any(is_ecr_url(uri) for uri in images.tag_built_images(images.LOCAL).values())
    assert all(is_ecr_url(uri) for uri in images.tag_built_images().values())
    assert set(tags) == set(BUILT.values())
