"""Each operation's answer fits the output shape of botocore's service model, member by member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import ListShape, StringShape, StructureShape
from botocore.validate import ParamValidator

from sandbox.twin import World
from sandbox.twin.client import service_model
from tests.twin.bench import CAK, CKN, EDGE, HOSTED, LAG, MEMBER, NORTH, SOUTH, Bench

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

NORTH_ARN = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{NORTH}"
TAGS = [{"key": "team", "value": "network"}]
PORT = {"location": "EqDC2", "bandwidth": "10Gbps", "requestMACSec": True, "tags": TAGS}
GUEST = {"bandwidth": "1Gbps", "connectionName": "guest", "ownerAccount": "210987654321"}

CALLS: dict[str, dict[str, Any]] = {
    "AllocateConnectionOnInterconnect": {**GUEST, "interconnectId": EDGE, "vlan": 200},
    "AllocateHostedConnection": {**GUEST, "connectionId": LAG, "vlan": 201, "tags": TAGS},
    "AssociateConnectionWithLag": {"connectionId": MEMBER, "lagId": LAG},
    "AssociateHostedConnection": {"connectionId": HOSTED, "parentConnectionId": LAG},
    "AssociateMacSecKey": {"connectionId": NORTH, "ckn": CKN, "cak": CAK},
    "ConfirmConnection": {"connectionId": HOSTED},
    "AssociateConnectionsToResiliencyGroup": {"resiliencyGroupId": "set by the test", "connectionIdentifiers": [NORTH]},
    "CreateConnection": {**PORT, "connectionName": "new", "providerName": "Equinix"},
    "CreateInterconnect": {**PORT, "interconnectName": "new"},
    "CreateLag": {
        "location": "EqDC2",
        "connectionsBandwidth": "10Gbps",
        "lagName": "new",
        "numberOfConnections": 2,
        "requestMACSec": True,
        "childConnectionTags": TAGS,
        "providerName": "Equinix",
    },
    "CreateResiliencyGroup": {
        "resiliencyGroupName": "north",
        "intendedResiliencyModel": "high-resiliency",
        "tags": TAGS,
    },
    "DeleteConnection": {"connectionId": SOUTH},
    "DeleteInterconnect": {"interconnectId": "set by the test"},
    "DeleteLag": {"lagId": LAG},
    "DescribeConnections": {},
    "DescribeConnectionsOnInterconnect": {"interconnectId": EDGE},
    "DescribeHostedConnections": {"connectionId": EDGE},
    "DescribeInterconnects": {},
    "DescribeLags": {},
    "DescribeLocations": {},
    "DescribeTags": {"resourceArns": [NORTH_ARN]},
    "DisassociateConnectionFromLag": {"connectionId": MEMBER, "lagId": LAG},
    "DisassociateConnectionsFromResiliencyGroup": {
        "resiliencyGroupId": "set by the test",
        "connectionIdentifiers": [NORTH],
    },
    "DisassociateMacSecKey": {"connectionId": NORTH, "secretARN": "set by the test"},
    "ListResiliencyGroupAssociations": {"resiliencyGroupId": "set by the test"},
    "ListResiliencyGroups": {},
    "TagResource": {"resourceArn": NORTH_ARN, "tags": TAGS},
    "UntagResource": {"resourceArn": NORTH_ARN, "tagKeys": ["team"]},
    "UpdateConnection": {"connectionId": NORTH, "encryptionMode": "must_encrypt"},
    "UpdateLag": {"lagId": LAG, "minimumLinks": 1},
}


def faults_of(answer: dict[str, Any], shape: Shape | None) -> str:
    """Return what botocore finds wrong with an answer, an unknown member and a wrong enum value too."""
    if shape is None:
        return ""
    report = ParamValidator().validate(answer, shape)
    return str(report.generate_report()) + "".join(_strange(answer, shape, ""))


def _strange(answer: object, shape: Shape, where: str) -> list[str]:
    if isinstance(shape, StructureShape) and isinstance(answer, dict):
        unknown = [f"{where}.{name} is unknown" for name in answer if name not in shape.members]
        known = [name for name in answer if name in shape.members]
        return unknown + [
            fault for name in known for fault in _strange(answer[name], shape.members[name], f"{where}.{name}")
        ]
    if isinstance(shape, ListShape) and isinstance(answer, list):
        return [fault for each in answer for fault in _strange(each, shape.member, f"{where}[]")]
    allowed = shape.enum if isinstance(shape, StringShape) else []
    return [f"{where} is {answer!r}, none of {allowed}"] if allowed and answer not in allowed else []


def test_the_calls_cover_every_operation(bench: Bench) -> None:
    assert set(CALLS) == bench.twin.operations


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_an_answer_fits_its_shape(bench: Bench, operation: str) -> None:
    parameters = dict(CALLS[operation])
    if operation == "DisassociateMacSecKey":
        parameters["secretARN"] = bench.first_arn(NORTH)
    if operation == "DeleteInterconnect":
        port = bench.call("CreateInterconnect", **CALLS["CreateInterconnect"])
        parameters["interconnectId"] = port["interconnectId"]
    if "resiliencyGroupId" in parameters:
        group = bench.call("CreateResiliencyGroup", **CALLS["CreateResiliencyGroup"])["resiliencyGroup"]
        parameters["resiliencyGroupId"] = group["resiliencyGroupId"]
    model = service_model().operation_model(operation)

    answer = bench.call(operation, **parameters)

    assert faults_of(parameters, model.input_shape) == ""
    assert faults_of(answer, model.output_shape) == ""


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeLags", "DescribeInterconnects"])
def test_a_page_fits_its_shape(operation: str) -> None:
    bench = Bench(World(W9="listed", W11="at-times"))
    bench.call("CreateLag", **CALLS["CreateLag"])
    bench.call("CreateInterconnect", **CALLS["CreateInterconnect"])

    answer = bench.call(operation, maxResults=1)

    assert "nextToken" in answer
    assert faults_of(answer, service_model().operation_model(operation).output_shape) == ""


def test_the_shape_check_itself_finds_faults(bench: Bench) -> None:
    shape = service_model().operation_model("DescribeConnections").output_shape
    good = bench.call("DescribeConnections", connectionId=NORTH)["connections"][0]

    unknown = faults_of({"connections": [{**good, "colour": "red"}]}, shape)
    wrong = faults_of({"connections": [{**good, "vlan": "red"}]}, shape)
    strange = faults_of({"connections": [{**good, "connectionState": "red"}]}, shape)

    assert "colour" in unknown
    assert "vlan" in wrong
    assert "connectionState" in strange


def test_every_operation_that_carries_macsec_fields_is_played(bench: Bench) -> None:
    """Billing and router configuration texts are no part of a key change, and are left to AWS."""
    left_out = {"UpdateConnectionsBillingMode", "DescribeRouterConfiguration"}
    model = service_model()

    carrying = {name for name in model.operation_names if _carries_macsec(model.operation_model(name))}

    assert carrying - left_out <= bench.twin.operations


def _carries_macsec(operation: OperationModel) -> bool:
    shapes = [shape for shape in (operation.input_shape, operation.output_shape) if shape is not None]
    return any("macsec" in name.casefold() for shape in shapes for name in _names(shape))


def _names(shape: Shape) -> set[str]:
    if isinstance(shape, StructureShape):
        return {shape.name, *shape.members}.union(*(_names(member) for member in shape.members.values()))
    return _names(shape.member) if isinstance(shape, ListShape) else {shape.name}
