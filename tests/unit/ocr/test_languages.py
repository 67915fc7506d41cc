from __future__ import annotations

import pytest

from ocr.languages import PACKS, UnknownLanguage, find_missing, find_pack


@pytest.mark.parametrize(("code", "pack"), [("ru", "rus"), ("rus", "rus"), (" VI ", "vie"), ("el", "ell")])
def test_a_language_has_a_pack(code: str, pack: str) -> None:
    assert find_pack(code) == pack


@pytest.mark.parametrize("code", ["", "xx", "russian"])
def test_an_unknown_language_is_refused_with_the_list(code: str) -> None:
    with pytest.raises(UnknownLanguage) as refused:
        find_pack(code)
    assert all(pack in str(refused.value) for pack in PACKS.values())


def test_missing_packs_are_named_by_their_packages_once() -> None:
    missing = find_missing(["rus", "vie", "rus", "ell"], {"eng", "vie"})
    assert missing == ["tesseract-ocr-rus", "tesseract-ocr-ell"]
