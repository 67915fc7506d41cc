"""What a machine may lack that some tests need, and how it is added.

    @POPPLER.needed
    def test_...

At the end of a run each capability that was missed has one line, with the tests that it cost.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from infra.local.instance import ROOT
from ocr.settings import OcrSettings
from tests.support.preflight import preflight_installed

PREFIX = "Skipped: "
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Capability:
    name: str
    remedy: str
    present: bool

    @property
    def missing(self) -> str:
        """The reason of a skip; what is printed at the end too."""
        return f"needs {self.name}: {self.remedy}"

    @property
    def needed(self) -> pytest.MarkDecorator:
        """The mark of a test that is skipped without it."""
        return pytest.mark.skipif(not self.present, reason=self.missing)

    def require(self, variable: str) -> None:
        """Skip the test without it; fail it where the environment's `variable` is `required`, as in CI."""
        if not self.present:
            (pytest.fail if os.environ.get(variable) == "required" else pytest.skip)(self.missing)


def find_browser() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def list_packs() -> frozenset[str]:
    """Return the names of Tesseract's packs that are installed."""
    folder = OcrSettings.read().packs_folder
    return frozenset(file.stem for file in folder.glob("*.traineddata")) if folder else frozenset()


POPPLER = Capability(
    "poppler",
    "apt-get install poppler-utils, or brew install poppler",
    all(map(shutil.which, ("pdfinfo", "pdftoppm", "pdftotext"))),
)
CHROMIUM = Capability(
    "Chromium", "apt-get install chromium, or CHROMIUM=/path/to/it", find_browser() is not None
)
GHOSTSCRIPT = Capability("Ghostscript", "apt-get install ghostscript", shutil.which("gs") is not None)
PREFLIGHT = Capability(
    "PDFBox's Preflight",
    "apt-get install default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java",
    preflight_installed(),
)
NODE = Capability(
    "the packages of package.json",
    "install Node.js 20.19 or newer, then make check-page",
    (ROOT / "node_modules" / ".bin" / "openapi-typescript").exists(),
)
PACKS_NEEDED = frozenset(("ara", "ces", "ell", "heb", "hin", "kor", "osd", "rus", "tha", "tur", "ukr", "vie"))
"""Those that the image of the ocr worker has."""
PACKS = Capability(
    "Tesseract's packs",
    "apt-get install " + " ".join(f"tesseract-ocr-{pack}" for pack in sorted(PACKS_NEEDED)),
    list_packs() >= PACKS_NEEDED,
)
LINUX = Capability("Linux", "run them in .devcontainer", sys.platform == "linux")


def describe_skips(skips: Iterable[pytest.TestReport]) -> list[str]:
    """Return a line for each reason that tests were skipped for, the one that cost most first."""
    reasons = Counter(
        report.longrepr[2].removeprefix(PREFIX) for report in skips if isinstance(report.longrepr, tuple)
    )
    return [
        f"{count} {'test' if count == 1 else 'tests'} skipped: {reason}"
        for reason, count in reasons.most_common()
    ]
