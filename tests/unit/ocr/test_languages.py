"""The languages that can be named, and the packs that they need."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ocr.languages import LANGUAGES, PACKS, UnknownLanguage, find_language, find_missing, list_packs
from ocr.params import OcrParams
from ocr.scripts import NAMES


@pytest.mark.parametrize(
    ("code", "found"),
    [("ru", "rus"), ("rus", "rus"), (" VI ", "vie"), ("el", "ell"), ("de", "deu"), ("zh", "zho")],
)
def test_a_language_has_codes_of_two_and_three_letters(code: str, found: str) -> None:
    assert find_language(code).code == found


@pytest.mark.parametrize("code", ["", "xx", "russian"])
def test_an_unknown_language_is_refused_with_the_list(code: str) -> None:
    with pytest.raises(UnknownLanguage) as refused:
        find_language(code)
    assert all(known in str(refused.value) for known in (*LANGUAGES, "auto"))


def test_no_code_stands_for_two_languages_and_each_script_has_a_name() -> None:
    shorts = [language.short for language in LANGUAGES.values()]
    assert len(set(shorts)) == len(shorts)
    assert {language.script for language in LANGUAGES.values()} <= set(NAMES)
    assert list_packs("Cyrl") == ["bel", "bul", "kaz", "mkd", "mon", "rus", "srp", "ukr"]
    assert all(list_packs(script) for script in PACKS)


def test_missing_packs_are_named_by_their_packages_once() -> None:
    missing = find_missing(["rus", "vie", "rus", "ell"], {"eng", "vie"})
    assert missing == ["tesseract-ocr-rus", "tesseract-ocr-ell"]


def test_the_param_takes_several_languages_once_each_and_auto_alone() -> None:
    assert OcrParams().languages == ["auto"]
    assert OcrParams(languages=["ru", "rus", "EN"]).languages == ["rus", "eng"]
    with pytest.raises(ValidationError, match="'auto' stands alone"):
        OcrParams(languages=["auto", "ru"])
    with pytest.raises(ValidationError, match=r"'xx' is not a known language.*rus"):
        OcrParams(languages=["ru", "xx"])
