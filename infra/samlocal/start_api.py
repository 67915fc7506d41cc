"""`sam local start-api`, with the one answer that it lacks: 413 to a body that fits into no event of Lambda.

Its emulator of Lambda refuses such an event, and `sam local` takes that for an answer: 200 and nothing.

python -m infra.samlocal.start_api local start-api ...      as python -m samcli
"""

from __future__ import annotations

from flask import Flask
from samcli.cli.main import cli
from werkzeug.datastructures import ImmutableDict

MOST_BYTES = 4_700_000
"""An event has 6 MiB, of which a body takes four thirds of its size, and headers some KB."""


def main() -> None:
    """The SAM CLI has no option for it, so every Flask application of this process is told."""
    Flask.default_config = ImmutableDict(Flask.default_config | {"MAX_CONTENT_LENGTH": MOST_BYTES})
    cli(prog_name="sam")


if __name__ == "__main__":
    main()
