"""The pages worker's entry point in Lambda."""

from heavylift.runtime.handlers import worker_handler
from pages.task import PdfToImages

handler = worker_handler("pages", PdfToImages())
