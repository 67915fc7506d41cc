"""Requests to the emulator's HTTP API wait while all processes of the function are busy."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from infra.local import emulator
from infra.local.instance import LocalInstance
from tests.support.ports import find_free_port

CLIENTS = 20
SLOW = """
import os, time
def answer(event, context):
    time.sleep(0.3)
    return {"statusCode": 200, "body": str(os.getpid())}
"""


@pytest.fixture(name="place")
def start_emulator(tmp_path: Path) -> Iterator[LocalInstance]:
    place = LocalInstance(find_free_port(), tmp_path)
    emulator.start(place, tied_to_parent=True)
    yield place
    emulator.stop(place)


def create_slow_api(place: LocalInstance) -> str:
    """Create an HTTP API whose function answers with the id of its process. Return the API's url."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("slow.py", SLOW)
    role = place.aws.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]
    function = place.aws.client("lambda").create_function(
        FunctionName="slow",
        Runtime="python3.13",
        Handler="slow.answer",
        Role=role["Arn"],
        Timeout=30,
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    gateway = place.aws.client("apigatewayv2")
    api = gateway.create_api(Name="slow", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return f"{place.endpoint_url}/_aws/execute-api/{api}/"


def test_clients_beyond_the_processes_wait_and_are_answered(place: LocalInstance) -> None:
    url = create_slow_api(place)
    with httpx.Client(timeout=60, trust_env=False) as client, ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(client.get, [url] * CLIENTS))
    assert [answer.status_code for answer in answers] == [200] * CLIENTS
    assert 2 <= len({answer.text for answer in answers}) <= emulator.API_PROCESSES
