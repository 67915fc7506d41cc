"""Where a callback may go: never into a private network, unless the stack was told so. Pure.

An address is judged twice: as far as its url alone tells when a job is submitted, and again, after its
name is looked up, when it is dialled (`webhooks/http_post.py`). Only the second protects; the first tells
early.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from pydantic import ValidationError
from pydantic_core import Url

from heavylift.errors import InvalidRequest

IPV6_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
IPV4_MAPPED = IPv6Network("::ffff:0:0/96")
NEVER = tuple(map(ip_network, ("2002::/16", "3fff::/20", "192.88.99.0/24")))
"""Tunnels to anywhere (6to4), and documentation that not every Python's `is_global` knows."""
LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")
"""Names, and the names below them, that mean something else on every network."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever form it is written in."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip in NAT64 or ip in IPV4_MAPPED:
            ip = IPv4Address(int(ip) & 0xFFFF_FFFF)
        elif ip not in IPV6_UNICAST:
            return False
    if any(ip.version == network.version and ip in network for network in NEVER):
        return False
    return ip.is_global and not ip.is_multicast


def check_callback_url(url: str, *, private: bool) -> str:
    """The url in its canonical form; InvalidRequest, with a pointer, if nothing may be sent there."""
    try:
        # As the URL standard parses it: 0x7f.1, 2130706433 and %31%32%37.0.0.1 all come out as 127.0.0.1.
        parsed = Url(url)
    except ValidationError:
        raise InvalidRequest.at("/callback_url", "This is not a url.") from None
    if parsed.scheme != "https" and not (private and parsed.scheme == "http"):
        raise InvalidRequest.at("/callback_url", "The url begins with https://.")
    if parsed.username or parsed.password or parsed.fragment:
        raise InvalidRequest.at(
            "/callback_url",
            "The url has no user, no password and no fragment; a token can go into its query.",
        )
    if not private and not _may_be_public((parsed.host or "").rstrip(".")):
        raise InvalidRequest.at(
            "/callback_url",
            "The url names a private address, and this stack sends callbacks to public ones only.",
        )
    return str(parsed)


def _may_be_public(host: str) -> bool:
    """As far as a name tells before it is looked up."""
    try:
        return is_public(host.strip("[]"))
    except ValueError:
        local = any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)
        return "." in host and not local
