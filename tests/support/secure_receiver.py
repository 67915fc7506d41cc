"""A receiver with a certificate, of an authority that only these tests trust."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import trustme

from tests.support.receiver import Receiver, run_receiver

AUTHORITY = trustme.CA()


def trust_authority() -> ssl.SSLContext:
    """Return a client's context that trusts the authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@contextmanager
def run_secure_receiver(name: str) -> Iterator[Receiver]:
    """Run a receiver whose certificate is for `name`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert(name).configure_cert(context)
    with run_receiver(context) as started:
        yield started
