"""A child process with limits, in which a worker decodes what a stranger sent.

    keeper.py ── reads the child's events, minds the clocks, leaves nothing running
    template.py  what children are forked from: the engines are loaded once for a warm worker
    child.py ─── the child's main: limits itself, then lets the worker's own module answer
    protocol.py  what they say to each other           limits.py ── what the child may use
    errors.py ── how a child may end badly             settings.py  how much that is

Any worker may use this package; it knows none of them.
"""
