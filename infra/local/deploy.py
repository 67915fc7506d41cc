"""Deploys the staged sources into the emulator with the SAM CLI."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.local.console import CommandError
from infra.local.images import REGISTRY
from infra.local.instance import STACK, LocalInstance
from infra.local.staging import SETTINGS

SETTLED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
CURRENT = SETTLED - {"UPDATE_ROLLBACK_COMPLETE"}
DIGEST_TAG = "heavylift-digest"
DEPLOY_S = 180


def is_deployed(place: LocalInstance, digest: str) -> bool:
    """The stack itself knows what it was made from, so a lost or restored state can't mislead."""
    stack = find_stack(place)
    if stack is None or stack["StackStatus"] not in CURRENT:
        return False
    return {"Key": DIGEST_TAG, "Value": digest} in stack.get("Tags", [])


def deploy(place: LocalInstance, parameters: dict[str, str], digest: str) -> None:
    """Create or update the stack. Raises Stop with the reason of the resource that failed."""
    stack = find_stack(place)
    if stack is not None and stack["StackStatus"] not in SETTLED:
        _delete(place)  # a stack that failed to be made can't be updated
    place.aws.client("s3").create_bucket(Bucket=SETTINGS["s3_bucket"])
    command = [
        *(sys.executable, "-m", "samcli", "deploy"),
        *("--config-file", str(place.staged / "samconfig.toml"), "--config-env", "embedded"),
        *("--template-file", str(place.staged / "template.yaml"), "--stack-name", STACK),
        *("--tags", f"{DIGEST_TAG}={digest}"),
        *(("--image-repository", f"{REGISTRY}/none") if place.docker else ()),  # asked for, and not used
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    ]
    try:
        sam = subprocess.run(
            command, env=place.environment, capture_output=True, text=True, timeout=DEPLOY_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise CommandError(f"The deploy was not done within {DEPLOY_S} s: see {place.log}") from None
    if sam.returncode != 0:
        raise CommandError(f"The deploy failed: {_reason(place) or _last_line(sam.stderr)}")
    _restate_concurrency(place)
    _restate_aliases(place)


def find_stack(place: LocalInstance) -> dict[str, Any] | None:
    try:
        described = place.aws.client("cloudformation").describe_stacks(StackName=STACK)
    except ClientError:  # CloudFormation's answer for a stack that does not exist
        return None
    stack: dict[str, Any] = described["Stacks"][0]
    return stack


def outputs(place: LocalInstance) -> dict[str, str]:
    """The stack's outputs, by their names in template.yaml."""
    stack = find_stack(place) or {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _restate_concurrency(place: LocalInstance) -> None:
    """MiniStack 1.5.33 keeps a parameter's number as text here, and then can't compare it."""
    client = place.aws.client("lambda")
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        limit = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        if limit is not None:
            client.update_event_source_mapping(
                UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
            )


def _restate_aliases(place: LocalInstance) -> None:
    """MiniStack 1.5.33 leaves an alias at the old version where only parameters have changed."""
    client = place.aws.client("lambda")
    for function in client.list_functions()["Functions"]:
        name, settings = function["FunctionName"], function.get("Environment")
        for alias in client.list_aliases(FunctionName=name)["Aliases"]:
            live = client.get_function_configuration(FunctionName=name, Qualifier=alias["Name"])
            if live.get("Environment") != settings:
                version = client.publish_version(FunctionName=name)["Version"]
                client.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)


def _delete(place: LocalInstance) -> None:
    client = place.aws.client("cloudformation")
    client.delete_stack(StackName=STACK)
    try:
        client.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except WaiterError:
        raise CommandError(
            "A broken stack could not be removed: make down, remove .heavylift, try again"
        ) from None


def _reason(place: LocalInstance) -> str | None:
    """Why the first resource failed; the ones after it are only cancelled."""
    try:
        events = place.aws.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    except ClientError:
        return None
    failures = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failures:
        return None
    first = min(failures, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', first['ResourceStatus'])}"


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the SAM CLI gave no reason"
