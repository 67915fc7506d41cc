"""A domain of one's own, and the default address of API Gateway beside it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.translated import of_type, resolve

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/1"
DOMAIN = {"DomainName": "api.example.org", "CertificateArn": CERTIFICATE}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def api_of(resources: dict[str, Any]) -> dict[str, Any]:
    return dict(of_type(resources, "AWS::ApiGatewayV2::Api")["HttpApi"])


def domains_of(resources: dict[str, Any]) -> list[Any]:
    kinds = ("DomainName", "ApiMapping")
    return [each for kind in kinds for each in of_type(resources, f"AWS::ApiGatewayV2::{kind}").values()]


@pytest.mark.parametrize("given", [{}, {"DomainName": "api.example.org"}, {"DefaultEndpoint": "false"}])
def test_without_a_domain_and_its_certificate_the_api_keeps_its_address(given: dict[str, str]) -> None:
    resources = resolve(**given)
    assert domains_of(resources) == []
    assert api_of(resources)["DisableExecuteApiEndpoint"] is False


@pytest.mark.parametrize(("endpoint", "disabled"), [("true", False), ("false", True)])
def test_with_a_domain_the_default_address_may_be_closed(endpoint: str, disabled: bool) -> None:
    resources = resolve(**DOMAIN, DefaultEndpoint=endpoint)
    domain, mapping = domains_of(resources)
    assert domain["DomainName"] == DOMAIN["DomainName"]
    assert domain["DomainNameConfigurations"][0]["CertificateArn"] == CERTIFICATE
    assert mapping == {"ApiId": "HttpApi", "DomainName": "HttpApiDomain", "Stage": "HttpApiStage"}
    assert api_of(resources)["DisableExecuteApiEndpoint"] is disabled
