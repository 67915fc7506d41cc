"""Route the library's log to the function's logger."""

from __future__ import annotations

import logging

from aws_lambda_powertools import Logger


def route_library_logs(logger: Logger) -> None:
    """Make the library log through the function's logger, with its keys and level."""
    library = logging.getLogger("heavylift")
    library.handlers = [logger.registered_handler]
    library.setLevel(logger.log_level)
    library.propagate = False
