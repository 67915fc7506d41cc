"""The pages worker: PDF → images.

The worker's own process never decodes a document: a child does (the package `sandbox`), by the package
`documents`.

    task.py ── plan, run, join        answers.py ─ in the child: what is asked of the document
    render.py ─ pages past a crash    png.py, save.py ─ in the child: how images are saved
    summary.py ─ the job's result     protocol.py ─ what worker and child say to each other
"""
