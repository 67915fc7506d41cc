"""Creates a template's table, bucket and queues through the services' APIs.

For services without CloudFormation, or with an endpoint each: DynamoDB and S3 may be different programs.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from infra.local.aws_clients import REGION, AwsClients
from infra.local.instance import STACK
from infra.local.template import Template
from infra.samlocal.intrinsics import PSEUDO_PARAMETERS, ExpressionResolver
from infra.samlocal.mappings import mapping_id

Attributes = dict[str, str]
NOT_IN_CREATE_TABLE = {
    *("TimeToLiveSpecification", "StreamSpecification"),
    *(
        "PointInTimeRecoverySpecification",
        "DeletionProtectionEnabled",
    ),  # services on this machine have neither
}
ACCOUNT = PSEUDO_PARAMETERS["AWS::AccountId"]
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/"
"""No role is made: `sam local` needs none."""
CORS_NAMES = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
"""CloudFormation's names of CORS properties → S3's, where they differ."""


class Provisioner:
    """Creates a template's resources, each when an attribute is first read. Reuses existing resources."""

    def __init__(
        self,
        aws: AwsClients,
        template: Template,
        parameters: dict[str, str],
        name: str = STACK,
    ) -> None:
        self._aws = aws
        self._template = template
        self._name = name
        self._attributes: dict[str, Attributes] = {}
        self.resolver = ExpressionResolver(template, parameters, self.attribute, name)

    def attribute(self, logical_id: str, name: str) -> str:
        """Return an attribute of a resource: `name` is "Ref" or an attribute of Fn::GetAtt.

        Raises KeyError for an attribute that is not provided here.
        """
        if logical_id not in self._attributes:
            self._attributes[logical_id] = self._create(logical_id, self._template["Resources"][logical_id])
        return self._attributes[logical_id][name]

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs, except those of resources that are not created here."""
        found = {}
        for name, output in self._template.get("Outputs", {}).items():
            with suppress(KeyError):
                found[name] = str(self.resolver.resolve(output["Value"]))
        return found

    def _create(self, logical_id: str, resource: dict[str, Any]) -> Attributes:
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                return self._create_table(logical_id, self.resolver.resolve(properties))
            case "AWS::S3::Bucket":
                return self._create_bucket(logical_id, self.resolver.resolve(properties))
            case "AWS::SQS::Queue":
                return self._create_queue(logical_id, self.resolver.resolve(properties))
            case "AWS::Serverless::Function" | "AWS::IAM::Role" as type_:
                arn = FUNCTION_ARN if type_.endswith("Function") else ROLE_ARN
                return {"Ref": logical_id, "Arn": arn + logical_id}
            case "AWS::Scheduler::ScheduleGroup":
                self._create_group(f"{self._name}-{logical_id}")
                logical_id = f"{self._name}-{logical_id}"
            case "AWS::Lambda::EventSourceMapping":
                logical_id = mapping_id(logical_id)
        return {"Ref": logical_id}

    def _create_table(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("dynamodb")
        name = f"{self._name}-{logical_id}"
        request = {key: value for key, value in properties.items() if key not in NOT_IN_CREATE_TABLE}
        if stream := properties.get("StreamSpecification"):
            request["StreamSpecification"] = stream | {"StreamEnabled": True}
        with suppress(client.exceptions.ResourceInUseException):  # created by an earlier run
            client.create_table(TableName=name, **request)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        table = client.describe_table(TableName=name)["Table"]
        return {"Ref": name, "Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}

    def _create_bucket(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("s3")
        name = f"{self._name}-{logical_id}".lower()
        client.create_bucket(Bucket=name)  # in us-east-1, creating one's own bucket again is no error
        if cors := properties.get("CorsConfiguration"):
            rules = [
                {CORS_NAMES.get(key, key): value for key, value in rule.items()} for rule in cors["CorsRules"]
            ]
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
        return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}

    def _create_group(self, name: str) -> None:
        """Create the group of schedules, unless an earlier run did: LocalStack would empty it."""
        client = self._aws.client("scheduler")
        try:
            client.get_schedule_group(Name=name)
        except client.exceptions.ResourceNotFoundException:
            client.create_schedule_group(Name=name)

    def _create_queue(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("sqs")
        name = properties.pop("QueueName", f"{self._name}-{logical_id}")
        attributes = {
            key: json.dumps(value)
            if isinstance(value, dict)
            else str(value).lower()
            if isinstance(value, bool)
            else str(value)
            for key, value in properties.items()
        }
        try:
            url = client.create_queue(QueueName=name)["QueueUrl"]
        except ClientError:  # created by an earlier run with other attributes
            url = client.get_queue_url(QueueName=name)["QueueUrl"]
        client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return {"Ref": url, "QueueName": name, "Arn": arn}
