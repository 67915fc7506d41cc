"""The output of `make build`: images as they run, and zips as Lambda unpacks them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE
from infra.local.instance import ROOT
from infra.local.template import load
from tests.support.sample_documents import SAMPLE, list_corpus, make_unembedded_text_pdf

RESOURCES: dict[str, dict[str, Any]] = load_flat(BUILT_TEMPLATE)["Resources"]
IMAGES = {
    name: str(each["Properties"]["ImageUri"])
    for name, each in RESOURCES.items()
    if "ImageUri" in each.get("Properties", {})
}
ZIPS = {
    name: BUILT_TEMPLATE.parent / (each["Properties"].get("CodeUri") or each["Properties"]["ContentUri"])
    for name, each in RESOURCES.items()
    if each["Type"] in ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion") and name not in IMAGES
}
"""The folder of each zip and layer."""
BASE = "debian:trixie-slim"
BUDGET_MB = {"PagesWorkerFunction": 245, "LearnWorkerFunction": 730, "OcrWorkerFunction": 785}
"""MB that a shipped image may add to its base. Measured: pages 231, learn 700 (171 of pyarrow), ocr 663
+ 28 of Ghostscript, 39 of Tesseract's packs and 35 of tesserocr by the sizes that their packages state."""
LARGEST_MB = 10_240
"""Lambda's limit for an image, in MB."""
UNZIPPED_MB = 250
"""Lambda's limit for a function with its layers, in MB."""
image = pytest.mark.parametrize("name", IMAGES)


def run_docker(*arguments: str) -> str:
    ran = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def image_size(reference: str) -> int:
    return int(run_docker("image", "inspect", "--format", "{{.Size}}", reference))


def run_in_image(name: str, script: str, *options: str) -> str:
    """Return the output of a shell script in a function's image."""
    return run_docker("run", "--rm", *options, "--entrypoint", "sh", IMAGES[name], "-c", script)


def test_every_shipped_image_is_built() -> None:
    assert set(BUDGET_MB) <= set(IMAGES)


@image
def test_an_image_stays_within_its_budget(name: str) -> None:
    added = (image_size(IMAGES[name]) - image_size(BASE)) / 1e6
    assert added <= BUDGET_MB.get(name, LARGEST_MB), f"{added:.0f} MB"


@image
def test_an_image_holds_no_compiler_and_no_cache(name: str) -> None:
    programs = "command -v gcc cc g++ make pip pip3"
    caches = "ls -d /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /root/.cache/* 2>/dev/null"
    assert run_in_image(name, f"{programs}; {caches}; true") == ""


@image
def test_a_worker_does_not_run_as_root(name: str) -> None:
    """The entry script drops root and keeps any other user."""
    shown = (
        "sed 's/^exec python3 .*/id -u/' /opt/heavylift/entry.sh > /tmp/entry.sh"
        " && chmod 755 /tmp/entry.sh && /tmp/entry.sh"
    )
    assert run_in_image(name, shown, "--env", "AWS_LAMBDA_RUNTIME_API=x").strip() == "65534"
    assert run_in_image(name, shown, "--env", "AWS_LAMBDA_RUNTIME_API=x", "--user", "1051").strip() == "1051"


@pytest.mark.parametrize("name", ZIPS)
def test_what_is_zipped_is_compiled_for_lambdas_python_and_processor(name: str) -> None:
    compiled = [path.name for path in ZIPS[name].rglob("*.so")]
    processor = {"x86_64": "x86_64", "arm64": "aarch64"}[architecture()]
    assert all(f"cpython-313-{processor}-" in each or ".abi3." in each for each in compiled), compiled


UNCOMPILED = """
import pathlib, sys
for root in sys.argv[1:]:
    for path in pathlib.Path(root).rglob("*.py"):
        code = path.with_name("__pycache__") / f"{path.stem}.cpython-313.pyc"
        head = code.read_bytes()[:8] if code.is_file() else b""
        if head != bytes([0xF3, 0x0D, 13, 10, 1, 0, 0, 0]):  # of Python 3.13, without a check of the source
            print(path)
"""


@pytest.mark.parametrize("name", ZIPS)
def test_every_module_of_a_zip_has_bytecode(name: str) -> None:
    """Lambda could not write it: /var/task and /opt are read-only."""
    assert list(ZIPS[name].rglob("*.py"))
    ran = subprocess.run(
        [sys.executable, "-c", UNCOMPILED, str(ZIPS[name])], capture_output=True, text=True, check=True
    )
    assert ran.stdout == ""


@image
def test_every_module_of_an_image_has_bytecode(name: str) -> None:
    assert run_docker("run", "--rm", "--entrypoint", "python3", IMAGES[name], "-c", UNCOMPILED, "/opt") == ""


def test_the_layers_bring_compiled_code_at_all() -> None:
    assert list(ZIPS["CoreLayer"].rglob("*.so"))


def architecture() -> str:
    return str(load((ROOT / "template.yaml").read_text())["Parameters"]["Architecture"]["Default"])


@pytest.mark.parametrize("name", [name for name in ZIPS if "Handler" in RESOURCES[name]["Properties"]])
def test_a_zip_function_with_its_layers_fits_into_lambda(name: str) -> None:
    layers = [each["Ref"] for each in RESOURCES[name]["Properties"].get("Layers", [])]
    total = sum(
        path.stat().st_size for part in (name, *layers) for path in ZIPS[part].rglob("*") if path.is_file()
    )
    assert total < UNZIPPED_MB * 1e6


DRAW = """
import hashlib, sys, tempfile
from pathlib import Path
from documents.pdfium import PdfiumDocument
from pages.png import write_png
for path in sys.argv[1:]:
    document, drawn = PdfiumDocument(Path(path), None), Path(tempfile.mkdtemp(), "page.png")
    for page in range(1, document.pages + 1):
        raster = document.draw(page, 100, gray=False)
        write_png(raster, drawn, 100, small=False)
        pixels, file = (hashlib.sha256(each).hexdigest()[:16] for each in (raster.data, drawn.read_bytes()))
        print(f"{Path(path).name} {page}: pixels {pixels}, file {file}")
"""
WITH_EMBEDDED_FONTS = ["regal-17pages.pdf", "tracemonkey.pdf", "openoffice.pdf", "issue6068.pdf"]
"""Documents of the corpus that need no font of the machine."""


def test_the_image_draws_the_same_bytes_as_the_embedded_worker() -> None:
    documents = [SAMPLE, *(path for path in list_corpus() if path.name in WITH_EMBEDDED_FONTS)]
    sources = os.pathsep.join(str(ROOT / folder) for folder in ("layers/core", "functions"))
    here = subprocess.run(
        [sys.executable, "-c", DRAW, *map(str, documents)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": sources},
    ).stdout
    mounts = [f"--volume={path}:/documents/{path.name}:ro" for path in documents]
    there = run_docker(
        *("run", "--rm", *mounts, "--entrypoint", "python3", IMAGES["PagesWorkerFunction"], "-c", DRAW),
        *(f"/documents/{path.name}" for path in documents),
    )
    assert len(here.splitlines()) >= 3
    assert here.splitlines() == there.splitlines()


INK = """
import sys, pypdfium2
page = pypdfium2.PdfDocument(sys.stdin.buffer.read())[0]
print(sum(page.render().to_pil().convert("L").histogram()[:128]))
"""
SCRIPTS = {
    "Chinese": ("STSong-Light", "UniGB-UCS2-H", "GB1", "\u53d1\u7968\u53f7\u7801"),
    "Chinese, traditional": ("MSung-Light", "UniCNS-UCS2-H", "CNS1", "\u767c\u7968\u865f\u78bc"),
    "Japanese": ("HeiseiMin-W3", "UniJIS-UCS2-H", "Japan1", "\u8acb\u6c42\u66f8\u306e"),
    "Korean": ("HYSMyeongJo-Medium", "UniKS-UCS2-H", "Korea1", "\uc601\uc218\uc99d"),
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("name", ["PagesWorkerFunction", "OcrWorkerFunction"])
def test_text_in_a_font_that_only_the_reader_has_is_drawn(name: str, script: str) -> None:
    font, encoding, ordering, text = SCRIPTS[script]
    command = ["docker", "run", "--rm", "-i", "--entrypoint", "python3", IMAGES[name], "-c", INK]
    document = make_unembedded_text_pdf(text, font=font, encoding=encoding, ordering=ordering)
    ran = subprocess.run(command, input=document, capture_output=True, check=True)
    assert int(ran.stdout) > 100
