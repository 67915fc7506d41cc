"""Requests, and their retries.

Every request may be repeated. A submission has an Idempotency-Key. Any other request has the same effect when
repeated, or the API refuses the repetition.
"""

from __future__ import annotations

from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

from heavylift_client.errors import Problem, Unreachable

MAX_RETRIES = 6
MAX_BACKOFF_S = 60.0
"""A minute, because the API counts a tenant's requests by the minute."""
ADVICE = "Check the URL, and that the stack is up."
NO_SUCH_ROUTE = frozenset({404, 405})
RETRY_POLICY = Retry(
    total=MAX_RETRIES,
    allowed_methods=["GET", "POST", "PUT", "DELETE"],
    status_forcelist=[429, 502, 503],
    backoff_factor=0.5,
    max_backoff_wait=MAX_BACKOFF_S,
)


def http_client(
    url: str,
    timeout_s: float,
    retry_policy: Retry,
    *,
    key: str | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """Return an HTTP client with retries. `transport` sends each try; by default over the network."""
    return httpx.Client(
        base_url=url.rstrip("/"),
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=timeout_s,
        transport=RetryTransport(transport, retry_policy),
    )


def send_request(
    http: httpx.Client, method: str, path: str, *, server: str = "Heavylift", **options: Any
) -> httpx.Response:
    """Return the response, 304 included. `server` is the name that an error gives to the other side.

    Raises Problem if the response is an error, and Unreachable if there is none.
    """
    try:
        response = http.request(method, path, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as fault:
        reason = str(fault).rstrip(".")
        raise Unreachable(f"No {server} at {_url_of(http, path)}: {reason}. {ADVICE}") from fault
    except httpx.HTTPError as fault:
        raise Unreachable(f"No response from {_url_of(http, path)}: {fault}.") from fault
    if response.is_error:
        raise Problem(response.status_code, _problem_of(response, server, _url_of(http, path)))
    return response


def parse_json(http: httpx.Client, response: httpx.Response) -> Any:
    """Return the body of a response. Raises Unreachable if it is not JSON: another server responded."""
    try:
        return response.json()
    except ValueError:
        url = _url_of(http, str(response.url))
        raise Unreachable(f"No Heavylift at {url}: the response is not JSON. {ADVICE}") from None


def _url_of(http: httpx.Client, path: str) -> str:
    """Return the client's base URL or, if it has none, the origin of `path`."""
    url = http.base_url if str(http.base_url) else httpx.URL(path).copy_with(path="/", query=None)
    return str(url).rstrip("/")


def _problem_of(response: httpx.Response, server: str, url: str) -> dict[str, Any]:
    """Return the problem document of an error; empty if another server than the API has responded."""
    try:
        body = response.json()
    except ValueError:
        body = None
    problem = body if isinstance(body, dict) else {}
    if response.status_code in NO_SUCH_ROUTE and "type" not in problem:
        detail = f"the server there answered {response.status_code}. {ADVICE}"
        return {"title": f"No {server} at {url}", "detail": detail}
    return problem
