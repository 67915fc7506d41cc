"""docs/how-to/receive-callbacks.md does what it says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.table import MemoryTable
from heavylift.adapters.system_clock import SystemClock
from heavylift.webhooks.secrets import WebhookSecrets
from heavylift.webhooks.signing import sign
from infra.local.instance import ROOT
from tests.support.in_process_api import ApiWorld
from tests.support.printed_commands import BLOCK

TEXT = (ROOT / "docs" / "how-to" / "receive-callbacks.md").read_text()


def test_the_receiver_as_printed_verifies_and_tells_an_event_that_comes_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, now = WebhookSecrets(MemoryTable(), MemoryObjects()), SystemClock().now()
    [secret] = kept.get("me", now)
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    [block] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    printed: dict[str, Any] = {}
    exec(block, printed)
    body = '{"id":"job","status":"DONE"}'
    rotated = kept.rotate("me", now=now, overlap_s=60)
    headers = sign(rotated, "job-1", now, body)
    assert printed["receive"](body.encode(), headers) == 204
    assert printed["receive"](body.encode(), headers) == 204
    assert capsys.readouterr().out == "job DONE\n"
    assert printed["receive"](body.encode() + b" ", headers) == 401


def test_the_submissions_as_printed_are_accepted() -> None:
    world = ApiWorld(require_api_key=False)
    bodies = [
        json.loads(body) for block in BLOCK.findall(TEXT) for body in re.findall(r"-d '([^']*)'", block)
    ]
    answers = [world.api.client().post("/v1/jobs", json=body) for body in bodies]
    assert [answer.status_code for answer in answers] == [202, 202], [answer.text for answer in answers]
    assert [answer.json()["callback"]["on"] for answer in answers] == [[], ["failed", "canceled"]]
