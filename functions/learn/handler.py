"""The learn worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from learn.tasks import learn_tasks

handler = worker_handler("learn", *learn_tasks())
