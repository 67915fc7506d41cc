"""Pages in scripts that the networks lack: read by Tesseract's packs, or warned of by the script's name.

The pages are short. tests/long/ocr_scripts.py has whole paragraphs in more languages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

import ocr.packs
from ocr.errors import LanguageNotInstalled
from ocr.line_reader import Text
from ocr.models import load_models
from ocr.pack_choice import PackUse, find_telltale
from ocr.packs import Packs, load_packs, normalize
from ocr.recognize import Reading, read_lines
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.support.capabilities import PACKS
from tests.support.language_pages import draw_paragraph, draw_short_page
from tests.support.pictures import encode_image
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import run_all

NO_PACKS = Packs(None)
LINES = 3


@pytest.fixture
def packs() -> Packs:
    PACKS.require("HEAVYLIFT_PACKS")
    return load_packs(OcrSettings.read().packs_folder)


def draw(code: str, number: int = 0, lines: int = LINES) -> tuple[Image.Image, str]:
    return draw_paragraph(code, number, lines=lines)


def read(image: Image.Image, packs: Packs, *languages: str) -> Reading:
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    use = PackUse.choose(packs, languages or ("auto",))
    return read_lines(pixels, load_models(1), lambda: None, "auto", use)


def measure_errors(reading: Reading, truth: str) -> float:
    """Return the share of wrong characters. The page has one column: lines lie below each other."""
    lines = sorted(reading.lines, key=lambda line: line.box[1])
    return Levenshtein.distance("\n".join(line.text for line in lines), truth) / len(truth)


@pytest.mark.parametrize(("code", "most"), [("rus", 0.01), ("vie", 0.01), ("heb", 0.035)])
def test_a_page_is_read_by_the_pack_of_its_language(packs: Packs, code: str, most: float) -> None:
    image, truth = draw(code)
    reading = read(image, packs)
    assert (reading.packs, reading.doubts) == ((code,), ())
    assert measure_errors(reading, truth) <= most


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_page_of_few_lines_is_read_by_the_pack_of_its_language(packs: Packs, lines: int) -> None:
    """With three lines the smaller network reads too few of the letters that only Vietnamese has."""
    image, truth = draw_short_page("vie", lines)
    reading = read(image, packs)
    assert (reading.packs, reading.doubts) == (("vie",), ())
    assert measure_errors(reading, truth) <= 0.01


@pytest.mark.parametrize("code", ["eng", "deu", "pol", "ces", "tur"])
@pytest.mark.parametrize("lines", [1, 3])
def test_a_page_of_few_lines_is_in_no_other_language(packs: Packs, code: str, lines: int) -> None:
    image, truth = draw_short_page(code, lines)
    reading = read(image, packs)
    assert not {"vie", "aze"}.intersection(reading.packs)
    assert reading.doubts == ()
    assert measure_errors(reading, truth) <= 0.02


@pytest.mark.parametrize(("pack", "height", "given"), [("tha", 40, 80), ("kor", 20, 50), ("rus", 40, 40)])
def test_a_low_line_of_letters_with_many_strokes_is_read_enlarged(
    packs: Packs, monkeypatch: pytest.MonkeyPatch, pack: str, height: int, given: int
) -> None:
    shapes = []

    def keep(_reader: Any, crop: np.ndarray, **_: Any) -> Text:
        shapes.append(crop.shape)
        return Text("", 0.0)

    monkeypatch.setattr(ocr.packs, "_read", keep)
    packs.read(pack, [np.zeros((height, 200, 3), np.uint8)])
    assert shapes == [(given, 200 * given // height, 3)]


def test_one_letter_of_a_language_tells_nothing_on_a_long_page() -> None:
    def find(text: str) -> str | None:
        return find_telltale([Text(text, 1.0)])

    assert find("Mt lá thư không dán tem") == "vie"
    assert find("A long line in English with one ư that was misread by a network") is None
    assert find("Đorđe") is None


def test_a_page_that_is_upside_down_is_turned_by_its_pack(packs: Packs) -> None:
    image, truth = draw("ukr")
    reading = read(image.rotate(180), packs)
    assert (reading.turned, reading.packs) == (180, ("ukr",))
    assert measure_errors(reading, truth) <= 0.02


def stack(*pages: tuple[Image.Image, str]) -> tuple[Image.Image, str]:
    """Return the pages as one, one below the other, and their text."""
    whole = Image.new("RGB", (pages[0][0].width, sum(image.height for image, _ in pages)), "white")
    top = 0
    for image, _ in pages:
        whole.paste(image, (0, top))
        top += image.height
    return whole, "\n".join(text for _, text in pages)


def test_lines_in_another_script_on_an_english_page_are_read_too(packs: Packs) -> None:
    image, truth = stack(draw("eng", 3, 4), draw("rus", 2, 2))
    reading = read(image, packs)
    assert reading.packs == ("rus",)
    assert measure_errors(reading, truth) <= 0.01


def test_a_named_language_and_a_language_of_the_networks_are_read_on_one_page(packs: Packs) -> None:
    image, truth = stack(draw("eng", 3), draw("ell"))
    assert measure_errors(read(image, packs, "el", "en"), truth) <= 0.015


def test_a_page_that_the_networks_read_needs_no_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a pack was used")

    monkeypatch.setattr(Packs, "read", refuse)
    monkeypatch.setattr(Packs, "find_script", refuse)
    image, truth = draw("pol")
    assert measure_errors(read(image, NO_PACKS), truth) <= 0.01


@pytest.mark.parametrize(("code", "doubt"), [("ell", "unread-script:Grek"), ("vie", "unread-script:vie")])
def test_without_packs_the_script_is_named_as_far_as_the_networks_see_it(code: str, doubt: str) -> None:
    image, _ = draw(code)
    assert read(image, NO_PACKS).doubts == (doubt,)


@pytest.mark.parametrize("code", ["rus", "heb"])
def test_a_page_is_never_read_as_garbage_without_a_warning(code: str) -> None:
    image, _ = draw(code)
    assert read(image, NO_PACKS).doubts


def test_a_script_whose_pack_is_missing_is_named_with_its_package(
    packs: Packs, make_work: WorkMaker, tmp_path: Path
) -> None:
    folder = tmp_path / "tessdata"
    folder.mkdir()
    osd = OcrSettings.read().packs_folder
    assert osd
    (folder / "osd.traineddata").symlink_to(osd / "osd.traineddata")
    work = make_work(encode_image(draw("rus")[0]), outputs=["json"], regions=False)
    result = run_all(work, tessdata_prefix=folder)
    assert (result["script"], result["scripts"]) == ("Cyrl", {"Cyrl": 1})
    (warning,) = result["warnings"]
    assert warning["slug"] == "unread-script"
    assert "Cyrillic" in warning["text"]
    assert "tesseract-ocr-rus" in warning["text"]


def test_a_named_language_without_its_pack_is_an_error_that_names_the_package(
    make_work: WorkMaker, tmp_path: Path
) -> None:
    work = make_work(b"", languages=["ru", "en", "vi"])
    task = OcrTask(lambda: OcrSettings(tessdata_prefix=tmp_path))
    with pytest.raises(LanguageNotInstalled, match="apt-get install tesseract-ocr-rus tesseract-ocr-vie"):
        task.plan(work)


def test_hebrew_keeps_its_order_in_the_outputs_and_in_the_pdf(packs: Packs, make_work: WorkMaker) -> None:
    image, truth = draw("heb")
    outputs = ["text", "json", "pdf", "hocr", "alto"]
    work = make_work(encode_image(image), outputs=outputs, languages=["he"], regions=False)
    result = run_all(work)
    assert (result["script"], result["warnings"]) == ("Hebr", [])
    text = (work.outputs / "text.txt").read_text().split()
    assert Levenshtein.distance(" ".join(text), " ".join(truth.split())) <= 0.035 * len(truth)
    (page,) = json.loads((work.outputs / "result.json").read_text())["pages"]
    assert (page["script"], page["packs"]) == ("Hebr", ["heb"])
    (region,) = page["regions"]
    for line in region["lines"]:
        lefts = [word["box"][0] for word in line["words"]]
        assert lefts == sorted(lefts, reverse=True)
    with pypdfium2.PdfDocument(work.outputs / "searchable.pdf") as document:
        assert document[0].get_textpage().get_text_range().split() == text
    assert 'class="ocr_par" dir="rtl"' in (work.outputs / "result.hocr").read_text()
    assert 'BASEDIRECTION="rtl"' in (work.outputs / "result.alto.xml").read_text()


def test_signs_that_look_the_same_become_those_that_people_type() -> None:
    assert normalize("\u00b5\u03ad\u03c1\u03b1") == "\u03bc\u03ad\u03c1\u03b1"
    assert normalize("\u0e25\u0e4d\u0e32") == "\u0e25\u0e33"
    assert normalize("\u0645\u0627\u064a\u0648, 1,5") == "\u0645\u0627\u064a\u0648\u060c 1,5"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Příliš žluťoučký kůň úpěl ďábelské ódy ěě řř", "ces"),
        ("Çocuk ağacın altında kışın şarkı söylüyor", "tur"),  # noqa: RUF001
        ("Đường đến nhà rất đông, đi bộ cũng được, và không đắt", "vie"),
        ("Đorđe i Anđela došli su na šetnju i svađu do grada", None),
        ("Der Schlüssel hängt über der Tür", None),
        ("", None),
    ],
)
def test_a_language_in_latin_letters_is_known_by_its_own_letters(text: str, language: str | None) -> None:
    assert find_telltale([Text(text, 1.0)]) == language
