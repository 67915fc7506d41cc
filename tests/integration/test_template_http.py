"""The HTTP API's access log, and the pages that may use the bucket's presigned URLs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from api.settings import ApiSettings
from tests.support.translated import TEMPLATE, of_type, resolve

OWN_PAGE = "HttpApi.ApiEndpoint"
ORIGINS = [
    ({}, [OWN_PAGE]),
    (
        {"CorsOrigins": "https://a.example,https://b.example"},
        [OWN_PAGE, "https://a.example", "https://b.example"],
    ),
    ({"CorsOrigins": "*"}, [OWN_PAGE, "*"]),
    ({"PublicS3Endpoint": "http://127.0.0.1:4566"}, ["*"]),
]


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.mark.parametrize(("parameters", "origins"), ORIGINS, ids=str)
def test_the_bucket_serves_the_own_page_and_those_that_may_call_the_api(
    parameters: dict[str, str], origins: list[str]
) -> None:
    [bucket] = of_type(resolve(**parameters), "AWS::S3::Bucket").values()
    [rule] = bucket["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == origins


def test_the_api_and_the_bucket_read_the_same_origins() -> None:
    pattern = TEMPLATE["Parameters"]["CorsOrigins"]["AllowedPattern"]
    text = "https://a.example,https://b.example"
    assert re.fullmatch(pattern, text)
    assert not re.fullmatch(
        pattern, "https://a.example, https://b.example"
    )  # the bucket would take the space
    assert list(ApiSettings.read({"CORS_ORIGINS": text}).cors_origins) == text.split(",")


def read_format() -> dict[str, Any]:
    [stage] = of_type(resolve(), "AWS::ApiGatewayV2::Stage").values()
    log = stage["AccessLogSettings"]
    assert log["DestinationArn"] == "AccessLogs.Arn"
    assert "\n" not in log["Format"]
    values: dict[str, Any] = json.loads(log["Format"])
    return values


def test_each_request_is_one_line_of_json_with_its_id() -> None:
    values = read_format()
    assert values["request_id"] == "$context.requestId"
    assert values["function_request_id"] == "$context.integration.requestId"  # as in the api's log
    assert {"status", "path", "ms", "function_status"} <= set(values)


def test_a_line_of_the_access_log_holds_no_secret_of_the_caller() -> None:
    """No header, no query, nothing that could break the JSON: each value is one token of the gateway."""
    for value in read_format().values():
        assert re.fullmatch(r"\$context\.[A-Za-z.]+", value)
        assert not re.search(r"authorizer|header|query|message", value, re.IGNORECASE)


def test_the_access_log_is_kept_as_long_as_the_other_logs() -> None:
    groups = of_type(resolve(LogRetentionDays="3"), "AWS::Logs::LogGroup")
    assert groups["AccessLogs"]["LogGroupName"] == "/aws/vendedlogs/heavylift-access"
    assert {each["RetentionInDays"] for each in groups.values()} == {"3"}
