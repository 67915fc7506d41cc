"""The bash blocks of a document, run as they are printed, one after the other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def run_printed(page: str, folder: Path, *, timeout: float = 120, **variables: str) -> str:
    """Run the page's blocks in `folder` and return what they print.

    `variables` take the place of the first block, which sets them.
    """
    first, *others = BLOCK.findall(page)
    assert first.startswith("API=")
    settings = [f"{name}={value}" for name, value in variables.items()]
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join([*settings, "set -x", *others])],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
