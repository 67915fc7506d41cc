from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from pages.task import PdfToImagesParams, PdfToImagesTask


def test_params_survive_being_stored_password_included() -> None:
    params = PdfToImagesParams(dpi=96, pages="1-3,7", format="webp", password="secret")
    stored = json.loads(json.dumps(params.model_dump(mode="json")))
    assert PdfToImagesParams.model_validate(stored) == params


def test_the_password_is_in_no_representation_and_write_only_in_the_schema() -> None:
    params = PdfToImagesParams(password="secret")
    assert "secret" not in f"{params!r} {params}"
    assert PdfToImagesTask.spec.params.model_json_schema()["properties"]["password"]["writeOnly"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"dpi": 0},
        {"dpi": 601},
        {"dpi": "fast"},
        {"pages": "3-1"},
        {"pages": ""},
        {"format": "gif"},
        {"quality": 0},
        {"compression": "none"},
        {"engine": "mupdf"},
        {"on_page_error": "ignore"},
        {"colour": True},
    ],
)
def test_wrong_params_are_refused_at_the_field_that_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        PdfToImagesParams.model_validate(wrong)
    assert [error["loc"][0] for error in caught.value.errors()] == list(wrong)


def test_every_param_is_described_and_the_examples_are_valid() -> None:
    schema = PdfToImagesTask.spec.params.model_json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
    for example in schema["examples"]:
        PdfToImagesParams.model_validate(example)


def test_a_pdf_is_detected_by_its_header_near_the_beginning() -> None:
    assert PdfToImagesTask.spec.sniff(b"%PDF-1.4\n...") == "application/pdf"
    assert PdfToImagesTask.spec.sniff(b"\0" * 1000 + b"%PDF-1.4") == "application/pdf"
    assert PdfToImagesTask.spec.sniff(b"\0" * 1024 + b"%PDF-1.4") is None
    assert PdfToImagesTask.spec.sniff(b"%!PS-Adobe") is None
