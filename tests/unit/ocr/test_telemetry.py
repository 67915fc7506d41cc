"""The networks' library reports nothing to its maker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DOCKERFILE = Path(__file__).resolve().parents[3] / "functions" / "ocr" / "Dockerfile"


def test_the_process_turns_it_off_before_the_library_loads() -> None:
    code = "import ocr, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    clean = {k: v for k, v in os.environ.items() if k not in ("CI", "ORT_DISABLE_TELEMETRY")}
    env = clean | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1"


def test_the_image_turns_it_off() -> None:
    assert "ORT_DISABLE_TELEMETRY=1" in DOCKERFILE.read_text()
