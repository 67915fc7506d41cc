"""python -m heavylift_client: the command `heavylift`."""

from __future__ import annotations

import sys

import click

from heavylift_client.cli import heavylift
from heavylift_client.errors import ClientError, JobFailed, StillRunning

EXIT_REFUSED, EXIT_FAILED, EXIT_RUNNING, EXIT_INTERRUPTED = 1, 3, 4, 130


def main(arguments: list[str] | None = None) -> int:
    """The exit code, as README.md tells it."""
    try:
        heavylift.main(arguments, prog_name="heavylift", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
    except ClientError as error:
        click.echo(f"heavylift: {error}", err=True)
        return _exit_code(error)
    return 0


def _exit_code(error: ClientError) -> int:
    if isinstance(error, JobFailed):
        return EXIT_FAILED
    return EXIT_RUNNING if isinstance(error, StillRunning) else EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main())
