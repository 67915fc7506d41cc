"""The command `heavylift`, as `python -m heavylift_client`."""

from __future__ import annotations

import sys

import click

from heavylift_client.cli import heavylift
from heavylift_client.errors import ClientError, JobFailed, JobsFailed, StillRunning

EXIT_REFUSED, EXIT_FAILED, EXIT_RUNNING, EXIT_INTERRUPTED = 1, 3, 4, 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Return its exit code; README.md lists them."""
    try:
        heavylift.main(arguments, prog_name="heavylift", standalone_mode=False)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
    except ClientError as error:
        click.echo(f"Error: {error}", err=True)
        return _exit_code(error)
    return 0


def _exit_code(error: ClientError) -> int:
    if isinstance(error, JobFailed | JobsFailed):
        return EXIT_FAILED
    return EXIT_RUNNING if isinstance(error, StillRunning) else EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main())
