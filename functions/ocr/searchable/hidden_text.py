"""Removes the invisible text of an earlier OCR from a page. Runs in the child."""

from __future__ import annotations

import pikepdf
from pikepdf import ContentStreamInlineImage, Dictionary, Name

INVISIBLE = 3
SHOWING = {"Tj", "TJ", "'", '"'}
MAX_DEPTH = 3
"""Forms within forms that are looked at."""

Instructions = list["pikepdf.ContentStreamInstruction | ContentStreamInlineImage"]


def remove_hidden_text(page: pikepdf.Page, document: pikepdf.Pdf) -> int:
    """Remove what is shown in the invisible mode. Return the number of removed pieces. Raises PdfError."""
    kept, removed = _filter(page.obj)
    if removed:
        page.obj.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))
    return removed + _clean_forms(page.obj, MAX_DEPTH)


def _clean_forms(owner: pikepdf.Object, depth: int) -> int:
    removed = 0
    resources = owner.get(Name.Resources, Dictionary())
    for form in list(resources.get(Name.XObject, Dictionary()).values()):
        if not isinstance(form, pikepdf.Stream) or form.get(Name.Subtype) != Name.Form:
            continue
        kept, found = _filter(form)
        if found:
            form.write(pikepdf.unparse_content_stream(kept))
        removed += found + (_clean_forms(form, depth - 1) if depth else 0)
    return removed


def _filter(owner: pikepdf.Object) -> tuple[Instructions, int]:
    """Return the instructions without those that show invisible text, and the number of these.

    The mode is a part of the graphics state, which q and Q save and restore.
    """
    mode, saved, kept, removed = 0, [], [], 0
    for instruction in pikepdf.parse_content_stream(owner):
        operator = str(instruction.operator)
        if operator == "Tr" and instruction.operands:
            mode = int(instruction.operands[0])
        elif operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        if mode == INVISIBLE and operator in SHOWING:
            removed += 1
        else:
            kept.append(instruction)
    return kept, removed
