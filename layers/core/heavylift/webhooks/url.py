"""Which urls a callback may have. Pure."""

from __future__ import annotations

from heavylift.errors import InvalidRequest
from heavylift.outbound.address import UrlRefused, check_url


def check_callback_url(url: str, *, private: bool) -> str:
    """Return the url in canonical form. Raises InvalidRequest if callbacks may not go there."""
    try:
        return check_url(url, private=private)
    except UrlRefused as refused:
        raise InvalidRequest.at("/callback_url", str(refused)) from None
