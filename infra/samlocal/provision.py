"""The table, the bucket and the queues of a template, made through the services' own APIs.

For services without CloudFormation, or that are not all in one program: DynamoDB may be another one than S3.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.instance import ROOT, STACK, Aws
from infra.local.template import Template, load
from infra.samlocal.intrinsics import PSEUDO, Values

Attributes = dict[str, str]
TABLE_ONLY = {"TimeToLiveSpecification", "StreamSpecification"}
CORS_NAMES = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
"""Where S3 calls a rule's part something else than CloudFormation does."""


class Provision:
    """The resources of one template. Each is made when its name is first asked for, or found made already."""

    def __init__(
        self, aws: Aws, template: Template, parameters: dict[str, str], name: str = STACK, folder: Path = ROOT
    ) -> None:
        self._aws = aws
        self._template = template
        self._name = name
        self._folder = folder
        self._made: dict[str, Attributes] = {}
        self.values = Values(template, parameters, self.attribute)

    def attribute(self, logical_id: str, name: str) -> str:
        """`name` is "Ref" or what Fn::GetAtt asks for. Raises KeyError for what is not made here."""
        if logical_id not in self._made:
            self._made[logical_id] = self._make(logical_id, self._template["Resources"][logical_id])
        return self._made[logical_id][name]

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs, without those of resources that are not made here."""
        found = {}
        for name, output in self._template.get("Outputs", {}).items():
            with suppress(KeyError):
                found[name] = str(self.values.of(output["Value"]))
        return found

    def _make(self, logical_id: str, resource: dict[str, Any]) -> Attributes:
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                return self._table(logical_id, self.values.of(properties))
            case "AWS::S3::Bucket":
                return self._bucket(logical_id, self.values.of(properties))
            case "AWS::SQS::Queue":
                return self._queue(logical_id, self.values.of(properties))
            case "AWS::Serverless::Application":
                return self._nested(logical_id, properties)
            case "AWS::Serverless::Function":
                arn = (
                    f"arn:aws:lambda:{PSEUDO['AWS::Region']}:{PSEUDO['AWS::AccountId']}:function:{logical_id}"
                )
                return {"Ref": logical_id, "Arn": arn}
        return {"Ref": logical_id}

    def _table(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("dynamodb")
        name = f"{self._name}-{logical_id}"
        request = {key: value for key, value in properties.items() if key not in TABLE_ONLY}
        if stream := properties.get("StreamSpecification"):
            request["StreamSpecification"] = stream | {"StreamEnabled": True}
        with suppress(client.exceptions.ResourceInUseException):  # made by an earlier run
            client.create_table(TableName=name, **request)
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        made = client.describe_table(TableName=name)["Table"]
        return {"Ref": name, "Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "")}

    def _bucket(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("s3")
        name = f"{self._name}-{logical_id}".lower()
        client.create_bucket(Bucket=name)  # in us-east-1, asking again for one's own bucket is no error
        if cors := properties.get("CorsConfiguration"):
            rules = [
                {CORS_NAMES.get(key, key): value for key, value in rule.items()} for rule in cors["CorsRules"]
            ]
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
        return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}

    def _queue(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        client = self._aws.client("sqs")
        name = f"{self._name}-{logical_id}"
        attributes = {
            key: json.dumps(value)
            if isinstance(value, dict)
            else str(value).lower()
            if value is True
            else str(value)
            for key, value in properties.items()
        }
        try:
            url = client.create_queue(QueueName=name)["QueueUrl"]
        except ClientError:  # made by an earlier run, and no longer as it was made
            url = client.get_queue_url(QueueName=name)["QueueUrl"]
        client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return {"Ref": url, "QueueName": name, "Arn": arn}

    def _nested(self, logical_id: str, properties: dict[str, Any]) -> Attributes:
        path = self._folder / properties["Location"]
        given = {key: str(value) for key, value in self.values.of(properties.get("Parameters", {})).items()}
        nested = Provision(
            self._aws, load(path.read_text()), given, f"{self._name}-{logical_id}", path.parent
        )
        return {"Ref": logical_id} | {f"Outputs.{key}": value for key, value in nested.outputs.items()}
