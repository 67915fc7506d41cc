"""How a request has its key, and what an API without keys does."""

from __future__ import annotations

import pytest

from tests.support.in_process_api import ApiWorld


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer {}"}, {"X-Api-Key": "{}"}])
def test_a_key_is_accepted_in_either_header(headers: dict[str, str]) -> None:
    api = ApiWorld().api
    sent = {name: value.format(api.key("me")) for name, value in headers.items()}
    assert api.client().get("/v1/jobs", headers=sent).status_code == 200


def test_an_open_api_has_a_default_tenant_and_still_checks_keys() -> None:
    world = ApiWorld(require_api_key=False)
    api = world.api
    anonymous = api.client()
    job = world.submit_over(anonymous).json()
    assert anonymous.get("/v1/queues").status_code == 200
    assert api.client(api.key("default")).get(job["links"]["self"]).status_code == 200
    assert api.client(api.key("me")).get(job["links"]["self"]).status_code == 404
    assert api.client("no-such-key").get(job["links"]["self"]).status_code == 401
    assert anonymous.get("/v1/jobs", headers={"Authorization": "Basic bWU6bWU="}).status_code == 401


def test_neither_the_table_nor_the_log_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    world = ApiWorld()
    key = world.api.key("me")
    world.api.client(key).get("/v1/jobs")
    assert key.removeprefix("hl_") not in str(world.table.items) + caplog.text
