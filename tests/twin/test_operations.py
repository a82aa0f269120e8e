"""The calls around keys: paging, tags, hosted connections, interconnects, observers, injected faults."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sandbox.twin import CallRecord, TwinError
from sandbox.twin.client import TwinClient
from tests.twin.bench import CAK, CKN, EDGE, HOSTED, LAG, NORTH, Bench

GUEST = {"bandwidth": "1Gbps", "connectionName": "guest", "ownerAccount": "123456789012"}
NORTH_ARN = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{NORTH}"


def test_pages_add_up_to_the_whole(bench: Bench) -> None:
    whole = bench.call("DescribeConnections")
    pages: list[list[dict[str, object]]] = []
    token: str | None = None

    while token is not None or not pages:
        answer = bench.call("DescribeConnections", maxResults=2, nextToken=token)
        pages.append(answer["connections"])
        token = answer.get("nextToken")

    assert [each for page in pages for each in page] == whole["connections"]
    assert [len(page) for page in pages] == [2, 2, 2]
    assert "nextToken" not in whole


@pytest.mark.parametrize(
    "wish", [{"maxResults": 101}, {"maxResults": -1}, {"nextToken": "?"}, {"nextToken": "bGFnczoxMDA="}]
)
def test_a_page_that_is_none_is_refused(bench: Bench, wish: dict[str, object]) -> None:
    assert bench.refusal("DescribeConnections", **wish).code == "DirectConnectClientException"


@pytest.mark.parametrize(
    ("operation", "name", "unknown"),
    [
        ("DescribeLags", "lagId", "dxlag-zzzzzzzz"),
        ("DescribeInterconnects", "interconnectId", NORTH),
        ("DescribeHostedConnections", "connectionId", "dxcon-zzzzzzzz"),
        ("DescribeConnectionsOnInterconnect", "interconnectId", NORTH),
        ("ConfirmConnection", "connectionId", NORTH),
    ],
)
def test_an_id_of_nobody_is_refused(bench: Bench, operation: str, name: str, unknown: str) -> None:
    refusal = bench.refusal(operation, **{name: unknown})

    assert refusal.message.startswith("Could not find ")
    assert refusal.message.endswith(unknown)


def test_tags_are_set_read_and_taken_off(bench: Bench) -> None:
    bench.call("TagResource", resourceArn=NORTH_ARN, tags=[{"key": "team", "value": "a"}, {"key": "b"}])
    bench.call("UntagResource", resourceArn=NORTH_ARN, tagKeys=["b", "dxmacsec:redundancy-group"])

    answer = bench.call("DescribeTags", resourceArns=[NORTH_ARN])

    expected = [{"key": "team", "value": "a"}]
    assert answer["resourceTags"] == [{"resourceArn": NORTH_ARN, "tags": expected}]
    assert bench.link(NORTH)["tags"] == expected


def test_a_tag_key_given_twice_is_refused(bench: Bench) -> None:
    tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]

    assert bench.refusal("TagResource", resourceArn=NORTH_ARN, tags=tags).code == "DuplicateTagKeysException"


def test_a_hosted_connection_waits_for_its_owner(bench: Bench) -> None:
    guest = bench.call("AllocateHostedConnection", **GUEST, connectionId=EDGE, vlan=7)["connectionId"]
    bench.wait(60)
    before = bench.link(guest)["connectionState"]

    bench.call("ConfirmConnection", connectionId=guest)
    bench.wait(60)

    assert (before, bench.link(guest)["connectionState"]) == ("ordering", "available")
    assert bench.link(guest)["partnerInterconnectMacSecCapable"] is True
    assert bench.link(guest)["macSecCapable"] is False


def test_a_vlan_is_used_once(bench: Bench) -> None:
    refusal = bench.refusal("AllocateConnectionOnInterconnect", **GUEST, interconnectId=EDGE, vlan=101)

    assert "101" in refusal.message


def test_a_hosted_connection_of_another_account_is_listed_on_its_host_only(bench: Bench) -> None:
    wish = {**GUEST, "ownerAccount": "210987654321", "vlan": 7}
    guest = bench.call("AllocateHostedConnection", **wish, connectionId=EDGE)["connectionId"]

    on_host = bench.call("DescribeHostedConnections", connectionId=EDGE)["connections"]
    own = bench.call("DescribeConnections")["connections"]

    assert guest in {each["connectionId"] for each in on_host}
    assert guest not in {each["connectionId"] for each in own}


def test_a_hosted_connection_moves_to_another_host(bench: Bench) -> None:
    bench.call("AssociateHostedConnection", connectionId=HOSTED, parentConnectionId=LAG)

    assert bench.call("DescribeHostedConnections", connectionId=EDGE)["connections"] == []
    assert bench.link(HOSTED)["lagId"] == LAG


def test_a_host_with_guests_is_not_deleted(bench: Bench) -> None:
    bench.refusal("DeleteInterconnect", interconnectId=EDGE)
    bench.call("DeleteConnection", connectionId=HOSTED)
    bench.wait(5)

    assert bench.call("DeleteInterconnect", interconnectId=EDGE) == {"interconnectState": "deleting"}


def test_a_deleted_connection_is_no_link_and_keeps_no_key(bench: Bench) -> None:
    bench.call("DeleteConnection", connectionId=NORTH)
    bench.wait(5)

    assert bench.link(NORTH)["connectionState"] == "deleted"
    assert bench.keys(NORTH) == []
    assert NORTH not in bench.twin.links()
    assert bench.refusal("UpdateConnection", connectionId=NORTH).message.endswith(NORTH)


def test_locations_say_where_macsec_is_offered(bench: Bench) -> None:
    speeds = {
        place["locationCode"]: place["availableMacSecPortSpeeds"]
        for place in bench.call("DescribeLocations")["locations"]
    }

    assert speeds["EqDC2"] == ["10Gbps", "100Gbps", "400Gbps"]
    assert speeds["TIE2A"] == []


def test_an_operation_that_the_twin_does_not_play_is_refused(bench: Bench) -> None:
    assert "CreateBGPPeer" in bench.refusal("CreateBGPPeer").message


def test_observers_hear_of_each_call_and_a_record_prints_no_cak(bench: Bench) -> None:
    records: list[CallRecord] = []
    bench.twin.on_call.append(records.append)

    bench.twin.call("AssociateMacSecKey", {"connectionId": NORTH, "ckn": CKN, "cak": CAK}, principal="ana")
    bench.refusal("DescribeLags", lagId="dxlag-zzzzzzzz")

    assert [(record.operation, record.principal) for record in records] == [
        ("AssociateMacSecKey", "ana"),
        ("DescribeLags", "someone"),
    ]
    assert records[0].parameters["cak"] == CAK
    assert records[0].answer is not None
    assert isinstance(records[1].error, TwinError)
    assert CAK not in repr(records)


def test_a_call_may_have_its_effect_and_lose_its_answer(bench: Bench) -> None:
    bench.twin.fail_next("AssociateMacSecKey", after_effect=True)

    refusal = bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=CKN, cak=CAK)

    assert refusal.code == "DirectConnectServerException"
    assert bench.keys(NORTH)[-1]["ckn"] == CKN


def test_a_failing_call_without_effect_changes_nothing(bench: Bench) -> None:
    bench.twin.fail_next("AssociateMacSecKey", times=2)

    for _ in range(2):
        bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=CKN, cak=CAK)
    before = len(bench.keys(NORTH))
    bench.associate(NORTH)

    assert (before, len(bench.keys(NORTH))) == (1, 2)


def test_a_client_speaks_as_boto3_does(bench: Bench) -> None:
    client = TwinClient(bench.twin)

    answer = client.associate_mac_sec_key(connectionId=NORTH, ckn=CKN, cak=CAK)

    assert answer["macSecKeys"][0]["ckn"] == CKN
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_client_raises_botocores_errors(bench: Bench) -> None:
    client = TwinClient(bench.twin)

    with pytest.raises(ClientError) as refused:
        client.describe_connections(connectionId="dxcon-zzzzzzzz")
    with pytest.raises(ParamValidationError):
        client.describe_connections(colour="red")
    with pytest.raises(AttributeError):
        client.get_paginator("describe_connections")

    assert refused.value.response["Error"]["Code"] == "DirectConnectClientException"
    assert refused.value.operation_name == "DescribeConnections"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vlan": 4095}, "vlan must be"),
        ({"bandwidth": "3Gbps"}, "bandwidth"),
        ({"connectionName": ""}, "Missing"),
    ],
)
def test_a_guest_that_does_not_fit_is_refused(bench: Bench, change: dict[str, object], words: str) -> None:
    refusal = bench.refusal("AllocateHostedConnection", **{**GUEST, "connectionId": EDGE, "vlan": 9, **change})

    assert words in refusal.message


def test_a_hosted_connection_is_renamed(bench: Bench) -> None:
    bench.call("UpdateConnection", connectionId=HOSTED, connectionName="renamed")

    assert bench.link(HOSTED)["connectionName"] == "renamed"


def test_a_key_that_is_not_on_the_link_cannot_leave_it(bench: Bench) -> None:
    refusal = bench.refusal("DisassociateMacSecKey", connectionId=NORTH, secretARN="arn:other")

    assert "not associated" in refusal.message


def test_a_key_does_not_leave_while_the_port_is_pending(bench: Bench) -> None:
    arn = bench.first_arn(NORTH)
    bench.associate(NORTH)

    refusal = bench.refusal("DisassociateMacSecKey", connectionId=NORTH, secretARN=arn)

    assert "not in available state" in refusal.message


def test_setting_the_mode_that_is_set_changes_nothing(bench: Bench) -> None:
    before = bench.link(NORTH)

    bench.call("UpdateConnection", connectionId=NORTH, encryptionMode="must_encrypt")

    assert bench.link(NORTH) == before


def test_a_router_of_nobody_is_a_key_error(bench: Bench) -> None:
    with pytest.raises(KeyError):
        bench.twin.router("dxcon-zzzzzzzz")


def test_new_ids_differ(bench: Bench) -> None:
    wish = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "new"}

    ids = {bench.call("CreateConnection", **wish)["connectionId"] for _ in range(20)}

    assert len(ids) == 20
    assert all(len(each) == len(NORTH) for each in ids)
