"""Which forms of a document a job wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ocr.forms.alto import AltoForm
from ocr.forms.chunks import ChunksForm
from ocr.forms.hocr import HocrForm
from ocr.forms.html import HtmlForm, TablesHtmlForm
from ocr.forms.markdown import MarkdownForm
from ocr.forms.outline import Outline
from ocr.forms.page import Form
from ocr.forms.plain import JsonForm, TextForm
from ocr.forms.tables import TablesJsonForm
from ocr.forms.tsv import TsvForm

if TYPE_CHECKING:
    from ocr.params import OcrParams


def choose_forms(params: OcrParams, outline: Outline) -> Iterator[Form]:
    """Yield the forms in which the whole document is wanted."""
    makers: dict[str, tuple[Form, ...]] = {
        "text": (TextForm(),),
        "markdown": (MarkdownForm(outline),),
        "html": (HtmlForm(outline),),
        "json": (JsonForm(),),
        "hocr": (HocrForm(),),
        "alto": (AltoForm(),),
        "tsv": (TsvForm(),),
        "tables": (TablesJsonForm(), TablesHtmlForm()),
        "chunks": (ChunksForm(outline, params.chunk_characters),),
    }
    for output, forms in makers.items():
        if params.wants(output):
            yield from forms
