"""The whole task, with real children and models, on small pictures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from documents.errors import Damaged, PageOutOfRange, PageTooLarge
from heavylift.errors import InvalidInput, OutOfTime
from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from sandbox.errors import OverMemory
from tests.support.capabilities import LINUX, POPPLER
from tests.support.crashing_pdfium import install_crashing_pdfium
from tests.support.fake_work import FakeWork
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.test_images import TIFF

ONLY_TEXT: dict[str, Any] = {
    "regions": False,
    "crops": False,
    "annotated": False,
    "searchable_pdf": False,
}
TEXT = ("Heavy work over HTTP", "Total amount 1,234.50")


def strip_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def run_all(work: FakeWork, **settings: Any) -> dict[str, Any]:
    task = OcrTask(lambda: OcrSettings(**settings))
    plan = task.plan(work)
    result = task.join(work, [task.run(work, part) for part in plan.parts])
    assert work.advanced == plan.total
    assert not [path for path in work.directory.iterdir() if path.suffix in (".rgb", ".ttf")]
    return result


def read_result(work: FakeWork) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((work.outputs / "result.json").read_text())
    return found


def test_a_picture_becomes_regions_text_crops_and_a_searchable_pdf(make_work: WorkMaker) -> None:
    work = make_work(encode_image(make_picture(*TEXT), dpi=(144, 144)))
    result = run_all(work)
    assert (result["pages"], result["lines"], result["without_text"]) == (1, 2, 0)
    assert result["confidence"] > 0.9
    (page,) = read_result(work)["pages"]
    assert (page["width"], page["height"], page["dpi"], page["turned"]) == (480, 130, 144, 0)
    lines = [line for region in page["regions"] for line in region["lines"]]
    assert [strip_spaces(line["text"]) for line in lines] == [strip_spaces(text) for text in TEXT]
    left, top, right, bottom = lines[0]["box"]
    assert 20 <= left <= 35
    assert 20 <= top <= 40
    assert 45 <= bottom <= 70
    assert 280 <= right <= 400
    assert strip_spaces((work.outputs / "text.txt").read_text()) == strip_spaces("".join(TEXT))
    for region in page["regions"]:
        assert region["url"] == f"/v1/jobs/job/outputs/{region['crop']}"
        with Image.open(work.outputs / region["crop"]) as crop:
            assert crop.width == min(480, region["box"][2] + 1) - region["box"][0]
    with Image.open(work.outputs / "page-0001-annotated.jpg") as annotated:
        assert annotated.size == (480, 130)
    with pypdfium2.PdfDocument(work.outputs / "searchable.pdf") as document:
        assert strip_spaces(document[0].get_textpage().get_text_range()) == strip_spaces("".join(TEXT))
        assert document[0].get_size() == pytest.approx((240, 65))


def test_a_space_in_a_short_line_is_read(make_work: WorkMaker) -> None:
    """Regression: the library's padding of short lines joined two words."""
    work = make_work(encode_image(make_picture("NO 7", size=(200, 70))), regions=False)
    run_all(work)
    assert (work.outputs / "text.txt").read_text().strip() == "NO 7"


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_on_its_side_or_upside_down_is_turned(make_work: WorkMaker, degrees: int) -> None:
    upright = make_picture(*TEXT, "a third line of text", size=(480, 180))
    work = make_work(encode_image(upright.rotate(degrees, expand=True)), regions=False, crops=False)
    run_all(work)
    (page,) = read_result(work)["pages"]
    assert (page["turned"], page["width"], page["height"]) == (degrees, 480, 180)
    assert strip_spaces(page["regions"][0]["text"]).startswith(strip_spaces(TEXT[0]))
    assert page["regions"][0]["lines"][0]["box"][1] < 50


def test_frames_are_pages_in_parts_and_only_wanted_outputs_are_made(make_work: WorkMaker) -> None:
    frames = [make_picture(f"page number {number}", size=(300, 80)) for number in (1, 2, 3)]
    content = encode_image(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    work = make_work(content, pages="1,3", crops=False, annotated=False, searchable_pdf=False, regions=False)
    task = OcrTask(lambda: OcrSettings(pages_per_part=1))
    assert [part["pages"] for part in task.plan(work).parts] == ["1", "3"]
    result = run_all(work, pages_per_part=1)
    assert result["pages"] == 2
    assert set(work.published) == {"page-0001.json", "page-0003.json", "result.json", "text.txt"}
    assert strip_spaces((work.outputs / "text.txt").read_text()) == strip_spaces(
        "page number 1 page number 3"
    )


def write_pdf(*texts: str) -> bytes:
    document = FPDF(format=(150, 80))
    document.set_font("Helvetica", size=12)
    for text in texts:
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())


def test_a_pages_text_layer_is_used_if_preferred_and_not_too_short(make_work: WorkMaker) -> None:
    content = write_pdf("The quick brown fox jumps over the lazy dog.\nSecond line", "12")
    work = make_work(content, dpi=100, text_layer="prefer", regions=False)
    result = run_all(work)
    assert result["from_text_layer"] == 1
    first, second = read_result(work)["pages"]
    assert [first["source"], second["source"]] == ["text-layer", "ocr"]
    (line, other) = [line for region in first["regions"] for line in region["lines"]]
    assert (line["text"], line["confidence"]) == ("The quick brown fox jumps over the lazy dog.", None)
    assert other["text"] == "Second line"
    left, top, right, bottom = line["box"]
    assert 40 < left < 50  # a margin of 10 mm at 100 dpi, and the cell's
    assert 40 < top < bottom < 75
    assert 300 < right < 591


def test_a_word_that_a_pdf_hyphenates_ends_its_line(make_work: WorkMaker) -> None:
    content = write_pdf(
        "These techniques translate a pro-\ngram to nested traces, which can\ncross functions"
    )
    work = make_work(content, dpi=100, text_layer="prefer", regions=False)
    run_all(work)
    (page,) = read_result(work)["pages"]
    lines = [line for region in page["regions"] for line in region["lines"]]
    assert [line["text"] for line in lines] == [
        "These techniques translate a pro-",
        "gram to nested traces, which can",
        "cross functions",
    ]
    assert all(line["box"][3] - line["box"][1] < 25 for line in lines)


def test_a_line_below_the_confidence_is_left_out(make_work: WorkMaker) -> None:
    work = make_work(encode_image(make_picture("unsure", size=(200, 70))), min_confidence=1.0, regions=False)
    assert run_all(work)["lines"] == 0


@pytest.mark.parametrize("size", [(1, 1), (3000, 9)])
def test_a_picture_without_text_is_a_page_without_lines(make_work: WorkMaker, size: tuple[int, int]) -> None:
    work = make_work(encode_image(Image.new("RGB", size, "white")))
    result = run_all(work)
    assert (result["lines"], result["without_text"], result["confidence"]) == (0, 1, None)
    assert {"result.json", "text.txt", "searchable.pdf"} <= set(work.published)


@pytest.mark.parametrize(
    ("content", "params", "error"),
    [
        (b"MZ nothing", {}, NotAnImage),
        (make_png_header(60_000, 60_000), {}, ImageTooLarge),
        (b"%PDF-1.7 and nothing else", {}, Damaged),
        (write_pdf("a"), {"pages": "2"}, PageOutOfRange),
        (TIFF, {"pages": "2"}, PageOutOfRange),
        (bytes(FPDF(format=(5000, 5000)).output()), {}, PageTooLarge),
    ],
)
def test_bad_input_is_refused_by_the_plan(
    make_work: WorkMaker, content: bytes, params: dict[str, str], error: type[InvalidInput]
) -> None:
    work = make_work(content, **params)
    with pytest.raises(error) as caught:
        OcrTask().plan(work)
    assert not caught.value.retryable


def test_a_truncated_picture_is_invalid_input(make_work: WorkMaker) -> None:
    content = encode_image(Image.effect_noise((300, 300), 50), "JPEG")
    with pytest.raises(ImageDamaged):
        run_all(make_work(content[: len(content) // 2]))


@POPPLER.needed
@pytest.mark.parametrize(("when", "pages"), [("open", "1-3"), ("page 2", "2")])
def test_poppler_draws_what_crashes_pdfium(
    make_work: WorkMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, when: str, pages: str
) -> None:
    install_crashing_pdfium(monkeypatch, tmp_path / "site", when)
    work = make_work(write_pdf("first", "second", "third"), dpi=100, **ONLY_TEXT)
    result = run_all(work, pages_per_part=3)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "firstsecondthird"
    (warning,) = result["warnings"]
    assert warning["slug"] == "page-failed-in-pdfium"
    assert f" {pages}: drawn by poppler" in warning["text"]


def test_an_image_that_crashes_its_decoder_is_damaged(
    make_work: WorkMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    code = """
        import os, signal, sys
        if "sandbox.forkserver" in sys.orig_argv:
            import ocr.images
            ocr.images.ImagePages.decode = lambda *args, **more: os.kill(os.getpid(), signal.SIGSEGV)
    """
    (tmp_path / "site" / "sitecustomize.py").write_text(dedent(code))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(ImageDamaged, match="Page 1 crashes"):
        run_all(make_work(TIFF))


def test_a_fax_is_read_in_its_size_on_paper_and_the_result_says_so(make_work: WorkMaker) -> None:
    page = make_picture("sent by fax today", size=(600, 120)).resize((600, 58)).convert("1")
    work = make_work(encode_image(page, "TIFF", dpi=(204, 98), compression="group3"), regions=False)
    result = run_all(work)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "sentbyfaxtoday"
    with pypdfium2.PdfDocument(work.outputs / "searchable.pdf") as document:
        assert document[0].get_size() == pytest.approx((600 / 204 * 72, 58 / 98 * 72), abs=0.5)
    assert result["warnings"] == [
        {
            "slug": "pixels-made-square",
            "text": "Page 1: stretched, because the image's pixels are not square.",
        }
    ]


def test_twelve_bits_in_sixteen_are_read(make_work: WorkMaker) -> None:
    gray = np.asarray(make_picture("Total 129.50 EUR", size=(400, 80)).convert("L")).astype(np.uint16)
    work = make_work(encode_image(Image.fromarray(gray * 16), "TIFF"), **ONLY_TEXT)
    result = run_all(work)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "Total129.50EUR"
    assert [warning["slug"] for warning in result["warnings"]] == ["range-stretched"]


@LINUX.needed  # elsewhere the memory of a process is not limited
def test_a_picture_over_the_childs_memory_limit_is_a_typed_problem(make_work: WorkMaker) -> None:
    work = make_work(encode_image(Image.new("RGB", (7000, 7000))))  # 147 MB of pixels, 0.2 MB of PNG
    with pytest.raises(OverMemory):
        run_all(work, child_memory_mb=200)


def test_a_page_longer_than_the_workers_time_is_handed_back(make_work: WorkMaker) -> None:
    work = make_work(encode_image(make_picture(*TEXT)))
    task = OcrTask(OcrSettings)
    (part,) = task.plan(work).parts
    original = work.advance

    def time_passes(units: int = 1) -> None:
        original(units)
        work.seconds = -1

    work.advance = time_passes  # type: ignore[method-assign]
    with pytest.raises(OutOfTime):
        task.run(work, part)


def test_the_models_load_and_read_without_a_network() -> None:
    """In a new process, in which every connection is refused."""
    code = """
        import socket, sys
        def refused(*args, **more):
            raise AssertionError("something reached for the network")
        socket.socket.connect = socket.getaddrinfo = refused
        from tests.support.pictures import make_picture
        from ocr.models import load_models
        from ocr.recognize import read_lines, to_bgr
        image = make_picture("no network", size=(240, 70))
        found = read_lines(to_bgr(image.tobytes(), *image.size), load_models(1), lambda: None)
        load_models(1).find_regions(found.image)
        print(found.lines[0].text)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env={"PYTHONPATH": ":".join([*sys.path, "."])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert strip_spaces(done.stdout) == "nonetwork"
    assert done.stderr == ""


def test_threads_and_the_childs_memory_follow_the_functions_memory() -> None:
    settings = OcrSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538"})
    assert settings.child_memory_mb == 1838
    assert settings.threads == min(2, os.cpu_count() or 1)
    assert OcrSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538", "THREADS": "1"}).threads == 1
    assert OcrSettings.read({}).threads == 1


def test_the_worker_itself_loads_no_model_library(make_work: WorkMaker) -> None:
    code = "import ocr.task, sys; print({'rapidocr', 'cv2', 'PIL', 'onnxruntime'} & set(sys.modules))"
    env = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
