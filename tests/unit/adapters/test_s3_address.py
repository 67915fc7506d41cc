"""The address of presigned urls: one origin for each bucket on AWS, the endpoint of one's own elsewhere."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import boto3
import pytest

from heavylift.adapters.aws import clients
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.runtime import bootstrap
from tests.support.aws_faults import session_that_ends_in


def origin(monkeypatch: pytest.MonkeyPatch, region: str, endpoint: str | None = None) -> str:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "t")
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    objects = S3Objects(clients.s3_client.__wrapped__(endpoint), "my-bucket")
    link = objects.presign_get("k", filename="k", media_type="text/plain", seconds=60)
    form = objects.presign_post("k", media_type="text/plain", max_bytes=9, seconds=60)
    assert urlsplit(form["url"]).netloc == urlsplit(link).netloc
    return urlsplit(link).netloc


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_on_aws_the_origin_is_the_buckets_own_in_its_region(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    assert origin(monkeypatch, region) == f"my-bucket.s3.{region}.amazonaws.com"


def test_one_client_serves_both_uses_where_clients_reach_s3_at_the_same_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(service: str, **_options: object) -> object:
        made.append(service)
        return object()

    monkeypatch.setattr(boto3, "client", make)
    for name in ("TABLE_NAME", "BUCKET_NAME", "QUEUE_PREFIX"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("PUBLIC_S3_ENDPOINT", raising=False)
    caches = (bootstrap.get_system, clients.dynamodb_client, clients.s3_client, clients.sqs_client)
    for cache in caches:
        cache.cache_clear()
    bootstrap.get_system()
    for cache in caches:
        cache.cache_clear()
    assert sorted(made) == ["dynamodb", "s3", "sqs"]


def test_an_endpoint_of_ones_own_has_one_host(monkeypatch: pytest.MonkeyPatch) -> None:
    assert origin(monkeypatch, "us-east-1", "http://127.0.0.1:4566") == "127.0.0.1:4566"


@pytest.mark.parametrize(("asked_s", "lasts_s"), [(3600, 720), (60, 60)])
def test_a_url_ends_with_the_credentials_that_sign_it(asked_s: float, lasts_s: float) -> None:
    client = session_that_ends_in(720).client("s3")
    ends_at = S3Objects(client, "my-bucket").signed_until(time.time() + asked_s)
    assert ends_at - time.time() == pytest.approx(lasts_s, abs=5)


def test_a_url_of_a_key_without_end_lives_as_long_as_asked() -> None:
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")
    assert S3Objects(client, "my-bucket").signed_until(5.0) == 5.0
