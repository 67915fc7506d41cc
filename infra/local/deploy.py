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

UPDATABLE_STATUSES = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
DEPLOYED_STATUSES = UPDATABLE_STATUSES - {"UPDATE_ROLLBACK_COMPLETE"}
DIGEST_TAG = "heavylift-digest"
DEPLOY_TIMEOUT_S = 180


def is_deployed(instance: LocalInstance, digest: str) -> bool:
    """Whether the stack was deployed with this digest. The digest is a tag of the stack, not local state."""
    stack = find_stack(instance)
    if stack is None or stack["StackStatus"] not in DEPLOYED_STATUSES:
        return False
    return {"Key": DIGEST_TAG, "Value": digest} in stack.get("Tags", [])


def deploy(instance: LocalInstance, parameters: dict[str, str], digest: str) -> None:
    """Create or update the stack. Raises CommandError with the reason of the first resource that failed."""
    stack = find_stack(instance)
    if stack is not None and stack["StackStatus"] not in UPDATABLE_STATUSES:
        _delete(instance)  # a stack whose creation failed cannot be updated
    instance.aws.client("s3").create_bucket(Bucket=SETTINGS["s3_bucket"])
    command = [
        *(sys.executable, "-m", "samcli", "deploy"),
        *("--config-file", str(instance.staged / "samconfig.toml"), "--config-env", "embedded"),
        *("--template-file", str(instance.staged / "template.yaml"), "--stack-name", STACK),
        *("--tags", f"{DIGEST_TAG}={digest}"),
        # The SAM CLI requires a repository for images, though it pushes none here.
        *(("--image-repository", f"{REGISTRY}/none") if instance.docker else ()),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    ]
    try:
        sam = subprocess.run(
            command,
            env=instance.environment,
            capture_output=True,
            text=True,
            timeout=DEPLOY_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandError(f"The deploy took longer than {DEPLOY_TIMEOUT_S} s. See {instance.log}") from None
    if sam.returncode != 0:
        raise CommandError(
            f"The deploy failed: {_find_failure_reason(instance) or _get_last_line(sam.stderr)}"
        )
    _set_concurrency_again(instance)
    _update_aliases(instance)


def find_stack(instance: LocalInstance) -> dict[str, Any] | None:
    """Return CloudFormation's description of the stack, or None if the stack does not exist."""
    try:
        described = instance.aws.client("cloudformation").describe_stacks(StackName=STACK)
    except ClientError:  # CloudFormation's answer for a stack that does not exist
        return None
    stack: dict[str, Any] = described["Stacks"][0]
    return stack


def read_outputs(instance: LocalInstance) -> dict[str, str]:
    """Return the stack's outputs, by their names in template.yaml."""
    stack = find_stack(instance) or {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _set_concurrency_again(instance: LocalInstance) -> None:
    """Set the concurrency as a number: MiniStack 1.5.33 stores text and cannot compare it."""
    client = instance.aws.client("lambda")
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        limit = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        if limit is not None:
            client.update_event_source_mapping(
                UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
            )


def _update_aliases(instance: LocalInstance) -> None:
    """Publish new versions: MiniStack 1.5.33 keeps an alias's version when only parameters have changed."""
    client = instance.aws.client("lambda")
    for function in client.list_functions()["Functions"]:
        name, settings = function["FunctionName"], function.get("Environment")
        for alias in client.list_aliases(FunctionName=name)["Aliases"]:
            live = client.get_function_configuration(FunctionName=name, Qualifier=alias["Name"])
            if live.get("Environment") != settings:
                version = client.publish_version(FunctionName=name)["Version"]
                client.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)


def _delete(instance: LocalInstance) -> None:
    client = instance.aws.client("cloudformation")
    client.delete_stack(StackName=STACK)
    try:
        client.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except WaiterError:
        raise CommandError(
            "A broken stack could not be removed. Run make down, delete .heavylift, and try again."
        ) from None


def _find_failure_reason(instance: LocalInstance) -> str | None:
    """Return why the first resource failed. CloudFormation only cancels the later ones."""
    try:
        events = instance.aws.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    except ClientError:
        return None
    failures = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failures:
        return None
    first = min(failures, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', first['ResourceStatus'])}"


def _get_last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the SAM CLI gave no reason"
