"""Which addresses are public, and which callback URLs are accepted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heavylift.errors import InvalidRequest
from heavylift.outbound.address import is_public
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.settings import Settings
from heavylift.webhooks.url import check_callback_url
from tests.support.world import COPY, TEXT, World

# The networks of IANA's special-purpose registries that are not globally reachable, multicast, and reserved
# ones. Copied from the registries, because Python's own list depends on its version.
SPECIAL_V4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "192.0.0.0/29"),
)
SPECIAL_V6 = (
    *("::/128", "::1/128", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:2::/48"),
    *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10"),
    "ff00::/8",
)
special_v4 = st.sampled_from(SPECIAL_V4).flatmap(
    lambda network: st.ip_addresses(v=4, network=ip_network(network))
)
special_v6 = st.sampled_from(SPECIAL_V6).flatmap(
    lambda network: st.ip_addresses(v=6, network=ip_network(network))
)


def list_forms(address: IPv4Address) -> list[str]:
    """Return the IPv4 address and its forms inside IPv6 addresses."""
    wrapped = [
        IPv6Address(int(IPv6Address(prefix)) | int(address)) for prefix in ("::ffff:0:0", "64:ff9b::", "::")
    ]
    six_to_four = IPv6Address(0x2002 << 112 | int(address) << 80)
    return [str(each) for each in (address, *wrapped, six_to_four)]


@given(special_v4)
@example(IPv4Address("169.254.169.254"))
@example(IPv4Address("127.0.0.1"))
@example(IPv4Address("0.0.0.0"))
def test_no_special_ipv4_address_is_public_in_any_form(address: IPv4Address) -> None:
    assert not [form for form in list_forms(address) if is_public(form)]


@given(special_v6)
@example(IPv6Address("fd00:ec2::254"))
def test_no_special_ipv6_address_is_public(address: IPv6Address) -> None:
    assert not is_public(str(address))


@given(st.ip_addresses(v=6).filter(lambda address: address not in ip_network("2000::/3")))
def test_outside_of_global_unicast_only_a_wrapped_public_address_is_public(address: IPv6Address) -> None:
    if is_public(str(address)):
        assert address in ip_network("64:ff9b::/96") or address in ip_network("::ffff:0:0/96")


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_as_public_as_what_it_wraps(address: IPv4Address) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        wrapped = IPv6Address(int(IPv6Address(prefix)) | int(address))
        assert is_public(str(wrapped)) == is_public(str(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808"]
)
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_a_link_local_address_with_its_zone_is_not_public() -> None:
    assert not is_public("fe80::1%eth0")


@given(special_v4, st.sampled_from(["{}", "{:d}", "{:#x}"]), st.sampled_from(["", ":8443"]))
def test_no_notation_of_a_private_host_is_accepted(address: IPv4Address, written: str, port: str) -> None:
    host = written.format(address) if written == "{}" else written.format(int(address))
    with pytest.raises(InvalidRequest):
        check_callback_url(f"https://{host}{port}/hook", private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "example.org/hook",
        "",
        "https://",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://:word@example.org/",
        "https://example.org/#here",
        "https://example.org:99999/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://api.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://%31%32%37.0.0.1/",
        "https://\u2460\u2461\u2466.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a00:1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_url_that_may_not_be_called_is_refused_with_a_pointer(url: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_callback_url(url, private=False)
    assert [fault["pointer"] for fault in refused.value.faults] == ["/callback_url"]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://EXAMPLE.org:443/a/../b?token=1", "https://example.org/b?token=1"),
        ("https://example.org:8443/h\u00f6\u00f6k", "https://example.org:8443/h%C3%B6%C3%B6k"),
        ("https://b\u00fccher.example.com/", "https://xn--bcher-kva.example.com/"),
        ("https://1.1.1.1/", "https://1.1.1.1/"),
    ],
)
def test_a_url_is_kept_in_its_canonical_form(url: str, canonical: str) -> None:
    assert check_callback_url(url, private=False) == canonical


@given(st.text(max_size=60))
@example("https://" + "a" * 300)
def test_any_text_is_a_public_https_url_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/"):
        try:
            canonical = check_callback_url(url, private=False)
        except InvalidRequest:
            continue
        assert canonical.isascii()
        assert canonical.startswith("https://")
        assert check_callback_url(canonical, private=False) == canonical


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://receiver/", "https://10.0.0.1/"])
def test_a_stack_with_private_callbacks_accepts_private_addresses(url: str) -> None:
    assert check_callback_url(url, private=True) == url


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://user@127.0.0.1/", "nothing"])
def test_a_stack_with_private_callbacks_accepts_http_only(url: str) -> None:
    with pytest.raises(InvalidRequest):
        check_callback_url(url, private=True)


def test_a_job_with_a_private_callback_is_refused_and_leaves_nothing() -> None:
    world = World()
    with pytest.raises(InvalidRequest):
        submit(world.system, Submission("me", COPY.name, {}, TEXT, callback_url="https://10.0.0.1/"))
    assert not world.table.items
    assert not world.objects.objects


def test_private_callbacks_are_off_by_default() -> None:
    needed = {"TABLE_NAME": "t", "BUCKET_NAME": "b", "QUEUE_PREFIX": "q-"}
    assert not Settings.read(needed).private_callbacks
    assert not Settings.read(needed | {"PRIVATE_CALLBACKS": "false"}).private_callbacks
    assert Settings.read(needed | {"PRIVATE_CALLBACKS": "true"}).private_callbacks
