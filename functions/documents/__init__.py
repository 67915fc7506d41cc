"""Opens and draws PDFs, for the workers that need their pages.

A PDF is untrusted, so only a sandbox's child imports the engines. The worker itself imports errors.py,
engines.py, admission.py, warnings.py, page_ranges.py and params.py.

    document.py ── which engine opens a PDF             pdfium.py, poppler.py ─ the engines
    drawing.py ─── which engine draws a page, and why   annotations.py ──────── those that PDFium leaves out
    raster.py ──── a drawn page in memory               page_facts.py ───────── what qpdf reads of pages
    errors.py ──── what can be wrong with a PDF         text_layer.py ───────── a page's own text
    warnings.py ── what was assumed                     rotated_scans.py ────── scans drawn faster
    engines.py ─── which engines are installed          admission.py ────────── what is too large
    params.py ──── params of several tasks              page_ranges.py ──────── "1-3,7"
"""
