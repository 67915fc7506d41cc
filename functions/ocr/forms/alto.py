"""The document as ALTO 4.4, the Library of Congress's XML for layout and text."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from ocr.forms.page import Box, Line, Page, Region, list_words, runs_to_the_left, strip_controls

START = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">
<Description>
<MeasurementUnit>pixel</MeasurementUnit>
<Processing ID="ocr">
<processingSoftware><softwareName>Heavylift</softwareName></processingSoftware>
</Processing>
</Description>
<Layout>
"""
END = "</Layout>\n</alto>\n"


class AltoForm:
    name, media_type = "result.alto.xml", "application/xml"

    def start(self) -> str:
        return START

    def add(self, page: Page) -> str:
        number, width, height = page["page"], page["width"], page["height"]
        blocks = "".join(_render_region(region, f"{number}_{region['order']}") for region in page["regions"])
        return (
            f'<Page ID="page_{number}" PHYSICAL_IMG_NR="{number}" WIDTH="{width}" HEIGHT="{height}">\n'
            f"<PrintSpace {_format((0, 0, width, height))}>\n{blocks}</PrintSpace>\n</Page>\n"
        )

    def end(self) -> str:
        return END


def _render_region(region: Region, name: str) -> str:
    kind, box = quoteattr(region["class"]), _format(region["box"])
    if not region["lines"]:
        return f'<Illustration ID="block_{name}" {box} TYPE={kind}/>\n'
    lines = "".join(_render_line(line, f"{name}_{number}") for number, line in enumerate(region["lines"], 1))
    way = ' BASEDIRECTION="rtl"' if runs_to_the_left(region) else ""
    text = f'<TextBlock ID="text_{name}" {box}{way}>\n{lines}</TextBlock>\n'
    return f'<ComposedBlock ID="block_{name}" {box} TYPE={kind}>\n{text}</ComposedBlock>\n'


def _render_line(line: Line, name: str) -> str:
    pieces: list[str] = []
    before: Box | None = None
    for number, word in enumerate(list_words(line), 1):
        left, top, right, _ = word["box"]
        if before is not None:  # the gap is on the side that the words run to
            start, end = (right, before[0]) if right <= before[0] else (before[2], left)
            pieces.append(f'<SP HPOS="{start}" VPOS="{top}" WIDTH="{max(0, end - start)}"/>')
        confidence = word["confidence"]
        sure = "" if confidence is None else f' WC="{min(1.0, max(0.0, confidence)):.3f}"'
        text = quoteattr(strip_controls(word["text"]))
        pieces.append(f'<String ID="word_{name}_{number}" {_format(word["box"])} CONTENT={text}{sure}/>')
        before = word["box"]
    return f'<TextLine ID="line_{name}" {_format(line["box"])}>{"".join(pieces)}</TextLine>\n'


def _format(box: Box) -> str:
    left, top, right, bottom = box
    return f'HPOS="{left}" VPOS="{top}" WIDTH="{right - left}" HEIGHT="{bottom - top}"'
