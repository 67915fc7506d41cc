"""A nested template written out: every name in it gets the stack's name before it, and paths fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local.flatten import load_flat

OUTER = """
Parameters:
  Size: { Type: Number }
Conditions:
  Big: !Equals [!Ref Size, 7]
Resources:
  Own: { Type: Thing, Properties: { Made: !GetAtt Part.Outputs.Made, If: !If [Big, 1, 2] } }
  Part:
    Type: AWS::Serverless::Application
    Properties:
      Location: inner/part.yaml
      Parameters: { Given: !Ref Size }
"""
INNER = """
Parameters:
  Given: { Type: Number }
  Usual: { Type: Number, Default: 5 }
Mappings:
  Table: { "5": { Value: five } }
Conditions:
  Seven: !Equals [!Ref Given, 7]
  Other: !Not [!Condition Seven]
Resources:
  Thing:
    Type: Thing
    Properties:
      CodeUri: ../code
      If: !If [Other, !Ref Given, !Ref AWS::NoValue]
      Found: !FindInMap [Table, !Ref Usual, Value]
      Sub: !Sub "${AWS::StackName}-${Given}-${Usual}-${Thing.Arn}"
  Work: { Type: AWS::Serverless::Function, Condition: Seven }
  Policy: { Type: Thing, Properties: { Roles: [!Ref WorkRole] } }
Outputs:
  Made: { Value: !GetAtt Thing.Arn }
"""


@pytest.fixture
def flat(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "part.yaml").write_text(INNER)
    (tmp_path / "outer.yaml").write_text(OUTER)
    return load_flat(tmp_path / "outer.yaml")


def test_resources_are_called_like_their_stack_and_themselves(flat: dict[str, Any]) -> None:
    assert set(flat["Resources"]) == {"Own", "PartThing", "PartWork", "PartPolicy"}
    assert flat["Resources"]["Own"]["Properties"] == {
        "Made": {"Fn::GetAtt": ["PartThing", "Arn"]},
        "If": {"Fn::If": ["Big", 1, 2]},
    }


def test_expressions_name_what_is_in_the_flat_template(flat: dict[str, Any]) -> None:
    properties = flat["Resources"]["PartThing"]["Properties"]
    assert properties["CodeUri"] == "code"
    assert properties["If"] == {"Fn::If": ["PartOther", {"Ref": "Size"}, {"Ref": "AWS::NoValue"}]}
    assert properties["Found"] == {"Fn::FindInMap": ["PartTable", 5, "Value"]}
    text, values = properties["Sub"]["Fn::Sub"]
    assert text == "${AWS::StackName}-${Given}-${Usual}-${ThingArn}"
    assert values == {"Given": {"Ref": "Size"}, "Usual": 5, "ThingArn": {"Fn::GetAtt": ["PartThing", "Arn"]}}


def test_conditions_and_mappings_come_with_it(flat: dict[str, Any]) -> None:
    assert flat["Mappings"] == {"PartTable": {"5": {"Value": "five"}}}
    assert flat["Conditions"] == {
        "Big": {"Fn::Equals": [{"Ref": "Size"}, 7]},
        "PartSeven": {"Fn::Equals": [{"Ref": "Size"}, 7]},
        "PartOther": {"Fn::Not": [{"Condition": "PartSeven"}]},
    }
    assert flat["Resources"]["PartWork"]["Condition"] == "PartSeven"


def test_a_role_that_sam_makes_is_called_like_its_function(flat: dict[str, Any]) -> None:
    assert flat["Resources"]["PartPolicy"]["Properties"] == {"Roles": [{"Ref": "PartWorkRole"}]}
