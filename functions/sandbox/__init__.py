"""A child process with limits, in which a worker decodes what a stranger sent.

    keeper.py ── starts the child, reads its events, minds the clocks, leaves nothing running
    child.py ─── the child's main: limits itself, then lets the worker's own module answer
    protocol.py  what they say to each other           limits.py ── what the child may use
    errors.py ── how a child may end badly             settings.py  how much that is

Any worker may use this package; it knows none of them.
"""
