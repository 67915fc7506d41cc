"""OCR through HTTP: a picture and a PDF in; text, regions and a searchable PDF out."""

from __future__ import annotations

import io
import json

import pikepdf
import pypdfium2

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.capabilities import GHOSTSCRIPT
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.support.sample_documents import make_text_pdf

OCR_S = 180


def test_a_pdf_is_read_in_parts_and_joined(stack: Stack) -> None:
    api = Api(stack.api_url)
    outputs = ["text", "markdown", "json", "pdf", "crops"]
    params = {"dpi": 100, "text_layer": "prefer", "regions": False, "outputs": outputs}
    job = api.submit_job(make_text_pdf(3), "ocr", params=params)
    ended = api.wait_until_finished(job["id"], OCR_S)
    assert (ended["status"], ended["progress"]["done"]) == ("DONE", 3), ended["error"]
    assert (ended["result"]["pages"], ended["result"]["from_text_layer"]) == (3, 3)
    published = {each["name"]: each for each in api.outputs(job["id"])}
    text = api.fetch(published["text.txt"]["url"]).decode()
    assert [f"Page {page} of 3." in part for page, part in enumerate(text.split("\f"), 1)] == [True] * 3
    result = json.loads(api.fetch(published["result.json"]["url"]))
    region = result["pages"][0]["regions"][0]
    assert api.fetch(stack.api_url + region["url"]).startswith(b"\x89PNG")
    with pypdfium2.PdfDocument(api.fetch(published["searchable.pdf"]["url"])) as document:
        assert len(document) == 3
        assert "Page 2 of 3." in document[1].get_textpage().get_text_range()


def test_a_searchable_pdf_can_be_pdf_a(stack: Stack) -> None:
    GHOSTSCRIPT.require("HEAVYLIFT_PDF_A")
    api = Api(stack.api_url)
    params = {"text_layer": "prefer", "regions": False, "outputs": ["pdf"], "pdf_a": True}
    job = api.submit_job(make_text_pdf(1), "ocr", params=params)
    ended = api.wait_until_finished(job["id"], OCR_S)
    assert (ended["status"], ended["result"]["warnings"]) == ("DONE", []), ended["error"]
    published = {each["name"]: each["url"] for each in api.outputs(job["id"])}
    with pikepdf.open(io.BytesIO(api.fetch(published["searchable.pdf"]))) as document:
        assert document.open_metadata().pdfa_status == "2B"


def test_a_picture_is_read_by_the_networks_and_a_bomb_is_refused(stack: Stack) -> None:
    api = Api(stack.api_url)
    good = api.submit_job(
        encode_image(make_picture("Read me", size=(240, 90))), "ocr", params={"regions": False}
    )
    bomb = api.submit_job(make_png_header(60_000, 60_000), "ocr")
    ended = api.wait_until_finished(bomb["id"], OCR_S)
    assert (ended["status"], ended["error"]["type"]) == ("FAILED", "/problems/image-too-large")
    ended = api.wait_until_finished(good["id"], OCR_S)
    assert ended["status"] == "DONE", ended["error"]
    [text] = [each for each in api.outputs(good["id"]) if each["name"] == "text.txt"]
    assert api.fetch(text["url"]).decode().split() == ["Read", "me"]
    assert not stack.tracebacks()
