"""`callback` of a submission: the url with headers and chosen ends, in JSON and in a form."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from heavylift.jobs.object_keys import callback_headers_key
from tests.support.in_process_api import ApiWorld
from tests.support.world import CITE

URL = "https://example.org/hook"
OWN = {"Authorization": "Bearer top-secret"}
FULL = {"url": URL, "headers": OWN, "on": ["failed", "canceled"]}


def make_client() -> tuple[ApiWorld, Any]:
    world = ApiWorld()
    return world, world.api.client(world.api.key("me"))


def post_json(client: Any, callback: Any, key: str | None = None, **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/v1/jobs", json={"task": CITE.name, "callback": callback, **more}, headers=headers)


def read_stored(world: ApiWorld, job_id: str) -> Any:
    return json.loads(world.objects.read(callback_headers_key(job_id)))


def test_json_and_a_form_say_the_same() -> None:
    world, client = make_client()
    as_json = post_json(client, FULL)
    as_form = world.submit_over(client, data={"task": "copy", "callback": json.dumps(FULL)})
    for answer in (as_json, as_form):
        assert answer.status_code == 202, answer.text
        job = answer.json()
        assert (job["callback"]["url"], job["callback"]["on"]) == (URL, ["failed", "canceled"])
        assert read_stored(world, job["id"]) == OWN


def test_no_answer_no_log_and_no_item_has_the_headers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world, client = make_client()
    job = post_json(client, FULL, key="1").json()
    shown = [client.get(f"/v1/jobs{path}").text for path in ("", f"/{job['id']}", f"/{job['id']}/events")]
    assert "top-secret" not in "".join(shown) + json.dumps(job) + str(world.table.items) + caplog.text


@pytest.mark.parametrize(
    ("callback", "pointer"),
    [
        ({"url": "http://example.org"}, "/callback/url"),
        ({"url": URL, "headers": {"Host": "x"}}, "/callback/headers"),
        ({"url": URL, "headers": {"webhook-id": "x"}}, "/callback/headers"),
        ({"url": URL, "headers": {"X-Key": "a\r\nb"}}, "/callback/headers"),
        ({"url": URL, "headers": {"X-Key": 1}}, "/callback/headers/X-Key"),
        ({"url": URL, "headers": {f"X-{number}": "1" for number in range(11)}}, "/callback/headers"),
        ({"url": URL, "on": []}, "/callback/on"),
        ({"url": URL, "on": ["ended"]}, "/callback/on/0"),
        ({"url": URL, "on": ["done", "done"]}, "/callback"),
        ({"headers": OWN}, "/callback/url"),
        ({"url": URL, "method": "PUT"}, "/callback/method"),
    ],
)
def test_refusals_name_the_place_and_leave_nothing_behind(callback: Any, pointer: str) -> None:
    world, client = make_client()
    before = dict(world.table.items)
    answer = post_json(client, callback)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert world.table.items.keys() == before.keys()
    assert not world.objects.objects


def test_a_job_has_one_callback() -> None:
    _, client = make_client()
    answer = post_json(client, {"url": URL}, callback_url=URL)
    assert answer.status_code == 422
    assert "either callback_url or callback" in answer.text


def test_a_form_says_what_is_wrong_with_its_callback() -> None:
    world, client = make_client()
    answer = world.submit_over(client, data={"task": "copy", "callback": "{"})
    assert answer.json()["errors"][0]["pointer"] == "/callback"


def test_the_same_callback_is_the_same_request() -> None:
    world, client = make_client()
    first = post_json(client, FULL, key="1").json()
    again = {**FULL, "on": ["canceled", "failed"]}
    assert post_json(client, again, key="1").json()["id"] == first["id"]
    for other in ({**FULL, "headers": {"Authorization": "x"}}, {**FULL, "on": ["done"]}, {"url": URL}):
        assert post_json(client, other, key="1").status_code == 422
    assert len([key for key in world.objects.objects if key.endswith("callback.json")]) == 1


def test_a_callback_with_the_url_alone_is_a_callback_url() -> None:
    _, client = make_client()
    job = {"task": CITE.name, "callback_url": URL}
    first = client.post("/v1/jobs", json=job, headers={"Idempotency-Key": "1"}).json()
    assert post_json(client, {"url": URL}, key="1").json()["id"] == first["id"]


def test_a_fingerprint_does_not_help_to_guess_the_headers() -> None:
    """A plain hash of a short secret is found by trying."""
    world, client = make_client()
    post_json(client, {"url": URL}, key="plain")
    post_json(client, {"url": URL, "headers": OWN}, key="secret")
    prints = {item["pk"]: item["fingerprint"] for item in world.table.items.values() if "fingerprint" in item}
    assert len(prints["IDEM#me#plain"]) == 64, "sha256"
    assert len(prints["IDEM#me#secret"]) == 128, "scrypt"
