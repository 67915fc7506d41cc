"""The physical names of what the stack has created, by their logical ids."""

from __future__ import annotations

from infra.local.instance import STACK, LocalInstance


def list_resources(instance: LocalInstance, type_: str) -> dict[str, str]:
    """Return logical id → physical name of the stack's resources of one type."""
    client = instance.aws.client("cloudformation")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == type_
    }


def list_worker_functions(instance: LocalInstance) -> dict[str, str]:
    """Return worker → the name of its function."""
    functions = list_resources(instance, "AWS::Lambda::Function")
    suffix = "WorkerFunction"
    return {
        name.removesuffix(suffix).lower(): physical
        for name, physical in functions.items()
        if name.endswith(suffix)
    }


def list_log_groups(instance: LocalInstance) -> dict[str, str]:
    """Return function or worker → the name of its log group. API Gateway's log is none of a function."""
    groups = list_resources(instance, "AWS::Logs::LogGroup")
    return {
        name.removesuffix("Logs").removesuffix("Worker").lower(): physical
        for name, physical in groups.items()
        if name != "AccessLogs"
    }
