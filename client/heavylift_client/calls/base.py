"""What all calls share: the connections, and requests for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_retries import Retry

from heavylift_client.follow import WAIT_S
from heavylift_client.transport import RETRY_POLICY, http_client, parse_json, send_request
from heavylift_client.types import Job

UPLOAD_TIMEOUT_S = 900.0
PAGE_SIZE = 100


class Calls:
    """The connections to the API and to its store."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        retry_policy: Retry = RETRY_POLICY,
    ) -> None:
        """`url`: the URL of the API, without /v1. `retry_policy`: when to repeat a request."""
        self._http = http_client(url, WAIT_S + 20, retry_policy, key=key, transport=transport)
        # A presigned URL is its own permission: the store must not receive the key.
        self._store = http_client("", UPLOAD_TIMEOUT_S, retry_policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
        self._store.close()

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return parse_json(self._http, send_request(self._http, method, path, **options))

    def _job(self, method: str, path: str, **options: Any) -> Job:
        job: Job = self._json(method, path, **options)
        return job

    def _pages(self, path: str, query: Mapping[str, Any], *, limit: int = PAGE_SIZE) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            here = {**query, "limit": limit, **({"cursor": cursor} if cursor else {})}
            page = self._json("GET", path, params=here)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
