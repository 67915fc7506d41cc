"""Which addresses are called: never one in a private network, unless the stack allows it. Pure.

An address is checked twice. `submit` checks the url alone, to refuse early. `connection.py` checks the
resolved address before it connects; only that check protects.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import Url

IPV6_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
IPV4_MAPPED = IPv6Network("::ffff:0:0/96")
RESERVED = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
            # Of 2000::/3: Teredo, benchmarks, ORCHID, documentation, 6to4, and what 2001::/23 has besides.
            *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
        ),
    )
)
"""IANA's special-purpose registries. Written out: `ipaddress` judges some by Python's version."""
LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")
"""Names that mean something else on every network, as do the names below them."""
NOT_A_URL = "This is not a valid url."


class UrlRefused(ValueError):
    """The url may not be called. The text says why, in a sentence that names no address."""


def is_public(address: str) -> bool:
    """Return whether an IP address, in any notation, belongs to the public internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip in NAT64 or ip in IPV4_MAPPED:
            ip = IPv4Address(int(ip) & 0xFFFF_FFFF)
        elif ip not in IPV6_UNICAST:
            return False
    return not any(ip.version == network.version and ip in network for network in RESERVED)


def check_url(url: str, *, private: bool) -> str:
    """Return the url in canonical form. Raises UrlRefused if it may not be called."""
    try:
        # Parse by the URL standard: 0x7f.1, 2130706433 and %31%32%37.0.0.1 all become 127.0.0.1.
        parsed = Url(url)
    except ValidationError:
        raise UrlRefused(NOT_A_URL) from None
    if parsed.scheme != "https" and not (private and parsed.scheme == "http"):
        raise UrlRefused("The url must begin with https://.")
    if parsed.username or parsed.password or parsed.fragment:
        raise UrlRefused("The url must not have a user, a password or a fragment.")
    if not private and not _may_be_public((parsed.host or "").rstrip(".")):
        raise UrlRefused("The url names a private address; this stack calls public addresses only.")
    return str(parsed)


def _may_be_public(host: str) -> bool:
    """Return whether the host may be public, without resolving it."""
    try:
        return is_public(host.strip("[]"))
    except ValueError:
        local = any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)
        return "." in host and not local


def strip_query(url: str) -> str:
    """Return the url as it is shown: without its query, which may hold a token or a signature."""
    at = urlsplit(url)
    return f"{at.scheme}://{at.netloc}{at.path}"
