from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.errors import LinkNotFound, NotFromHere, PortChanging, ServiceFault, UnknownAnswer
from dxmacsec.model import KeyPair, LinkKind
from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, VirtualClock, World
from sandbox.twin.client import TwinClient

if TYPE_CHECKING:
    from mypy_boto3_directconnect.client import DirectConnectClient

CONNECTION = "dxcon-fg5678gh"
LAG = "dxlag-fgt5r4e3"
MEMBER = "dxcon-fm1n2p3q"
INTERCONNECT = "dxcon-ffw7x8y9"
HOSTED = "dxcon-fk9l8m7n"
WITHOUT_MACSEC = "dxcon-fp1g2h3j"


class Estate:
    """A twin, its clock, and the adapter over it."""

    def __init__(self, **world: Any) -> None:  # noqa: ANN401 - switches of the world
        self.clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.twin = DirectConnectTwin(DEFAULT_ESTATE, World(**world), clock=self.clock)
        client = cast("DirectConnectClient", TwinClient(self.twin))
        self.adapter = AwsDirectConnect(client, client)


def test_reads_a_connection_with_its_key_and_its_port() -> None:
    link = Estate().adapter.link(CONNECTION)

    assert (link.kind, link.state, link.mode, link.macsec_capable) == (
        LinkKind.CONNECTION,
        "available",
        "must_encrypt",
        True,
    )
    assert [key.state for key in link.keys] == ["associated"]
    assert link.port_ids == (CONNECTION,)
    assert link.encrypted
    assert link.tags == {"dxmacsec:redundancy-group": "datacentre-north"}


def test_reads_a_lag_with_the_ports_of_its_members() -> None:
    link = Estate().adapter.link(LAG)

    assert link.kind is LinkKind.LAG
    assert link.port_ids == ("dxcon-fm1n2p3q", "dxcon-fm4n5p6q")
    assert link.encrypted


def test_sees_each_members_own_port_go_down() -> None:
    estate = Estate()
    estate.twin.drop_port(MEMBER)

    link = estate.adapter.link(LAG)

    assert {port.connection_id: port.up for port in link.ports} == {MEMBER: False, "dxcon-fm4n5p6q": True}
    assert not link.encrypted


def test_a_members_id_leads_to_its_lag() -> None:
    assert Estate().adapter.link(MEMBER).lag_id == LAG


@pytest.mark.parametrize(
    ("link_id", "kind"),
    [
        pytest.param(INTERCONNECT, LinkKind.INTERCONNECT, id="an interconnect"),
        pytest.param(HOSTED, LinkKind.HOSTED, id="a hosted connection"),
        pytest.param(WITHOUT_MACSEC, LinkKind.CONNECTION, id="a connection without MACsec"),
    ],
)
def test_tells_what_kind_of_link_it_is(link_id: str, kind: LinkKind) -> None:
    assert Estate().adapter.link(link_id).kind is kind


@pytest.mark.parametrize("link_id", ["dxcon-00000000", "dxlag-00000000"])
def test_knows_that_there_is_no_such_link(link_id: str) -> None:
    adapter = Estate().adapter

    with pytest.raises(LinkNotFound, match=link_id):
        adapter.link(link_id)


def test_a_port_shows_the_keys_that_it_lists_itself() -> None:
    mirrored, empty = Estate(W21="mirror").adapter.link(LAG), Estate(W21="empty").adapter.link(LAG)

    held = tuple(key.ckn for key in mirrored.keys)
    assert [port.ckns for port in mirrored.ports] == [held, held]
    assert [port.ckns for port in empty.ports] == [(), ()]
    assert empty.keys == mirrored.keys


def test_a_key_that_was_removed_is_none_of_the_ports() -> None:
    estate = Estate(W9="listed")
    key = estate.adapter.link(CONNECTION).keys[0]

    estate.adapter.disassociate(CONNECTION, key.secret_arn)
    estate.clock.advance(60)

    link = estate.adapter.link(CONNECTION)
    assert [key.state for key in link.keys] == ["disassociated"]
    assert link.ports[0].ckns == ()


def test_reads_at_which_speeds_each_location_offers_macsec() -> None:
    speeds = Estate().adapter.macsec_speeds()

    assert speeds["EqNY5"] == {"100Gbps", "400Gbps"}
    assert speeds["TIE2A"] == frozenset()


def test_lists_every_link_once_and_members_only_as_ports() -> None:
    links = Estate().adapter.links()

    assert sorted(link.id for link in links) == sorted(
        [CONNECTION, "dxcon-fh2j4k6m", WITHOUT_MACSEC, INTERCONNECT, HOSTED, LAG]
    )


def test_a_listed_link_reads_as_it_does_alone() -> None:
    adapter = Estate().adapter

    assert {link.id: link for link in adapter.links()} == {link.id: adapter.link(link.id) for link in adapter.links()}


@pytest.mark.parametrize("link_id", [CONNECTION, INTERCONNECT, LAG])
def test_adds_a_pair_that_becomes_associated(link_id: str, pair: KeyPair) -> None:
    estate = Estate()

    answered = estate.adapter.associate(link_id, pair)
    estate.clock.advance(60)

    key = estate.adapter.link(link_id).key(pair.ckn)
    assert key is not None
    assert key.associated
    assert (key.ckn, key.secret_arn) in [(each.ckn, each.secret_arn) for each in answered]


def test_removes_the_pair_of_an_arn_and_brings_it_back_by_it(pair: KeyPair) -> None:
    estate = Estate()
    estate.adapter.associate(CONNECTION, pair)
    estate.clock.advance(60)
    key = estate.adapter.link(CONNECTION).key(pair.ckn)
    assert key is not None

    estate.adapter.disassociate(CONNECTION, key.secret_arn)
    estate.clock.advance(60)
    assert estate.adapter.link(CONNECTION).key(pair.ckn) is None
    estate.adapter.reassociate(CONNECTION, key.secret_arn)
    estate.clock.advance(60)

    assert estate.adapter.link(CONNECTION).key(pair.ckn) is not None


def test_a_second_change_during_the_first_finds_the_port_changing(pair: KeyPair) -> None:
    estate = Estate()
    arn = estate.adapter.link(CONNECTION).keys[0].secret_arn
    estate.adapter.associate(CONNECTION, pair)

    with pytest.raises(PortChanging):
        estate.adapter.disassociate(CONNECTION, arn)


@pytest.mark.parametrize(
    ("refusal", "expected"), [("client-exception", UnknownAnswer), ("server-exception", ServiceFault)]
)
def test_a_key_for_a_port_without_macsec_is_refused(refusal: str, expected: type[Exception], pair: KeyPair) -> None:
    adapter = Estate(W5=refusal).adapter

    with pytest.raises(expected) as caught:
        adapter.associate(WITHOUT_MACSEC, pair)

    assert pair.cak.reveal() not in repr(caught.value)


@pytest.mark.parametrize("link_id", [CONNECTION, LAG, INTERCONNECT])
def test_sets_the_mode_of_every_kind_of_link(link_id: str) -> None:
    adapter = Estate().adapter

    adapter.set_mode(adapter.link(link_id), "should_encrypt")

    assert adapter.link(link_id).mode == "should_encrypt"
    assert {port.mode for port in adapter.link(link_id).ports} == {"should_encrypt"}


def test_an_interconnect_whose_mode_is_refused_can_not_be_set_from_here() -> None:
    adapter = Estate(W31="refused").adapter

    with pytest.raises(NotFromHere, match=INTERCONNECT):
        adapter.set_mode(adapter.link(INTERCONNECT), "should_encrypt")


def test_a_connection_whose_mode_is_refused_is_an_unknown_answer() -> None:
    adapter = Estate(W4="refused").adapter

    with pytest.raises(UnknownAnswer):
        adapter.set_mode(adapter.link(MEMBER), "no_encrypt")
