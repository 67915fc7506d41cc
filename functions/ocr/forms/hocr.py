"""The document as hOCR 1.2: an XHTML page with the boxes of blocks, lines and words."""

from __future__ import annotations

from html import escape

from ocr.forms.page import Box, Line, Page, Region, list_words, runs_to_the_left, strip_controls

START = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title></title>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8" />
<meta name="ocr-system" content="Heavylift" />
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word" />
</head>
<body>
"""


class HocrForm:
    name, media_type = "result.hocr", "text/vnd.hocr+html"

    def start(self) -> str:
        return START

    def add(self, page: Page) -> str:
        number = page["page"]
        title = (
            f"image page; bbox 0 0 {page['width']} {page['height']}; ppageno {number - 1}; "
            f"scan_res {page['dpi']} {page['dpi']}"
        )
        areas = "".join(_render_region(region, f"{number}_{region['order']}") for region in page["regions"])
        return f'<div class="ocr_page" id="page_{number}" title="{title}">\n{areas}</div>\n'

    def end(self) -> str:
        return "</body>\n</html>\n"


def _render_region(region: Region, name: str) -> str:
    box = _format(region["box"])
    if not region["lines"]:
        return f'<div class="ocr_photo" id="block_{name}" title="{box}"></div>\n'
    lines = "".join(_render_line(line, f"{name}_{number}") for number, line in enumerate(region["lines"], 1))
    way = ' dir="rtl"' if runs_to_the_left(region) else ""
    return (
        f'<div class="ocr_carea" id="block_{name}" title="{box}">\n<p class="ocr_par"{way} id="par_{name}" '
        f'title="{box}">\n{lines}</p>\n</div>\n'
    )


def _render_line(line: Line, name: str) -> str:
    words = " ".join(
        f'<span class="ocrx_word" id="word_{name}_{number}" title="{_format(word["box"])}'
        f'{_format_confidence(word["confidence"])}">{escape(strip_controls(word["text"]))}</span>'
        for number, word in enumerate(list_words(line), 1)
    )
    return f'<span class="ocr_line" id="line_{name}" title="{_format(line["box"])}">{words}</span>\n'


def _format(box: Box) -> str:
    return "bbox " + " ".join(str(each) for each in box)


def _format_confidence(confidence: float | None) -> str:
    return "" if confidence is None else f"; x_wconf {round(confidence * 100)}"
