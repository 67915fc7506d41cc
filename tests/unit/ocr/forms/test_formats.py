"""The forms with boxes: each is valid, has all words, and escapes what a document says."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ocr.forms.alto import AltoForm
from ocr.forms.hocr import HocrForm
from ocr.forms.page import Form
from ocr.forms.plain import JsonForm, TextForm
from ocr.forms.tables import TablesJsonForm, to_csv, to_rows
from ocr.forms.tsv import COLUMNS, TsvForm
from tests.unit.ocr.forms.pages import HOSTILE, TABLE, Json, make_document, make_page, make_region

SCHEMAS = Path(__file__).parents[3] / "support" / "schemas"
ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
XHTML = {"h": "http://www.w3.org/1999/xhtml"}
XLINK = b"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
<xsd:attributeGroup name="simpleLink"/></xsd:schema>"""


def render(form: Form, pages: list[Json]) -> str:
    return form.start() + "".join(form.add(page) for page in pages) + form.end()


class NoNetwork(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Gives the ALTO schema an XLink schema with the one name that it uses."""

    def resolve(self, url: str, _id: str, context: object) -> object:
        return self.resolve_string(XLINK, context) if url.endswith("xlink.xsd") else None


@pytest.fixture(scope="module")
def alto_schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(NoNetwork())
    return etree.XMLSchema(etree.parse(SCHEMAS / "alto-4-4.xsd", parser))


def list_texts(pages: list[Json]) -> list[str]:
    return [
        word["text"]
        for page in pages
        for region in page["regions"]
        for line in region["lines"]
        for word in line["words"]
    ]


def test_alto_is_valid_by_the_official_schema_and_has_all_words(alto_schema: etree.XMLSchema) -> None:
    pages = make_document()
    tree = etree.fromstring(render(AltoForm(), pages).encode())
    alto_schema.assertValid(tree)
    assert tree.xpath("//a:String/@CONTENT", namespaces=ALTO) == list_texts(pages)
    first = tree.xpath("//a:String", namespaces=ALTO)[0]
    assert {key: first.get(key) for key in ("HPOS", "VPOS", "HEIGHT", "WC")} == {
        "HPOS": "100",
        "VPOS": "100",
        "HEIGHT": "30",
        "WC": "0.900",
    }
    assert len(tree.xpath("//a:Illustration", namespaces=ALTO)) == 2


@settings(max_examples=30)
@given(text=st.text(max_size=30))
def test_any_text_makes_valid_alto_and_hocr(alto_schema: etree.XMLSchema, text: str) -> None:
    line = make_region("text", "word")
    line["lines"][0]["words"][0]["text"] = text
    alto_schema.assertValid(etree.fromstring(render(AltoForm(), [make_page(line)]).encode()))
    etree.fromstring(render(HocrForm(), [make_page(line)]).encode())


def test_hocr_nests_pages_blocks_lines_and_words() -> None:
    pages = make_document()
    tree = etree.fromstring(render(HocrForm(), pages).encode())
    path = (
        "//h:div[@class='ocr_page']/h:div[@class='ocr_carea']/h:p[@class='ocr_par']"
        "/h:span[@class='ocr_line']/h:span[@class='ocrx_word']"
    )
    words = tree.xpath(path, namespaces=XHTML)
    assert [word.text for word in words] == list_texts(pages)
    assert words[0].get("title") == "bbox 100 100 160 130; x_wconf 90"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    page = tree.xpath("//h:div[@class='ocr_page']", namespaces=XHTML)[1]
    assert page.get("title") == "image page; bbox 0 0 1240 1754; ppageno 1; scan_res 150 150"
    assert not tree.xpath("//h:script", namespaces=XHTML)


def test_a_pdfs_own_words_have_no_confidence() -> None:
    line = make_region("text", "own")
    line["lines"][0]["words"][0]["confidence"] = None
    pages = [make_page(line)]
    assert "x_wconf" not in render(HocrForm(), pages)
    assert "WC=" not in render(AltoForm(), pages)
    assert render(TsvForm(), pages).splitlines()[-1].split("\t")[-2:] == ["100.0", "own"]


def test_tsv_has_tesseracts_columns_and_a_row_for_each_word() -> None:
    pages = make_document()
    pages[0]["regions"][0]["lines"][0]["words"][0]["text"] = "tab\there\nbreak"
    header, *rows = (line.split("\t") for line in render(TsvForm(), pages).splitlines())
    assert tuple(header) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len([row for row in rows if row[0] == "5"]) == len(list_texts(pages))
    assert rows[0] == ["1", "1", "0", "0", "0", "0", "0", "0", "1240", "1754", "-1", ""]
    assert rows[3] == ["5", "1", "1", "1", "1", "1", "100", "100", "60", "30", "90.0", "tab here break"]


def test_text_has_a_form_feed_between_pages() -> None:
    text = render(TextForm(), make_document())
    first, second = text.split("\f")
    assert first.startswith("Yearly report\n\nFruit\n\n")
    assert second.startswith("Region Sales\nNorth 1 2\n\n")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_json_is_the_pages(count: int) -> None:
    pages = make_document()[:count]
    assert json.loads(render(JsonForm(), pages)) == {"pages": json.loads(json.dumps(pages))}


def test_a_table_is_csv_and_json() -> None:
    assert to_rows(TABLE) == [
        ["Region", "Sales", ""],
        ["", "old\nones", "new|ones"],
        ["North, cold", "=1+1", "<b>2</b>"],
    ]
    assert list(csv.reader(io.StringIO(to_csv(TABLE)))) == to_rows(TABLE)
    (table,) = json.loads(render(TablesJsonForm(), make_document()))["tables"]
    assert (table["page"], table["csv"], table["cells"]) == (2, "page-0002-table-01.csv", TABLE["cells"])


def test_hostile_text_is_there_and_does_nothing() -> None:
    pages = make_document()
    assert HOSTILE in render(TextForm(), pages)
    for form in (HocrForm(), AltoForm()):
        assert not re.search(r"<script", render(form, pages))
