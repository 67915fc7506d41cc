"""Opens and draws PDFs, for the workers that need their pages.

A PDF is untrusted, so only a sandbox's child imports this package, except errors.py, engines.py and
admission.py.

    document.py ─ which engine opens a PDF and draws a page   pdfium.py, poppler.py ─ the engines
    raster.py ─── a drawn page in memory                      admission.py ────────── what is too large
    errors.py ─── what can be wrong with a PDF                text_layer.py ───────── a page's own text
    engines.py ── which engines are installed                 rotated_scans.py ────── scans drawn faster
"""
