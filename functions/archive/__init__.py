"""The archive worker: the outputs of jobs as one file.

zip_task.py ─ the task `zip`    zip_file.py ─ a zip as a stream    names.py ─ what its files are called
layout.py ─── where they stand  missing.py ── what is not there      read_ahead.py ─ many small files
"""
