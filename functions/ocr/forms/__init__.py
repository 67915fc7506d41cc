"""The forms of a document: each is made page by page from the pages' JSON, so that memory holds one page.

    document.py ── which forms a job wants
    page.py ────── a page's JSON, and its rows            outline.py ─ the levels of its titles
    blocks.py ──── a page as headings, paragraphs, lists, tables and figures
    markdown.py, html.py, chunks.py ─ from blocks         plain.py ─── text and JSON
    hocr.py, alto.py, tsv.py ─ words and their boxes      tables.py ── cells as CSV, HTML and JSON

Text comes from somebody's document, so each form escapes all of it.
"""
