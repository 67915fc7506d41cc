"""The real template in the form that `sam local` gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from heavylift.ports.lanes import Lane, queue_of
from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.samlocal.event_sources import (
    EntrySource,
    QueueSource,
    ScheduleSource,
    StreamSource,
    read_event_sources,
)
from infra.samlocal.intrinsics import ExpressionResolver
from infra.samlocal.merge_layers import merge_layers
from infra.samlocal.provision import Provisioner
from infra.samlocal.sam_template import derive

TEMPLATE = load_flat(ROOT / "template.yaml")
FUNCTIONS = {
    name: each["Properties"]
    for name, each in TEMPLATE["Resources"].items()
    if each["Type"] == "AWS::Serverless::Function"
}


ADDRESS = {"PublicS3Endpoint": "http://127.0.0.1:1"}
"""The parameter that every local run sets."""


class MotoClients:
    def client(self, service: str) -> Any:
        return boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]


@pytest.fixture(name="made", scope="module")
def provision() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        with mock_aws():
            parameters = {"PagesTimeout": "20", "PagesConcurrency": "3", **ADDRESS}
            yield Provisioner(MotoClients(), TEMPLATE, parameters)  # type: ignore[arg-type]


def test_the_table_the_bucket_and_the_queues_follow_the_template(made: Provisioner) -> None:
    outputs = made.outputs
    table = MotoClients().client("dynamodb").describe_table(TableName=outputs["TableName"])["Table"]
    wanted = TEMPLATE["Resources"]["Table"]["Properties"]
    assert {i["IndexName"] for i in table["GlobalSecondaryIndexes"]} == {
        i["IndexName"] for i in wanted["GlobalSecondaryIndexes"]
    }
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    sqs = MotoClients().client("sqs")
    url = sqs.get_queue_url(QueueName=outputs["PagesQueueName"])["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "120"
    dead = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"]
    assert dead.endswith(f":{outputs['PagesDeadLetterQueueName']}")
    rules = MotoClients().client("s3").get_bucket_cors(Bucket=outputs["BucketName"])["CORSRules"]
    assert "POST" in rules[0]["AllowedMethods"]


def test_provisioning_again_finds_the_same_resources(made: Provisioner) -> None:
    again = Provisioner(MotoClients(), TEMPLATE, {"PagesTimeout": "30", **ADDRESS})  # type: ignore[arg-type]
    assert again.outputs == made.outputs


def test_every_event_of_every_function_has_a_source(made: Provisioner) -> None:
    found = read_event_sources(TEMPLATE, made.resolver)
    mappings = [e for e in TEMPLATE["Resources"].values() if e["Type"] == "AWS::Lambda::EventSourceMapping"]
    events = sum(len(each.get("Events", {})) for each in FUNCTIONS.values())
    assert len(found) == events + len(mappings) + 1
    assert EntrySource(made.outputs["ScheduleGroupName"]) in found
    pages = next(
        each for each in found if isinstance(each, QueueSource) and each.function == "PagesWorkerFunction"
    )
    assert (pages.batch_size, pages.concurrency, pages.reports_failures) == (1, 3, True)
    assert pages.queue_arn.endswith(made.outputs["PagesQueueName"])
    janitor = next(each for each in found if isinstance(each, ScheduleSource))
    assert (janitor.function, janitor.interval_s) == ("JanitorFunction", 60)
    stream = next(each for each in found if isinstance(each, StreamSource))
    assert (stream.function, stream.bisects, stream.reports_failures) == ("StreamFunction", True, True)
    mapping = TEMPLATE["Resources"]["StreamFunctionEnded"]["Properties"]
    assert list(stream.patterns) == [each["Pattern"] for each in mapping["FilterCriteria"]["Filters"]]


def test_every_expression_of_a_function_is_resolved(made: Provisioner) -> None:
    derived = derive(TEMPLATE, Path("/built"), made.resolver, {"AWS_ENDPOINT_URL": "http://inside:1"})
    sources = read_event_sources(TEMPLATE, made.resolver)
    queues = {(each.function, each.queue_arn) for each in sources if isinstance(each, QueueSource)}
    for name, before in FUNCTIONS.items():
        properties = derived["Resources"][name]["Properties"]
        variables = properties["Environment"]["Variables"]
        assert not [text for text in ("Fn::", "'Ref'", "${") if text in str(variables)], name
        if worker := variables.get("WORKER"):
            for lane in Lane:
                queue = f":{variables['QUEUE_PREFIX']}{queue_of(worker, lane)}"
                assert [arn for function, arn in queues if function == name and arn.endswith(queue)]
        assert variables["AWS_ENDPOINT_URL"] == "http://inside:1"
        assert str(properties["Timeout"]).isdigit()
        assert ("CodeUri" in properties) == ("CodeUri" in before)
        if "CodeUri" in properties:
            assert Path(properties["CodeUri"]).is_absolute()


def test_a_functions_layers_are_merged_into_its_code(tmp_path: Path) -> None:
    for file, text in {
        "Core/python/lib.py": "core",
        "Core/python/shared.py": "core",
        "Web/python/shared.py": "web",
        "Api/api.py": "api",
        "Api/lib.py": "own",
        "Plain/plain.py": "plain",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    layers = {
        name: {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": str(tmp_path / name)}}
        for name in ("Core", "Web")
    }
    kind = "AWS::Serverless::Function"
    refs = {"Layers": [{"Ref": "Core"}, {"Ref": "Web"}]}
    functions = {
        "Api": {"Type": kind, "Properties": {"CodeUri": str(tmp_path / "Api"), **refs}},
        "Plain": {"Type": kind, "Properties": {"CodeUri": str(tmp_path / "Plain")}},
        "Image": {"Type": kind, "Properties": {"ImageUri": "image"}},
    }
    (tmp_path / "code" / "Api").mkdir(parents=True)
    (tmp_path / "code" / "Api" / "left.py").write_text("of an earlier run")

    made = merge_layers({"Resources": layers | functions}, tmp_path / "code")["Resources"]

    api = Path(made.pop("Api")["Properties"]["CodeUri"])
    assert {path.name: path.read_text() for path in api.iterdir()} == {
        "api.py": "api",
        "lib.py": "own",
        "shared.py": "web",
    }
    assert made == {name: functions[name] for name in ("Plain", "Image")}
    assert (tmp_path / "Core" / "python" / "lib.py").read_text() == "core"


def test_a_stage_keeps_what_the_emulation_reads_and_no_limits_or_log(made: Provisioner) -> None:
    """Both name what is not there: parameters, and a log group."""
    derived = derive(TEMPLATE, Path("/built"), made.resolver, {})
    before, after = (each["Resources"]["HttpApiStage"]["Properties"] for each in (TEMPLATE, derived))
    assert set(before) - set(after) == {"DefaultRouteSettings", "AccessLogSettings"}


def test_the_http_api_comes_before_any_function(made: Provisioner) -> None:
    derived = derive(TEMPLATE, Path("/built"), made.resolver, {})
    kinds = [each["Type"] for each in derived["Resources"].values()]
    first_function = kinds.index("AWS::Serverless::Function")
    assert all(
        kind.startswith("AWS::ApiGatewayV2::") for kind in kinds[: kinds.index("AWS::ApiGatewayV2::Api")]
    )
    assert kinds.index("AWS::ApiGatewayV2::Api") < first_function


VALUES: list[tuple[Any, Any]] = [
    ({"Ref": "AWS::Region"}, "us-east-1"),
    ({"Ref": "Size"}, "7"),
    ({"Ref": "Thing"}, "Thing.Ref"),
    ({"Fn::GetAtt": ["Thing", "Arn"]}, "Thing.Arn"),
    ({"Fn::GetAtt": "Thing.Outputs.Name"}, "Thing.Outputs.Name"),
    ({"Fn::Sub": "a-${Size}-${Thing.Arn}-${!Kept}"}, "a-7-Thing.Arn-${Kept}"),
    ({"Fn::Sub": ["${X}/${Size}", {"X": {"Ref": "Size"}}]}, "7/7"),
    ({"Fn::If": ["Big", "yes", "no"]}, "yes"),
    ({"Fn::If": ["Small", "yes", "no"]}, "no"),
    ({"Fn::FindInMap": ["Sizes", {"Ref": "Size"}, "Name"]}, "seven"),
    ({"Fn::Join": ["-", ["a", {"Ref": "Size"}]]}, "a-7"),
    ({"Fn::Split": [",", {"Fn::Sub": "a,${Size}"}]}, ["a", "7"]),
    (
        [
            1,
            {"Fn::If": ["Small", 2, {"Ref": "AWS::NoValue"}]},
            {"Fn::If": ["Small", {"Ref": "AWS::NoValue"}, 3]},
        ],
        [1, 3],
    ),
    ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
    ("plain", "plain"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES, ids=str)
def test_an_expression_comes_to_its_value(expression: Any, value: Any) -> None:
    template = {
        "Parameters": {"Size": {"Type": "Number", "Default": 3}},
        "Conditions": {
            "Big": {"Fn::Equals": [{"Ref": "Size"}, 7]},
            "Small": {"Fn::Not": [{"Condition": "Big"}]},
        },
        "Mappings": {"Sizes": {"7": {"Name": "seven"}}},
    }
    values = ExpressionResolver(template, {"Size": "7"}, lambda logical, name: f"{logical}.{name}")
    assert values.resolve(expression) == value


def test_an_unknown_expression_is_an_error() -> None:
    with pytest.raises(KeyError):
        ExpressionResolver({}, {}, lambda logical, name: "").resolve({"Fn::Cidr": ["10.0.0.0/8", 1, 8]})
