"""Which rules of a synthesised template an event reaches, as EventBridge would match it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from moto.events.models import EventPattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
_MACHINES = {"RotateKey": "dxmacsec-RotateKey", "EnforceEncryption": "dxmacsec-EnforceEncryption"}
_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:"


def targets_of(event: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The logical ids of what `event` reaches through `rules`, the properties of rules."""
    return {
        logical_id(target["Arn"])
        for rule in rules.values()
        if EventPattern.load(json.dumps(_written_out(rule["EventPattern"]))).matches_event(cast("Any", event))
        for target in rule["Targets"]
    }


def logical_id(reference: Mapping[str, Any]) -> str:
    """The logical id in a reference: a machine's ARN is its `Ref`, a function's or queue's an attribute."""
    return str(reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0])


def _machine_arn(name: str) -> str:
    named = name.removeprefix("Machines")[:-8]
    return _MACHINE + _MACHINES.get(named, f"dxmacsec-{named}")


def _written_out(value: object) -> object:
    """Put the sandbox's account in place of CloudFormation's references."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(str(_written_out(part)) for part in parts)
        case {"Ref": name}:
            return _HERE.get(name) or _machine_arn(name)
        case dict():
            return {key: _written_out(each) for key, each in value.items()}
        case list():
            return [_written_out(each) for each in value]
        case _:
            return value
