"""Puts the sources on the path of the environment that runs this, by a .pth file.

Not for deployed functions: what they can import is what was deployed, here as on AWS.
"""

import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def link() -> None:
    roots = [str(ROOT / "layers" / "core"), str(ROOT / "functions")]
    line = f"import os, sys; 'LAMBDA_TASK_ROOT' in os.environ or sys.path.extend({roots})\n"
    Path(sysconfig.get_path("purelib"), "heavylift.pth").write_text(line)


if __name__ == "__main__":
    link()
