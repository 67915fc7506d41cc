"""The package of the API holds the web page whole, and nothing of what it is checked with."""

from __future__ import annotations

import subprocess
from pathlib import Path

from api.web.bundle import FOLDER

FUNCTIONS = FOLDER.parents[1]


def list_files(folder: Path) -> set[str]:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if "__pycache__" not in name}


def test_the_package_of_the_api_holds_every_file_of_the_page(tmp_path: Path) -> None:
    make = ["make", "-s", "build-ApiFunction", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(make, cwd=FUNCTIONS, check=True, timeout=30)
    packed = list_files(tmp_path / "api" / "web")
    assert packed == list_files(FOLDER)
    assert {"index.html", "app.js", "pages/job.js", "components/status.js", "lib/dom.js"} <= packed
    tools = {"package.json", "package-lock.json", "tsconfig.json", "eslint.config.js"}
    assert not tools & {Path(name).name for name in list_files(tmp_path)}
    assert not list(tmp_path.rglob("node_modules"))
