"""The ocr worker: images and PDFs → regions, lines, crops, annotated pictures and a searchable PDF.

A child (the package `sandbox`) decodes the untrusted input and hands bare pixels to the worker. The neural
networks run on these pixels in the worker's own process, which loads them once.

    in the child                              in the worker
    child.py ────── probes, decodes pages     task.py ───────── plan, run, join
    images.py ───── the frames of an image    decode.py ─────── pages from children, past crashes
    samples.py ──── any samples → RGB         process_page.py ─ one page, from pixels to outputs
    resolution.py ─ dots per inch, shape      models.py ─────── the neural networks
    pdf.py ──────── the pages of a PDF        recognize.py ──── pixels → lines: line_finder, line_reader
                                              tiles.py ──────── of long pictures
                                              upright.py ────── which way up; own_text.py: a PDF's own
    on both sides                             strips.py ─────── a line's shape; bends.py, frames.py, specks.py
    handoff.py ──── the messages and files    page_layout.py ── lines → regions in reading order: layout,
    errors.py ───── what can be wrong                           regions, columns, order
    warnings.py ─── what was assumed          annotate.py ───── crops, the annotated picture
                                              page_outputs.py ─ a page's outputs
                                              searchable_pdf.py, invisible_font.py ─ the PDF
                                              assemble.py ───── the document's outputs, the summary
"""

import os


def turn_off_telemetry() -> None:
    """Forbid onnxruntime, before it is loaded, to report each session to a server of its maker."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


turn_off_telemetry()
