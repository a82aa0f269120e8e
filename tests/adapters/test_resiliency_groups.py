from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.adapters.resiliency_groups import read_resiliency_groups
from dxmacsec.errors import ServiceFault, UnknownAnswer
from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, VirtualClock
from sandbox.twin.client import TwinClient

NORTH_A, NORTH_B, LAG = "dxcon-fg5678gh", "dxcon-fh2j4k6m", "dxlag-fgt5r4e3"


@pytest.fixture
def client() -> Any:  # noqa: ANN401 - in the shape of the SDK's
    return TwinClient(DirectConnectTwin(DEFAULT_ESTATE, clock=VirtualClock()))


def made(client: Any, name: str, *members: str) -> str:  # noqa: ANN401 - see above
    answer = client.create_resiliency_group(resiliencyGroupName=name, intendedResiliencyModel="high-resiliency")
    group = str(answer["resiliencyGroup"]["resiliencyGroupId"])
    client.associate_connections_to_resiliency_group(resiliencyGroupId=group, connectionIdentifiers=list(members))
    return group


class Refusing:
    """A client whose lists fail with a code."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        self._code = code

    def list_resiliency_groups(self, **_: Any) -> Any:  # noqa: ANN401 - in the shape of the SDK's
        raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, "ListResiliencyGroups")

    def list_resiliency_group_associations(self, **_: Any) -> Any:  # noqa: ANN401 - see above
        raise NotImplementedError


def test_every_member_is_named_with_its_group(client: Any) -> None:  # noqa: ANN401 - see above
    north, east = made(client, "north", NORTH_A, NORTH_B), made(client, "east", LAG)

    groups = AwsDirectConnect(client, client).resiliency_groups()

    assert groups == {NORTH_A: north, NORTH_B: north, LAG: east}


def test_groups_are_read_in_pages(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setattr("dxmacsec.adapters.resiliency_groups.PAGE_SIZE", 1)
    north, east = made(client, "north", NORTH_A, NORTH_B), made(client, "east", LAG)

    assert read_resiliency_groups(client) == {NORTH_A: north, NORTH_B: north, LAG: east}


def test_an_account_without_groups_has_none(client: Any) -> None:  # noqa: ANN401 - see above
    assert read_resiliency_groups(client) == {}


def test_a_region_that_does_not_know_them_has_none() -> None:
    refusing: Any = Refusing("UnknownOperationException")

    assert read_resiliency_groups(refusing) == {}


@pytest.mark.parametrize(
    ("code", "error"),
    [("DirectConnectServerException", ServiceFault), ("DirectConnectClientException", UnknownAnswer)],
)
def test_any_other_failure_is_one(code: str, error: type[Exception]) -> None:
    refusing: Any = Refusing(code)

    with pytest.raises(error, match="read the resiliency groups"):
        read_resiliency_groups(refusing)
