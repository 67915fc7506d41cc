"""A name server that knows some names, refuses all others, and prints each name that it is asked for.

python recording_resolver.py NAME=ADDRESS ...      listens on 127.0.0.1:53 (UDP)

It runs in a container, so it imports nothing but the standard library.
"""

from __future__ import annotations

import socket
import struct
import sys

HEAD = struct.Struct("!6H")
ANSWER, REFUSED = 0x8580, 0x8585
"""Flags of a reply: an authoritative answer; a refusal."""
IPV4, INTERNET = 1, 1
READY = "ready"


def reply_to(query: bytes, known: dict[str, str]) -> tuple[str, bytes]:
    """Return the name that the query asks for, and the reply."""
    name, end = _read_name(query)
    question, number = query[HEAD.size : end + 4], HEAD.unpack_from(query)[0]
    kind = struct.unpack_from("!H", query, end)[0]
    address = known.get(name)
    if address is None:
        return name, HEAD.pack(number, REFUSED, 1, 0, 0, 0) + question
    if kind != IPV4:  # there is such a name, without an address of this kind
        return name, HEAD.pack(number, ANSWER, 1, 0, 0, 0) + question
    record = struct.pack("!HHHIH", 0xC000 | HEAD.size, IPV4, INTERNET, 60, 4) + socket.inet_aton(address)
    return name, HEAD.pack(number, ANSWER, 1, 1, 0, 0) + question + record


def _read_name(query: bytes) -> tuple[str, int]:
    """Return the name in lower case, and where the rest of the question begins."""
    labels, place = [], HEAD.size
    while length := query[place]:
        labels.append(query[place + 1 : place + 1 + length].decode("ascii", "replace"))
        place += 1 + length
    return ".".join(labels).lower(), place + 1


def main() -> None:
    known = dict(pair.split("=") for pair in sys.argv[1:])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        sys.stdout.write(f"{READY}\n")
        while True:
            query, client = server.recvfrom(4096)
            name, reply = reply_to(query, known)
            sys.stdout.write(f"{name}\n")
            server.sendto(reply, client)


if __name__ == "__main__":
    main()
