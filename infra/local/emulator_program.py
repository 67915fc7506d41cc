"""The emulator's program: MiniStack, where requests wait while all processes of the api are busy.

MiniStack starts a process for each request that finds all others busy, or answers 429. Fifty clients at once
would have 50 processes of 75 MB. Its gateway is asynchronous and the api makes no request to itself, so a
request can wait here without holding up anything else.

API_PROCESSES=8 python emulator_program.py      a script and no module: the folder it starts in has no sources
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

Invoke = Callable[..., Awaitable[Any]]
INVOKE = "_invoke_lambda_proxy"
"""MiniStack 1.5.33's function that answers a request to an HTTP API."""


def bound(invoke: Invoke, most: int) -> Invoke:
    """Return `invoke`, of which at most `most` calls run at once. Further calls wait, the first one first."""
    places = asyncio.Semaphore(most)

    async def wait_and_invoke(*arguments: Any, **options: Any) -> Any:
        async with places:
            return await invoke(*arguments, **options)

    return wait_and_invoke


def bound_gateway(gateway: ModuleType, most: int) -> None:
    """Bound the requests that run at once. Raises AttributeError if this MiniStack has another function."""
    setattr(gateway, INVOKE, bound(getattr(gateway, INVOKE), most))


if __name__ == "__main__":
    from ministack.app import main
    from ministack.services import apigateway

    bound_gateway(apigateway, int(os.environ["API_PROCESSES"]))
    main()
