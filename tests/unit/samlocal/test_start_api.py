"""The limits that are added to `sam local start-api`."""

from __future__ import annotations

import pytest
from flask import Flask, request

from infra.samlocal import start_api
from infra.samlocal.start_api import MAX_BODY_BYTES


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
def test_a_body_too_large_for_an_event_is_refused(
    monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    monkeypatch.setattr(Flask, "default_config", Flask.default_config)
    answers = []

    def cli(prog_name: str) -> None:
        """Stand in for the SAM CLI: an application that reads each body."""
        app = Flask("sam")
        app.add_url_rule("/", view_func=lambda: str(len(request.get_data())), methods=["POST"])
        answers.append(app.test_client().post("/", data=bytes(size)).status_code)

    monkeypatch.setattr(start_api, "cli", cli)
    start_api.main()
    assert answers == [status]
