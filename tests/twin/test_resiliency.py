"""Resiliency groups: made, filled, listed in pages, emptied."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, VirtualClock
from sandbox.twin.client import TwinClient

PAIR = ["dxcon-fg5678gh", "dxcon-fh2j4k6m"]


@pytest.fixture
def client() -> TwinClient:
    return TwinClient(DirectConnectTwin(DEFAULT_ESTATE, clock=VirtualClock()))


def made(client: TwinClient, name: str, **more: str) -> str:
    answer = client.create_resiliency_group(resiliencyGroupName=name, intendedResiliencyModel="high-resiliency", **more)
    return str(answer["resiliencyGroup"]["resiliencyGroupId"])


def members(client: TwinClient, group: str) -> list[str]:
    items = client.list_resiliency_group_associations(resiliencyGroupId=group)["items"]
    return [item["connectionArn"].rpartition("/")[2] for item in items]


def test_members_come_and_go(client: TwinClient) -> None:
    group = made(client, "north")

    client.associate_connections_to_resiliency_group(resiliencyGroupId=group, connectionIdentifiers=PAIR)
    both = members(client, group)
    client.disassociate_connections_from_resiliency_group(resiliencyGroupId=group, connectionIdentifiers=PAIR[:1])

    assert both == PAIR
    assert members(client, group) == PAIR[1:]


def test_a_lag_may_be_a_member_by_its_arn(client: TwinClient) -> None:
    group, arn = made(client, "east"), "arn:aws:directconnect:us-east-1:123456789012:dxlag/dxlag-fgt5r4e3"

    client.associate_connections_to_resiliency_group(resiliencyGroupId=group, connectionIdentifiers=[arn])

    [item] = client.list_resiliency_group_associations(resiliencyGroupId=group)["items"]
    assert (item["connectionArn"], item["state"]) == (arn, "associated")


def test_groups_are_listed_in_pages(client: TwinClient) -> None:
    groups = [made(client, f"group-{number}") for number in range(3)]

    first = client.list_resiliency_groups(maxResults=2)
    second = client.list_resiliency_groups(maxResults=2, nextToken=first["nextToken"])

    assert [each["resiliencyGroupId"] for each in (*first["items"], *second["items"])] == groups
    assert "nextToken" not in second


def test_the_same_client_token_makes_one_group(client: TwinClient) -> None:
    assert made(client, "north", clientToken="a-token") == made(client, "north", clientToken="a-token")


def test_an_association_is_all_or_none(client: TwinClient) -> None:
    group, other = made(client, "north"), made(client, "other")
    client.associate_connections_to_resiliency_group(resiliencyGroupId=other, connectionIdentifiers=PAIR[1:])

    with pytest.raises(ClientError, match=f"{PAIR[1]} is associated with {other}"):
        client.associate_connections_to_resiliency_group(resiliencyGroupId=group, connectionIdentifiers=PAIR)

    assert members(client, group) == []


def test_an_unknown_group_is_refused(client: TwinClient) -> None:
    with pytest.raises(ClientError, match="Could not find ResiliencyGroup"):
        client.list_resiliency_group_associations(resiliencyGroupId="dxrg-f0000000000000009")
