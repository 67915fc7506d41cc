"""The document, or its tables alone, as an HTML page without scripts."""

from __future__ import annotations

from html import escape

from ocr.forms.blocks import Block, list_blocks
from ocr.forms.outline import Outline
from ocr.forms.page import Page, strip_controls
from ocr.forms.tables import list_tables, to_html

START = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }}
section + section {{ border-top: 1px solid #999; margin-top: 2rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
td, th {{ border: 1px solid #999; padding: .2rem .5rem; vertical-align: top }}
th {{ text-align: start }}
table.unsure {{ outline: 2px dashed #b45309 }}
figure {{ border: 1px solid #999; margin: 1rem 0; padding: .5rem }}
img {{ max-width: 100% }}
</style>
</head>
<body>
"""
END = "</body>\n</html>\n"


class HtmlForm:
    name, media_type = "result.html", "text/html; charset=utf-8"

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def start(self) -> str:
        return START.format(title="Text")

    def add(self, page: Page) -> str:
        blocks = "".join(f"{render_block(block)}\n" for block in list_blocks(page, self._outline))
        return f'<section id="page-{page["page"]}">\n{blocks}</section>\n'

    def end(self) -> str:
        return END


class TablesHtmlForm:
    name, media_type = "tables.html", "text/html; charset=utf-8"

    def start(self) -> str:
        return START.format(title="Tables")

    def add(self, page: Page) -> str:
        return "".join(
            f'<section id="{name}">\n<h2>Page {page["page"]}</h2>\n{to_html(table)}\n</section>\n'
            for name, table in list_tables(page)
        )

    def end(self) -> str:
        return END


def render_block(block: Block) -> str:
    text = _escape(block.text)
    match block.kind:
        case "heading":
            return f'<h{block.level} dir="auto">{text}</h{block.level}>'
        case "list":
            tag = "ol" if block.numbered else "ul"
            items = "".join(f'<li dir="auto">{_escape(item)}</li>' for item in block.items)
            return f"<{tag}>{items}</{tag}>"
        case "table":
            return to_html(block.table) if block.table else ""
        case "figure":
            image = f'<img src="{_escape(block.picture)}" alt="Figure">' if block.picture else ""
            return f'<figure dir="auto">{image}{text}</figure>'
        case "caption":
            return f'<p dir="auto"><em>{text}</em></p>'
    return f'<p dir="auto">{text}</p>'


def _escape(text: str) -> str:
    return escape(strip_controls(text)).replace("\n", "<br>")
