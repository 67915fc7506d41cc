"""The document as text, and as JSON."""

from __future__ import annotations

import json

from ocr.forms.page import Page

PAGE_BREAK = "\f"


class TextForm:
    name, media_type = "text.txt", "text/plain; charset=utf-8"

    def __init__(self) -> None:
        self._between = ""

    def start(self) -> str:
        return ""

    def add(self, page: Page) -> str:
        before, self._between = self._between, PAGE_BREAK
        return before + "".join(f"{region['text']}\n\n" for region in page["regions"] if region["text"])

    def end(self) -> str:
        return ""


class JsonForm:
    name, media_type = "result.json", "application/json"

    def __init__(self) -> None:
        self._between = "\n"

    def start(self) -> str:
        return '{"pages": ['

    def add(self, page: Page) -> str:
        before, self._between = self._between, ",\n"
        return before + json.dumps(page, ensure_ascii=False, separators=(",", ":"))

    def end(self) -> str:
        return "\n]}\n"
