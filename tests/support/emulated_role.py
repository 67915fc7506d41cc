"""A role for functions of tests: the emulator runs a function only with a role that exists."""

from __future__ import annotations

import json

from infra.local.instance import LocalInstance

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def create_role(place: LocalInstance, *actions: str) -> str:
    """Create a role that may do the actions on everything. Return its ARN."""
    iam = place.aws.client("iam")
    arn = iam.create_role(RoleName="of-a-test", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="of-a-test", PolicyName="of-a-test", PolicyDocument=policy)
    return str(arn)
