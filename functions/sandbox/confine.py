"""What a child gives up before it reads its input: capabilities, files, system calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial

from sandbox.kernel import drop_capabilities, hide_memory
from sandbox.landlock import restrict_files
from sandbox.seccomp import filter_system_calls


def confine(inputs: Iterable[str]) -> dict[str, str]:
    """Confine the calling thread and all that it starts. `inputs` are the files that it may read.

    Returns the layers that the kernel refused, with its reason. The child goes on with the others.
    """
    if sys.platform != "linux":
        return {"all": "this system has none of them"}
    layers: dict[str, Callable[[], None]] = {
        "dumpable": hide_memory,
        "landlock": partial(restrict_files, inputs),
        "capabilities": drop_capabilities,
        "seccomp": filter_system_calls,
    }
    return {name: reason for name, layer in layers.items() if (reason := _try(layer))}


def _try(layer: Callable[[], None]) -> str:
    try:
        layer()
    except (OSError, KeyError) as error:
        return str(error) or type(error).__name__
    return ""
