"""The ocr worker: images and PDFs → regions, lines, tables, a searchable PDF and other forms.

A child (the package `sandbox`) decodes the untrusted input and hands bare pixels to the worker. The neural
networks run on these pixels in the worker's own process, which loads them once.

    in the child                              in the worker
    child.py ────── probes, decodes pages     task.py ───────── plan, run, join
    images.py ───── the frames of an image    decode.py ─────── pages from children, past crashes
    samples.py ──── any samples → RGB         process_page.py ─ one page, from pixels to outputs
    resolution.py ─ dots per inch, shape      models.py ─────── the neural networks
    pdf.py ──────── the pages of a PDF        recognize.py ──── pixels → lines: line_finder, line_reader
                                              tiles.py ──────── of long pictures: tile_lines
    soundness.py ── is its own text sound?    upright.py ────── which way up; own_reading.py, own_text.py: a
                                                                PDF's own text, checked, upright
    on both sides                             strips.py ─────── a line's shape; bends.py, frames.py, specks.py
    handoff.py ──── the messages and files    page_layout.py ── lines → regions in reading order: layout,
    errors.py ───── what can be wrong                           regions, columns, order
    warnings.py ─── what was assumed          tables.py ─────── cells: table_areas, table_view, _check
    params.py ───── what a client may choose  annotate.py ───── crops, the annotated picture
    languages.py ── codes and packs           page_outputs.py ─ a page's outputs
    scripts.py ──── which one a text is in    packs.py ──────── Tesseract's packs: pack_choice, pack_reading,
                                                                line_ink; network_reading.py: the networks
                                              assemble.py ───── the document's outputs, the summary: the
                                                                folder forms; publish_pdf.py and searchable
"""

import os


def turn_off_telemetry() -> None:
    """Forbid onnxruntime, before it is loaded, to report each session to a server of its maker."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


turn_off_telemetry()
