"""What is put on top of `sam local start-api`."""

from __future__ import annotations

import pytest
from flask import Flask, request

from infra.samlocal import start_api
from infra.samlocal.start_api import MOST_BYTES


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
def test_a_body_that_fits_into_no_event_is_refused(
    monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    monkeypatch.setattr(Flask, "default_config", Flask.default_config)
    answers = []

    def cli(prog_name: str) -> None:
        """As the SAM CLI: an application that reads each body before it invokes anything."""
        app = Flask("sam")
        app.add_url_rule("/", view_func=lambda: str(len(request.get_data())), methods=["POST"])
        answers.append(app.test_client().post("/", data=bytes(size)).status_code)

    monkeypatch.setattr(start_api, "cli", cli)
    start_api.main()
    assert answers == [status]
