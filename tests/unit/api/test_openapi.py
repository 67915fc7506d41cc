"""The OpenAPI document: it describes every route, its refusals, its links, its callback and its address."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.app import create_app
from api.settings import ApiSettings
from heavylift.webhooks.signing import sign
from tests.support.in_process_api import ApiWorld


def an_open_api() -> httpx.Client:
    return ApiWorld(require_api_key=False).api.client()


def test_every_reference_in_the_openapi_document_is_there() -> None:
    document = an_open_api().get("/openapi.json").json()
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named <= set(document["components"]["schemas"])


def test_the_openapi_document_describes_every_route_and_its_refusals() -> None:
    api = ApiWorld().api
    document = api.client().get("/openapi.json").json()
    for route in iter_route_contexts(api.app.routes):
        path = str(route.path_format)
        if not path.startswith("/v1"):
            continue
        for method in (route.methods or set()) - {"HEAD"}:
            operation = document["paths"][path][method.lower()]
            assert operation["summary"]
            if path != "/v1/tasks":
                assert operation["security"] == [{"bearer": []}, {"key": []}]
                assert {"401", "403"} <= set(operation["responses"])


def test_an_open_api_documents_an_optional_key() -> None:
    document = an_open_api().get("/openapi.json").json()
    assert document["paths"]["/v1/jobs"]["get"]["security"][0] == {}


def test_the_openapi_document_describes_the_callback() -> None:
    document = create_app().openapi()
    [(url, path)] = document["paths"]["/v1/jobs"]["post"]["callbacks"]["job-ended"].items()
    assert url == "{$request.body#/callback_url}"
    sent = path["post"]
    assert {each["name"] for each in sent["parameters"]} == set(sign(["whsec_YQ=="], "job-1", 0, "{}"))
    carried = sent["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert document["components"]["schemas"][carried.rsplit("/", 1)[1]]["title"] == "Job"


def test_every_link_leads_to_an_operation_that_takes_its_parameters() -> None:
    operations = {
        operation["operationId"]: (path, operation)
        for path, methods in create_app().openapi()["paths"].items()
        for operation in methods.values()
    }
    links = [
        link
        for _, operation in operations.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) > 10
    for link in links:
        path, target = operations[link["operationId"]]
        taken = {each["name"] for each in target["parameters"]}
        assert set(link["parameters"]) <= taken
        assert set(re.findall(r"{(\w+)}", path)) <= set(link["parameters"])


def test_every_answer_has_its_own_description() -> None:
    for path, methods in create_app().openapi()["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                assert response["description"] != "Successful Response", (path, status)


@pytest.mark.parametrize(
    ("headers", "server"),
    [
        ({"Host": "api.example.org", "X-Forwarded-Proto": "https"}, "https://api.example.org/below"),
        ({"Host": "127.0.0.1:4566"}, "http://127.0.0.1:4566/below"),
        ({"Host": "[::1]:4566", "X-Forwarded-Proto": "https, http"}, "https://[::1]:4566/below"),
        ({"Host": "a b"}, "/below"),
        ({"Host": "x@y"}, "/below"),
        ({"Host": "api.example.org", "X-Forwarded-Proto": "javascript"}, "/below"),
    ],
)
def test_the_server_of_the_document_is_the_one_that_was_asked(headers: dict[str, str], server: str) -> None:
    client = ApiWorld(base_path="/below").api.client()
    assert client.get("/openapi.json", headers=headers).json()["servers"] == [{"url": server}]


def test_a_server_without_a_known_host_and_path_is_the_root() -> None:
    answer = ApiWorld().api.client().get("/openapi.json", headers={"Host": "?"})
    assert answer.json()["servers"] == [{"url": "/"}]


@pytest.mark.parametrize("path", ["/v1/tasks", "/below/v1/tasks"])
def test_a_path_with_or_without_the_base_path_is_found(path: str) -> None:
    """What stands in front of the API may leave it in the path, or take it off."""
    client = ApiWorld(base_path="/below").api.client()
    assert client.get(path).status_code == 200
    assert client.put(path).headers["Allow"] == "GET, HEAD"


def test_an_app_below_a_path_is_made_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    create_app(ApiSettings(base_path="/below"))
    assert list(recwarn) == []
