"""PDFBox's Preflight, which checks a file against the rules of PDF/A-1b. Debian has no validator of PDF/A-2b.

PDF/A-2b (ISO 19005-2) allows what 1b forbids: transparency, JPEG 2000, fonts without a CIDSet. For the rest
its rules are those of 1b, or near them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

JARS = Path("/usr/share/java")
NEEDED = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
MAIN = "org.apache.pdfbox.preflight.Validator_A1b"
ALLOWED = (
    "part must be 1",  # it is 2
    # What PDF/A-2 allows.
    "The CIDSet entry is missing",
    "/XRef cross reference streams are not allowed",
    # Preflight does not read Ghostscript's time zone, Z00'00'. test_archive.py compares the dates itself.
    "Date present in the document catalog dictionary doesn't match with XMP information",
)
_FINDING = re.compile(r"^\d+(?:\.\d+)* : .*$", re.MULTILINE)


def preflight_installed() -> bool:
    return bool(shutil.which("java")) and all((JARS / f"{name}.jar").exists() for name in NEEDED)


def find_faults(pdf: Path) -> list[str]:
    """Return what Preflight finds, without what PDF/A-2 allows."""
    jars = ":".join(str(JARS / f"{name}.jar") for name in NEEDED)
    ran = subprocess.run(
        ["java", "-Xmx256m", f"-Duser.home={pdf.parent}", "-cp", jars, MAIN, str(pdf)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = _FINDING.findall(ran.stdout)
    assert found or "is a valid PDF/A-1b file" in ran.stdout, ran.stdout + ran.stderr
    return [finding for finding in found if not any(allowed in finding for allowed in ALLOWED)]
