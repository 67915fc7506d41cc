"""What the child does: one of the three tasks, told by its request. Loads the libraries.

Its events, besides what every child tells: `{"stage": name}` done, `{"output": name, "media_type"}` made, and
`{"result": …}`. Files are made in the working directory.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator

from sandbox.protocol import Event, Request


def run_child(request: Request, _credit: threading.Semaphore) -> Iterator[Event]:
    """The events of the task; raises learn.errors."""
    warnings.simplefilter("ignore")  # there is nobody to read them
    if request["do"] == "train-model":
        from learn.train import train  # noqa: PLC0415 - each task loads what it needs

        return train(request)
    if request["do"] == "predict":
        from learn.predict import predict  # noqa: PLC0415

        return predict(request)
    from learn.plot import plot  # noqa: PLC0415

    return plot(request)
