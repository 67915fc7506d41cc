"""The message worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from message.task import MessageTask

handler = worker_handler("message", MessageTask())
