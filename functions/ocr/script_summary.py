"""The scripts of a page and of a document. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ocr.lines import Line
from ocr.scripts import find_script


def measure_script(lines: Sequence[Line]) -> tuple[str | None, float | None]:
    """Return the script of most letters, and how sure that is: None and None without letters.

    It is as sure as the lines were read, and less sure the more letters are of another script.
    """
    script, share = find_script("".join(line.text for line in lines))
    if script is None:
        return None, None
    scores = [line.confidence for line in lines if line.confidence is not None]
    return script, round(share * (sum(scores) / len(scores) if scores else 1.0), 3)


def summarize_scripts(pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document's script, its confidence, and the number of pages in each script.

    The pages are the parts' entries (page_outputs.py). Those of an earlier release have no script.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        if page.get("script"):
            counts[page["script"]] += page["characters"] or 1
    script = max(counts, key=lambda code: counts[code], default=None)
    sure = [page["script_confidence"] or 0.0 for page in pages if script and page.get("script") == script]
    return {
        "script": script,
        "script_confidence": round(sum(sure) / len(sure), 3) if sure else None,
        "scripts": dict(Counter(page["script"] for page in pages if page.get("script"))),
    }
