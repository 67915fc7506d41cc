"""python -m infra.local.samlocal: up until it is interrupted."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from infra.local.console import CommandError
from infra.local.instance import DEFAULT_STATE, STACK
from infra.samlocal.processes import watch
from infra.samlocal.session import Run, running, services


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.samlocal", description=__doc__)
    parser.add_argument("--port", type=int, default=3000, help="of the api; the workers' is the next one")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE / "sam-local")
    parser.add_argument(
        "--set", action="append", default=[], metavar="Parameter=value", help="of template.yaml"
    )
    parser.add_argument(
        "--name", default=STACK, help="its table, bucket and queues begin with it: a new one starts empty"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was begun is ended
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs start without it
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    overrides = dict(pair.split("=", 1) for pair in options.set)
    state_dir = options.state_dir.resolve()
    try:
        with (
            services(state_dir) as aws,
            running(Run(options.port, state_dir, aws, overrides, options.name)) as programs,
        ):
            print(
                f"==> up: http://127.0.0.1:{options.port} (Ctrl-C ends it; logs in {state_dir})", flush=True
            )
            watch(programs)
    except CommandError as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
