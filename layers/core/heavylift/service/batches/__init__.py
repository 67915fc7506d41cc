"""Batches: many jobs of one task, submitted, followed and ended together.

items.py ── what a client gives for each job        check.py ── check all items before any job is made
make.py ─── make the jobs, as fast as they end      stop.py ─── cancel what a canceled batch left open
view.py ─── a batch as clients see it
"""
