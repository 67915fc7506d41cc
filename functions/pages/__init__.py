"""The pages worker: PDF → images.

The worker's own process never decodes a document. It starts a child with limits and talks to it in lines:

    task.py ── plan, run, join        child.py ── the child's main
    render.py ─ pages past a crash    limits.py ─ what it may use
    sandbox.py ─ the child's keeper ⇄ pdfium.py, poppler.py ─ what draws
    summary.py ─ the job's result     raster.py, png.py ─ pixels, and how they are saved

Both sides know admission.py (what is too large) and errors.py (the problems, by their slugs).
"""
