"""The pages worker: PDF → images.

The worker's own process never decodes a document. Its child does, in the packages `sandbox` and `documents`.

    in the worker                                  in the child
    task.py ──── plan, run, join                   child.py ─── probes the document, draws pages
    render.py ── pages from children, past crashes formats.py ─ saves a page in the format asked for
    summary.py ─ the job's result                  png.py ───── saves a page as PNG
    errors.py ── the child's errors                handoff.py ─ the messages between worker and child
"""
