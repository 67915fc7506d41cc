"""A child process with limits, in which a worker decodes untrusted input.

    supervisor.py ── starts a child, reads its events, enforces deadlines, kills what is left
    forkserver.py ── the process that children are forked from: a warm worker loads the engines once
    child_main.py ── the child's main: applies the limits, then calls `run_child` of the worker's module
    protocol.py ──── the messages between worker and child      limits.py ──── what a child may use
    confine.py ───── gives up capabilities, files and system calls (kernel.py, landlock.py, seccomp.py)
    errors.py ────── the ways a child fails                     settings.py ── the sizes of the limits

Any worker may use this package. The package knows no worker.
"""
