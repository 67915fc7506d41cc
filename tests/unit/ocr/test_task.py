"""The results and the outputs of the whole task, with real children and models, on small pictures."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.support.fake_work import FakeWork
from tests.support.pictures import encode_image, make_picture
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import TEXT, run_all, strip_spaces, write_pdf


def read_result(work: FakeWork) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((work.outputs / "result.json").read_text())
    return found


def test_a_picture_becomes_regions_text_crops_and_a_searchable_pdf(make_work: WorkMaker) -> None:
    outputs = ["text", "json", "pdf", "crops", "annotated"]
    work = make_work(encode_image(make_picture(*TEXT), dpi=(144, 144)), outputs=outputs)
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
    work = make_work(encode_image(upright.rotate(degrees, expand=True)), regions=False)
    run_all(work)
    (page,) = read_result(work)["pages"]
    assert (page["turned"], page["width"], page["height"]) == (degrees, 480, 180)
    assert strip_spaces(page["regions"][0]["text"]).startswith(strip_spaces(TEXT[0]))
    assert page["regions"][0]["lines"][0]["box"][1] < 50


def test_frames_are_pages_in_parts_and_only_wanted_outputs_are_made(make_work: WorkMaker) -> None:
    frames = [make_picture(f"page number {number}", size=(300, 80)) for number in (1, 2, 3)]
    content = encode_image(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    work = make_work(content, pages="1,3", outputs=["text", "json"], regions=False)
    task = OcrTask(lambda: OcrSettings(pages_per_part=1))
    assert [part["pages"] for part in task.plan(work).parts] == ["1", "3"]
    result = run_all(work, pages_per_part=1)
    assert result["pages"] == 2
    assert set(work.published) == {"page-0001.json", "page-0003.json", "result.json", "text.txt"}
    assert strip_spaces((work.outputs / "text.txt").read_text()) == strip_spaces(
        "page number 1 page number 3"
    )


def test_a_pages_text_layer_is_used_if_preferred_and_not_too_short(make_work: WorkMaker) -> None:
    content = write_pdf("The quick brown fox jumps over the lazy dog.\nSecond line", "12")
    work = make_work(content, dpi=100, text_layer="prefer", regions=False)
    result = run_all(work)
    assert result["from_text_layer"] == 1
    assert work.logged[0] == "Page 1 is taken from the PDF's own text. Lines: 2."
    assert work.logged[1].startswith("Page 2 is read. Lines: ")
    assert work.texts == ["page 1 of 2", "page 2 of 2"]
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
