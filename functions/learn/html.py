"""HTML pages that load nothing: styles and pictures are embedded."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TypeGuard

STYLE = """
:root { color-scheme: light }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color: #1b1f24; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .2rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
p.note { color: #57606a; margin: 0 0 1rem }
div.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #d8dee4;
  white-space: nowrap }
th { color: #57606a; font-weight: 600 } td.number, th.number { text-align: right }
td:first-child { white-space: normal; min-width: 8rem; overflow-wrap: anywhere }
img, svg { display: block; max-width: 100%; height: auto; margin: 1.5rem 0 }
img { max-width: min(100%, 40rem) }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""If a column's name ever escapes the quoting, a browser still loads and runs nothing."""


def render_page(title: str, note: str, *parts: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f'<body><h1>{escape(title)}</h1><p class="note">{escape(note)}</p>\n'
        + "\n".join(parts)
        + "</body></html>\n"
    )


def render_section(title: str, *parts: str) -> str:
    return f"<h2>{escape(title)}</h2>\n" + "\n".join(parts)


def render_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table. Numbers are rounded and aligned to the right."""
    shown = [tuple(row) for row in rows]
    right = [any(map(_is_number, column)) for column in zip(*shown, strict=True)] or [False] * len(head)
    names = "".join(
        f'<th class="number">{escape(name)}</th>' if number else f"<th>{escape(name)}</th>"
        for name, number in zip(head, right, strict=True)
    )
    body = "".join(f"<tr>{''.join(_render_cell(value) for value in row)}</tr>\n" for row in shown)
    return f'<div class="wide"><table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>'


def _render_cell(value: object) -> str:
    if not _is_number(value):
        return f"<td>{escape('' if value is None else str(value))}</td>"
    text = f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:#.4g}"
    return f'<td class="number">{text}</td>'


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def render_warnings(warnings: Iterable[Mapping[str, str]]) -> list[str]:
    """Return a section with the texts of `result.warnings`, or none if there are none."""
    items = "".join(f"<li>{escape(each['text'])}</li>" for each in warnings)
    return [render_section("What was assumed", f"<ul>{items}</ul>")] if items else []


def embed_png(file: str, alt: str) -> str:
    data = base64.b64encode(Path(file).read_bytes()).decode()
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}">'


def embed_svg(file: str) -> str:
    """Return the file's <svg> element, without the XML declarations."""
    text = Path(file).read_text(encoding="utf-8")
    return text[text.index("<svg") :]
