"""PDFs opened and drawn, for the workers that need their pages. Imported by a sandbox's child alone, since it
decodes what a stranger sent; errors.py and admission.py are for both sides.

    document.py ─ which engine opens it and draws     pdfium.py, poppler.py ─ the engines
    raster.py ─── pixels                              admission.py ────────── what is too large
    errors.py ─── what can be wrong with a PDF        text_layer.py ─────── a page's own text
"""
