"""Headers that a client chooses, beside those of the request itself: a name is sent once, in any case."""

from __future__ import annotations

from heavylift.job_store.manifest import Output
from heavylift.outbound.headers import override
from webhooks.output_request import USER_AGENT, make_request

OUTPUT = Output("a.txt", "text/plain", 3)


def test_names_that_differ_in_case_alone_are_one_header() -> None:
    assert override({"accept": "a", "X-Key": "1"}, by={"Accept": "*/*"}) == {"X-Key": "1", "Accept": "*/*"}


def test_an_output_is_sent_with_one_user_agent_and_the_clients_own_type() -> None:
    chosen = {"user-agent": "mine", "content-type": "text/html"}
    request = make_request({"put_url": "https://example.org/{name}", "headers": chosen}, OUTPUT)
    assert request.all_headers == {
        "content-type": "text/html",
        "Content-Length": "3",
        "User-Agent": USER_AGENT,
    }
