"""The searchable PDF: invisible text for search, selection and copy, in the place of what is seen.

lay.py ──────── in the child: which lines of which pages to lay
overlay.py ──── in the child: the original PDF, with text laid on its pages
hidden_text.py  in the child: the invisible text of an earlier OCR, removed
pictures.py ─── in the worker: a PDF of page pictures, for inputs that are images
operators.py ── lines → the operators of a PDF page        glyphs.py ─ the invisible font
placing.py ──── pixels of the picture that was read → points of the page
"""
