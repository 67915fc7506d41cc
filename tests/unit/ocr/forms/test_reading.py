"""The forms for readers: Markdown, HTML and chunks."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.forms.blocks import list_blocks, unwrap
from ocr.forms.chunks import ChunksForm, split
from ocr.forms.html import HtmlForm, TablesHtmlForm
from ocr.forms.markdown import MarkdownForm, escape, render_table
from ocr.forms.outline import Outline
from tests.unit.ocr.forms.pages import HOSTILE, TABLE, Json, make_document, make_page, make_region
from tests.unit.ocr.forms.test_formats import render

MARKDOWN = """<!-- page 1 -->

Yearly report

# Fruit

Apples and pears are the most important fruit of the region.

## How to keep them

1. Wash them
2. Dry them for at least three days
3. Store them

![Figure](page-0001-region-06.png)

*Figure 1. A pear*

"""


class Elements(HTMLParser):
    """Collects the elements of a page, their attributes and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown_has_headings_paragraphs_lists_and_figures() -> None:
    pages = make_document()
    assert render(MarkdownForm(Outline.find(pages)), pages[:1]) == MARKDOWN


def test_a_text_table_keeps_its_bars_apart_from_those_of_its_text() -> None:
    assert render_table(TABLE) == (
        "| Region | Sales |  |\n| --- | --- | --- |\n|  | old ones | new\\|ones |\n"
        "| North, cold | =1+1 | &lt;b&gt;2&lt;/b&gt; |"
    )


def test_html_has_the_same_as_elements() -> None:
    pages = make_document()
    found = Elements(render(HtmlForm(Outline.find(pages)), pages))
    for name, count in {"section": 2, "h1": 1, "h2": 1, "ol": 1, "li": 3, "table": 1, "img": 1}.items():
        assert found.names.count(name) == count, name
    assert ("rowspan", "2") in found.attributes
    assert ("colspan", "2") in found.attributes
    assert "Apples and pears are the most important fruit of the region." in found.text


def test_hostile_text_is_shown_and_does_nothing() -> None:
    pages = make_document()
    for form in (HtmlForm(Outline.find(pages)), TablesHtmlForm()):
        found = Elements(render(form, pages))
        assert not {"script", "b", "a"} & set(found.names)
        assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert HOSTILE in Elements(render(HtmlForm(Outline.find(pages)), pages)).text
    markdown = render(MarkdownForm(Outline.find(pages)), pages)
    assert "<script" not in markdown
    assert "\\[a\\](javascript" in markdown
    assert "!\\[x\\](http" in markdown


HTML_NAME = st.sampled_from(["<b>", "<!--", "-->", "&amp;", "```", "# a", "1. a", "- a", "[x](y)", "|", "\\"])


@given(text=st.lists(HTML_NAME | st.text(max_size=5), max_size=8).map("".join))
def test_no_text_is_html_in_markdown_or_ends_its_element_in_html(text: str) -> None:
    assert "<" not in escape(text)
    assert "\n" not in escape(text)
    page = make_page(make_region("text", text))
    html = render(HtmlForm(Outline.find([page])), [page])
    names = Elements(html).names
    inside = names[names.index("section") + 1 :]
    # A text that begins like items of a list may be one.
    assert set(inside) <= {"p", "br", "ul", "ol", "li"}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# no title", "\\# no title"),
        ("- no item", "\\- no item"),
        ("12. no item", "12\\. no item"),
        ("12.5 kg", "12.5 kg"),
        ("=== no line", "\\=== no line"),
        ("2 * 3_4", "2 \\* 3\\_4"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_what_looks_like_markdown_is_text(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (["broken by a hy-", "phen"], "broken by a hyphen"),
        (["from 1998-", "1999"], "from 1998- 1999"),
        (["Jean-", "Paul"], "Jean- Paul"),
        (["two", "rows"], "two rows"),
        (["蘋果", "和梨"], "蘋果和梨"),
        (["蘋果", "and pears"], "蘋果 and pears"),
    ],
)
def test_rows_become_a_line(rows: list[str], text: str) -> None:
    assert unwrap(rows) == text


def test_short_rows_keep_their_line_breaks() -> None:
    region = make_region("text", "Heavylift", "12 Quay Street", "A long last line that fills the whole width")
    (block,) = list_blocks(make_page(region), Outline(()))
    assert block.text == "Heavylift\n12 Quay Street\nA long last line that fills the whole width"


def test_levels_follow_the_height_of_titles() -> None:
    pages = [
        make_page(*(make_region("title", f"{high}", high=high) for high in (60, 30, 42))),
        make_page(make_region("title", "58", high=58), page=2),
    ]
    outline = Outline.find(pages)
    levels = {
        region["text"]: outline.choose_level(region, page["dpi"])
        for page in pages
        for region in page["regions"]
    }
    assert levels == {"60": 1, "58": 1, "42": 2, "30": 3}


def read_chunks(pages: list[Json], most: int = 1500) -> list[dict[str, Any]]:
    made = render(ChunksForm(Outline.find(pages), most), pages)
    return [json.loads(line) for line in made.splitlines()]


def test_chunks_lie_below_their_titles_and_go_on_over_pages() -> None:
    chunks = read_chunks(make_document())
    assert [(chunk["number"], chunk["titles"], chunk["pages"]) for chunk in chunks] == [
        (1, [], [1]),
        (2, ["Fruit"], [1]),
        (3, ["Fruit", "How to keep them"], [1, 2]),
    ]
    assert chunks[1]["text"] == "Apples and pears are the most important fruit of the region."
    assert "| North, cold | =1+1 |" in chunks[2]["text"]


@given(words=st.lists(st.text("abc.蘋", min_size=1, max_size=40), max_size=60), most=st.integers(20, 200))
def test_a_text_is_split_into_pieces_that_are_short_enough(words: list[str], most: int) -> None:
    pieces = split(" ".join(words), most)
    assert all(len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words)


def test_chunks_are_short_enough() -> None:
    pages = [make_page(*[make_region("text", "One sentence. " * 30)] * 5, page=number) for number in (1, 2)]
    chunks = read_chunks(pages, 300)
    assert max(len(chunk["text"]) for chunk in chunks) <= 300
    assert sum(chunk["text"].count("sentence") for chunk in chunks) == 300
