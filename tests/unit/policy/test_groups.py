from __future__ import annotations

import pytest

from dxmacsec.policy.groups import GROUP_TAG, dark_partners, group_members, redundancy_group
from tests.unit.policy.situations import DOWN, LINK_ID, a_key, a_link, a_port

LAG = a_link(id="dxlag-fgt5r4e3", ports=(a_port("dxcon-fm1n2p3q"), a_port("dxcon-fm4n5p6q")))


@pytest.mark.parametrize(
    ("tags", "group"),
    [
        ({GROUP_TAG: " north "}, ("north", True)),
        ({GROUP_TAG: " "}, ("undeclared", False)),
        ({GROUP_TAG: "n" * 257}, ("undeclared", False)),
        ({}, ("undeclared", False)),
    ],
)
def test_links_of_which_nobody_said_more_are_all_in_one_group(tags: dict[str, str], group: tuple[str, bool]) -> None:
    assert redundancy_group(a_link(tags=tags), {}) == group


def test_a_resiliency_group_comes_before_the_tag() -> None:
    link = a_link(tags={GROUP_TAG: "north"})

    assert redundancy_group(link, {LINK_ID: "dxrg-1"}) == ("dxrg-1", True)


def test_a_lag_is_in_the_resiliency_group_of_its_ports() -> None:
    assert redundancy_group(LAG, {"dxcon-fm4n5p6q": "dxrg-1"}) == ("dxrg-1", True)


def test_members_of_a_declared_group_only_are_partners() -> None:
    tagged, other = a_link(tags={GROUP_TAG: "north"}), a_link(id="dxcon-another1")

    assert group_members("north", (tagged, other), {}) == (tagged,)
    assert group_members("undeclared", (tagged, other), {}) == ()


def test_a_partner_that_is_not_encrypted_is_dark() -> None:
    dark = a_link(a_key("a"), ports=(a_port(encryption=DOWN),))

    assert dark_partners((dark, a_link(a_key("a")))) == (LINK_ID,)
