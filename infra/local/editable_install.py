"""Puts the project's sources on the import path of the current Python environment, with a .pth file.

Functions ignore this path: they import only what was deployed, as on AWS.
"""

import shutil
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write_pth_file() -> None:
    roots = [str(ROOT / "layers" / "core"), str(ROOT / "functions")]
    line = f"import os, sys; 'LAMBDA_TASK_ROOT' in os.environ or sys.path.extend({roots})\n"
    site_packages = Path(sysconfig.get_path("purelib"))
    (site_packages / "heavylift.pth").write_text(f"{line}import heavylift_package_guard\n")
    shutil.copyfile(
        Path(__file__).with_name("package_guard.py"), site_packages / "heavylift_package_guard.py"
    )


if __name__ == "__main__":
    write_pth_file()
