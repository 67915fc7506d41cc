"""Requests that are sent again where they did not get through.

Every call may be repeated: a submission carries an Idempotency-Key, and the others do the same thing twice or
are refused the second time.
"""

from __future__ import annotations

from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

from heavylift_client.errors import Problem, Unreachable

TRIES = 6
LONGEST_PAUSE_S = 60.0
"""The rate of a tenant is counted by the minute."""
AGAIN = Retry(
    total=TRIES,
    allowed_methods=["GET", "POST", "DELETE"],
    status_forcelist=[429, 502, 503],
    backoff_factor=0.5,
    max_backoff_wait=LONGEST_PAUSE_S,
)


def http_client(
    url: str,
    timeout_s: float,
    again: Retry,
    *,
    key: str | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """`transport`: what is below the tries; the network by default."""
    return httpx.Client(
        base_url=url.rstrip("/"),
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=timeout_s,
        transport=RetryTransport(transport, again),
    )


def answer_of(http: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    """The answer, 304 included; Problem where it is an error, Unreachable where there is none."""
    try:
        answer = http.request(method, path, **options)
    except httpx.HTTPError as fault:
        where = fault.request.url.copy_with(path="/", query=None)
        raise Unreachable(f"{where} could not be talked to: {fault}") from fault
    if answer.is_error:
        raise Problem(answer.status_code, _said(answer))
    return answer


def _said(answer: httpx.Response) -> dict[str, Any]:
    """A problem document, or nothing where something else than the API has answered."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
