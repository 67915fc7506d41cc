"""`sam local start-api` that answers 413 to a request body too large for a Lambda event.

Without this limit the emulator of Lambda refuses the event, and `sam local` answers 200 with an empty body.

python -m infra.samlocal.start_api local start-api ...      as python -m samcli
"""

from __future__ import annotations

from flask import Flask
from samcli.cli.main import cli
from werkzeug.datastructures import ImmutableDict

MAX_BODY_BYTES = 4_700_000
"""Lambda's 6 MiB per event, less the growth of base64 (4/3) and some KB of headers."""


def main() -> None:
    """Run the SAM CLI. It has no option for the limit, so the limit becomes Flask's default."""
    Flask.default_config = ImmutableDict(Flask.default_config | {"MAX_CONTENT_LENGTH": MAX_BODY_BYTES})
    cli(prog_name="sam")


if __name__ == "__main__":
    main()
