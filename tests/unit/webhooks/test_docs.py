"""docs/webhooks.md does what it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from heavylift.adapters.memory.table import MemoryTable
from heavylift.adapters.system_clock import SystemClock
from heavylift.webhooks.signing import get_secrets, rotate, sign
from infra.local.instance import ROOT
from infra.local.template import load

TEXT = (ROOT / "docs" / "webhooks.md").read_text()


def test_the_receiver_as_printed_verifies_and_tells_an_event_that_comes_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table, now = MemoryTable(), SystemClock().now()
    [secret] = get_secrets(table, "me", now)
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    [block] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    printed: dict[str, Any] = {}
    exec(block, printed)
    body = '{"id":"job","status":"DONE"}'
    rotated = rotate(table, "me", now=now, overlap_s=60)
    headers = sign(rotated, "job-1", now, body)
    assert printed["receive"](body.encode(), headers) == 204
    assert printed["receive"](body.encode(), headers) == 204
    assert capsys.readouterr().out == "job DONE\n"
    assert printed["receive"](body.encode() + b" ", headers) == 401


def test_the_schedule_is_the_one_of_the_template() -> None:
    pauses = load((ROOT / "template.yaml").read_text())["Parameters"]["CallbackPauses"]["Default"]
    told = "5 s, 30 s, 2 min, 10 min, 1 h, 4 h, 8 h and 11 h"
    assert told in " ".join(TEXT.split())
    seconds = {"s": 1, "min": 60, "h": 3600}
    found = [int(number) * seconds[unit] for number, unit in re.findall(r"(\d+) (s|min|h)\b", told)]
    assert found == [int(each) for each in pauses.split(",")]
