"""The README's requests work as printed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from PIL import Image

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack

README = (ROOT / "README.md").read_text()
PRINTED_ADDRESS = "API=$(make -s url)\n"


def test_the_requests_of_the_readme_work_as_printed(stack: Stack, tmp_path: Path) -> None:
    script = next(block for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) if "API=" in block)
    assert PRINTED_ADDRESS in script
    here = script.replace(PRINTED_ADDRESS, f"API={stack.api_url}\n")
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    ran = subprocess.run(
        ["bash", "-euc", here], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert '"status":"DONE"' in ran.stdout
    with Image.open(tmp_path / "page-0001.png") as page:
        assert page.size[0] in {1240, 1241}  # 210 mm at 150 dpi, rounded either way
