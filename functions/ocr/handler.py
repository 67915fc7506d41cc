"""The ocr worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from ocr.task import OcrTask

handler = worker_handler("ocr", OcrTask())
