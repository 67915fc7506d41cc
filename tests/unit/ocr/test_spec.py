from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ocr.params import OcrParams
from ocr.task import OcrTask
from tests.support.pictures import HEIC, encode_image, make_picture


@pytest.mark.parametrize(
    "wrong", [{"dpi": 500}, {"pages": "2-1"}, {"min_confidence": 2}, {"text_layer": "only"}]
)
def test_wrong_params_are_refused_at_the_field_that_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        OcrParams.model_validate(wrong)
    assert [error["loc"][0] for error in caught.value.errors()] == list(wrong)


def test_every_param_is_described_and_the_examples_are_valid() -> None:
    schema = OcrTask.spec.params.model_json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
    assert schema["properties"]["password"]["writeOnly"] is True
    for example in schema["examples"]:
        OcrParams.model_validate(example)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_an_image_is_detected_by_its_first_bytes(kind: str) -> None:
    assert OcrTask.spec.sniff(encode_image(make_picture("a"), kind)[:1024]) == f"image/{kind.lower()}"


def test_a_heic_is_detected_and_a_video_is_not() -> None:
    assert OcrTask.spec.sniff(HEIC[:1024]) == "image/heic"
    assert OcrTask.spec.sniff(b"\0\0\0\x18ftypmp42\0\0\0\0isommp42") is None


def test_a_pdf_is_detected_and_other_files_are_not() -> None:
    assert OcrTask.spec.sniff(b"%PDF-1.4") == "application/pdf"
    assert OcrTask.spec.sniff(b"%\xe2\xe3\n12 0 obj\n<</Type/Catalog>>") == "application/pdf"
    assert OcrTask.spec.sniff(b"%FDF-1.2\n1 0 obj\n<</FDF<<>>>>") is None
    assert OcrTask.spec.sniff(b"the 1 0 obj is << first >>") is None
    assert OcrTask.spec.sniff(b"GIF89a") is None
    assert OcrTask.spec.sniff(b"") is None


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, {"text", "markdown", "json", "pdf"}),
        ({"outputs": ["html", "html", "tsv"]}, {"html", "tsv"}),
        ({"crops": True, "searchable_pdf": False}, {"text", "markdown", "json", "crops"}),
        ({"outputs": ["pdf", "annotated"], "annotated": False}, {"pdf"}),
    ],
)
def test_outputs_are_chosen_and_the_switches_of_the_release_before_still_count(
    params: dict[str, Any], wanted: set[str]
) -> None:
    found = OcrParams.model_validate(params)
    outputs = OcrParams.model_json_schema()["properties"]["outputs"]["items"]["enum"]
    assert {output for output in outputs if found.wants(output)} == wanted


@pytest.mark.parametrize("wrong", [[], ["docx"]])
def test_outputs_that_are_none_are_refused(wrong: list[str]) -> None:
    with pytest.raises(ValidationError):
        OcrParams.model_validate({"outputs": wrong})
