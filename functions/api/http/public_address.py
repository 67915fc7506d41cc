"""The address at which a client reaches the API, as far as its request shows it."""

from __future__ import annotations

import re

from fastapi import Request

HOST = re.compile(r"([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def find_address(request: Request, base_path: str) -> str:
    """Return the URL in front of /v1, without a slash at its end; only its path if the host is not known.

    API Gateway names the protocol in a header of each request. Without that header it was not https.
    """
    host = request.headers.get("host", "")
    protocol = request.headers.get("x-forwarded-proto", "http").partition(",")[0].strip().lower()
    known = HOST.fullmatch(host) and protocol in ("http", "https")
    return f"{protocol}://{host}{base_path}" if known else base_path or "/"
