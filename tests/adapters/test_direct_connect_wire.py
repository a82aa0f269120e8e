from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.errors import LinkNotFound, ServiceFault
from dxmacsec.model import KeyPair, Link, LinkKind, Port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("directconnect")


@pytest.fixture
def wire(client: Any) -> Iterator[Stubber]:  # noqa: ANN401 - see above
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def adapter(client: Any) -> AwsDirectConnect:  # noqa: ANN401 - see above
    return AwsDirectConnect(client, client)


def test_reads_every_page_of_every_kind(wire: Stubber, adapter: AwsDirectConnect) -> None:
    first = {"connections": [{"connectionId": "dxcon-a"}], "nextToken": "more"}
    wire.add_response("describe_connections", first, {"maxResults": 100})
    wire.add_response(
        "describe_connections", {"connections": [{"connectionId": "dxcon-b"}]}, {"maxResults": 100, "nextToken": "more"}
    )
    wire.add_response("describe_interconnects", {"interconnects": [{"interconnectId": "dxcon-i"}]}, {"maxResults": 100})
    wire.add_response("describe_lags", {"lags": []}, {"maxResults": 100})

    links = adapter.links()

    assert [link.id for link in links] == ["dxcon-a", "dxcon-b", "dxcon-i"]


def test_an_empty_answer_means_that_there_is_no_such_link(wire: Stubber, adapter: AwsDirectConnect) -> None:
    wire.add_response("describe_connections", {"connections": []}, {"connectionId": "dxcon-a"})
    wire.add_response("describe_interconnects", {"interconnects": []}, {"interconnectId": "dxcon-a"})

    with pytest.raises(LinkNotFound, match="dxcon-a"):
        adapter.link("dxcon-a")


def test_an_empty_answer_means_that_there_is_no_such_lag(wire: Stubber, adapter: AwsDirectConnect) -> None:
    wire.add_response("describe_lags", {"lags": []}, {"lagId": "dxlag-a"})

    with pytest.raises(LinkNotFound, match="dxlag-a"):
        adapter.link("dxlag-a")


def test_does_not_trust_what_a_lag_says_of_its_members(wire: Stubber, adapter: AwsDirectConnect) -> None:
    stale = {"connectionId": "dxcon-m", "connectionState": "available", "portEncryptionStatus": "Encryption Up"}
    fresh = {**stale, "connectionState": "down", "portEncryptionStatus": "Encryption Down", "lagId": "dxlag-a"}
    wire.add_response("describe_lags", {"lags": [{"lagId": "dxlag-a", "connections": [stale]}]}, {"lagId": "dxlag-a"})
    wire.add_response("describe_connections", {"connections": [fresh]}, {"connectionId": "dxcon-m"})

    link = adapter.link("dxlag-a")

    assert link.ports == (Port("dxcon-m", "down", "Encryption Down"),)


def test_a_lag_of_interconnects_shows_their_ports(wire: Stubber, adapter: AwsDirectConnect) -> None:
    lag = {"lagId": "dxlag-a", "connections": [{"connectionId": "dxcon-i"}]}
    member = {"interconnectId": "dxcon-i", "interconnectState": "available", "lagId": "dxlag-a"}
    wire.add_response("describe_connections", {"connections": []}, {"maxResults": 100})
    wire.add_response("describe_interconnects", {"interconnects": [member]}, {"maxResults": 100})
    wire.add_response("describe_lags", {"lags": [lag]}, {"maxResults": 100})

    links = adapter.links()

    assert [(link.id, link.port_ids) for link in links] == [("dxlag-a", ("dxcon-i",))]


def test_a_member_that_joined_between_two_pages_is_read_by_its_id(wire: Stubber, adapter: AwsDirectConnect) -> None:
    lag = {"lagId": "dxlag-a", "connections": [{"connectionId": "dxcon-m"}]}
    wire.add_response("describe_connections", {"connections": []}, {"maxResults": 100})
    wire.add_response("describe_interconnects", {"interconnects": []}, {"maxResults": 100})
    wire.add_response("describe_lags", {"lags": [lag]}, {"maxResults": 100})
    member = {"connectionId": "dxcon-m", "connectionState": "available"}
    wire.add_response("describe_connections", {"connections": [member]}, {"connectionId": "dxcon-m"})

    links = adapter.links()

    assert links[0].ports == (Port("dxcon-m", "available", None),)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        pytest.param({"vlan": 101, "partnerName": "Lumen"}, LinkKind.HOSTED, id="a VLAN of its own"),
        pytest.param({"partnerInterconnectMacSecCapable": True}, LinkKind.HOSTED, id="a host that is spoken of"),
        pytest.param({"vlan": 0, "partnerName": "Lumen"}, LinkKind.CONNECTION, id="a partner alone makes no slice"),
    ],
)
def test_tells_a_slice_of_a_port_from_a_port(
    more: dict[str, Any], kind: LinkKind, wire: Stubber, adapter: AwsDirectConnect
) -> None:
    wire.add_response("describe_connections", {"connections": [{"connectionId": "dxcon-a", **more}]})

    assert adapter.link("dxcon-a").kind is kind


def test_a_locations_speeds_read_like_a_connections_bandwidth(wire: Stubber, adapter: AwsDirectConnect) -> None:
    locations = [
        {"locationCode": "EqDC2", "availablePortSpeeds": ["1G", "10G"], "availableMacSecPortSpeeds": ["10G", "100G"]},
        {"locationCode": "EqSV5", "availableMacSecPortSpeeds": ["10Gbps"]},
        {"locationCode": "EqNY5"},
        {"locationName": "a place without a code"},
    ]
    wire.add_response("describe_locations", {"locations": locations}, {})

    assert adapter.macsec_speeds() == {"EqDC2": {"10Gbps", "100Gbps"}, "EqSV5": {"10Gbps"}, "EqNY5": frozenset()}


def test_a_server_exception_with_status_400_is_a_fault_to_read_after(wire: Stubber, adapter: AwsDirectConnect) -> None:
    wire.add_client_error("disassociate_mac_sec_key", "DirectConnectServerException", "oops", 400)

    with pytest.raises(ServiceFault):
        adapter.disassociate("dxcon-a", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x")


def test_an_answer_that_quotes_the_cak_is_masked(wire: Stubber, adapter: AwsDirectConnect, pair: KeyPair) -> None:
    text = f"cak {pair.cak.reveal().upper()} is not acceptable"
    wire.add_client_error("associate_mac_sec_key", "DirectConnectClientException", text, 400)

    with pytest.raises(Exception, match=r"cak Cak\(…\) is not acceptable") as caught:
        adapter.associate("dxcon-a", pair)

    assert caught.value.__context__ is None


def test_a_failure_of_another_link_than_an_interconnect_keeps_its_family(
    wire: Stubber, adapter: AwsDirectConnect
) -> None:
    wire.add_client_error("update_lag", "DirectConnectServerException", "oops", 500)
    lag = Link("dxlag-a", LinkKind.LAG, "available", "should_encrypt", macsec_capable=True)

    with pytest.raises(ServiceFault):
        adapter.set_mode(lag, "must_encrypt")
