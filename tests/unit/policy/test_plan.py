"""May this link's key be rotated now, and how?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dxmacsec.model import NO_ENCRYPT, Label, Link, LinkKind, ManagedSecret, Request, RouterMode
from dxmacsec.policy.layout import make
from dxmacsec.policy.plan import RULES, decide
from dxmacsec.policy.situation import Situation, carries_its_traffic, is_newest, needs_room
from tests.unit.policy.situations import DOWN, a_key, a_link, a_port, a_situation, a_version, ckn

WAITING = {"plan_wait": timedelta(minutes=15)}
OLD, NEW = a_key("old"), a_key("new", start_on="2026-02-01")
FULL = (a_key("a", start_on="1"), a_key("b", start_on="2"), a_key("c", start_on="3"))


def test_a_healthy_link_is_rotated() -> None:
    assert decide(a_situation(OLD)).next == "go"


def test_a_link_without_a_key_is_onboarded() -> None:
    assert decide(a_situation()).next == "go"
    assert make(a_situation()).onboarding


REFUSALS = {
    "a hosted connection": (a_situation(link=a_link(kind=LinkKind.HOSTED)), "HostedConnection"),
    "a link made without MACsec": (a_situation(link=a_link(macsec_capable=False)), "NotMacSecCapable"),
    "a paused link": (a_situation(OLD, pause="LinkDark of r0: dark"), "LinkPaused"),
    "a link that is down": (a_situation(link=a_link(OLD, state="down")), "LinkNotAvailable"),
    "a LAG with a port down": (
        a_situation(link=a_link(OLD, ports=(a_port("m1"), a_port("m2", "down", DOWN)))),
        "LinkNotAvailable",
    ),
    "a LAG without members": (a_situation(link=a_link(OLD, ports=())), "LinkNotAvailable"),
    "a key whose CKN nobody can read": (a_situation(replace(OLD, ckn="unreadable")), "ChainNeedsOperator"),
    "a busy link after the wait": (a_situation(link=a_link(OLD, state="pending")), "LinkBusy"),
    "a moving key after the wait": (a_situation(a_key("old", "disassociating")), "LinkBusy"),
    "a dark partner": (a_situation(OLD, dark_partners=("dxcon-other000",)), "PartnerNotEncrypted"),
    "an adopted key whose managed secret is gone": (
        a_situation(OLD, managed={"arn:old": ManagedSecret.GONE}),
        "NoWayBack",
    ),
    "an adopted key whose managed secret is going": (
        a_situation(OLD, managed={"arn:old": ManagedSecret.SCHEDULED}),
        "NoWayBack",
    ),
    "room that filled up again": (a_situation(*FULL, made_room=True), "ChainNeedsOperator"),
    "a full chain that nobody is asked about": (a_situation(*FULL, router_mode=RouterMode.NONE), "ChainNeedsOperator"),
}


@pytest.mark.parametrize(("situation", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(situation: Situation, reason: str) -> None:
    verdict = decide(situation)

    assert (verdict.next, verdict.reason) == ("refused", reason)
    assert verdict.sentence.endswith((".", "go on.", "dark"))


@pytest.mark.parametrize(
    "situation",
    [
        a_situation(link=a_link(OLD, state="pending"), **WAITING),
        a_situation(link=a_link(OLD, ports=(a_port(state="pending"),)), **WAITING),
        a_situation(OLD, a_key("other", "associating"), **WAITING),
        a_situation(OLD, a_key("other", "disassociating"), **WAITING),
    ],
    ids=["the link is pending", "a port is pending", "a key comes in", "a key leaves"],
)
def test_waits_for_what_passes(situation: Situation) -> None:
    verdict = decide(situation)

    assert (verdict.next, verdict.wait_seconds) == ("wait", 5)


def test_the_failed_key_that_is_still_associating_is_not_waited_for() -> None:
    versions = (a_version("new", Label.FAILED),)

    assert decide(a_situation(OLD, a_key("new", "associating", "2026-02-01"), versions=versions)).next == "go"


def test_a_removed_key_that_is_still_listed_takes_no_place() -> None:
    situation = a_situation(*FULL[:2], a_key("gone", "disassociated"))

    assert decide(situation).next == "go"
    assert len(make(situation).supersedes) == 2


def test_a_way_back_is_not_asked_for_where_the_pair_is_ours() -> None:
    situation = a_situation(OLD, versions=(a_version("old", Label.IN_USE),), managed={"arn:old": ManagedSecret.GONE})

    assert decide(situation).next == "go"


def test_the_owner_may_accept_that_there_is_no_way_back() -> None:
    situation = a_situation(OLD, managed={"arn:old": ManagedSecret.GONE})
    accepting = replace(situation, request=replace(situation.request, accept_no_way_back=True))

    assert decide(accepting).next == "go"


@pytest.mark.parametrize(("versions", "next_"), [((), "refused"), ((a_version("old", Label.IN_USE),), "go")])
def test_urgent_is_for_keys_that_are_ours(versions: tuple[object, ...], next_: str) -> None:
    situation = a_situation(OLD, versions=versions)
    urgent = replace(situation, request=replace(situation.request, urgent=True))

    assert decide(urgent).next == next_


@pytest.mark.parametrize(
    ("version_id", "reason"),
    [("version-none", "VersionNotFound"), ("version-old", "VersionInUse"), ("version-new", "")],
)
def test_a_named_version_must_be_there_and_not_in_use(version_id: str, reason: str) -> None:
    versions = (a_version("old", Label.IN_USE), a_version("new", Label.PENDING))
    situation = replace(a_situation(OLD, versions=versions), request=Request("dxcon-fg5678gh", version_id=version_id))

    assert decide(situation).reason == reason


def test_the_first_reason_wins() -> None:
    situation = a_situation(link=a_link(kind=LinkKind.HOSTED, macsec_capable=False), pause="paused")

    assert decide(situation).reason == "HostedConnection"
    assert len(RULES) == 13


@pytest.mark.parametrize(
    ("keys", "versions", "room"),
    [
        (FULL, (), True),
        (FULL[:2], (), False),
        ((OLD, NEW), (a_version("new", Label.FAILED),), False),
        ((OLD, NEW), (a_version("old", Label.FAILED),), True),
        ((OLD,), (a_version("old", Label.FAILED),), False),
        (FULL, (a_version("c", Label.FAILED),), False),
        (FULL, (a_version("elsewhere", Label.FAILED),), True),
        ((replace(OLD, start_on=None), NEW), (a_version("old", Label.FAILED),), True),
    ],
    ids=[
        "a full chain",
        "two keys",
        "the failed key is the newest",
        "the failed key is under a newer one",
        "the failed key is alone",
        "a full chain whose newest failed",
        "a full chain and a failed key elsewhere",
        "nobody knows which is newer",
    ],
)
def test_room_is_needed_for(keys: tuple[object, ...], versions: tuple[object, ...], *, room: bool) -> None:
    situation = a_situation(*keys, versions=versions)  # type: ignore[arg-type]

    assert needs_room(situation) is room
    assert decide(situation).next == ("room" if room else "go")


def test_the_newest_key_is_the_one_that_aws_tries_first() -> None:
    assert is_newest(NEW, (OLD, NEW))
    assert not is_newest(OLD, (OLD, NEW))
    assert not is_newest(OLD, (OLD, replace(NEW, start_on=None)))


def test_the_key_in_use_is_superseded_last() -> None:
    situation = a_situation(*FULL[:2], versions=(a_version("a", Label.IN_USE),))

    plan = make(situation)

    assert [old.ckn for old in plan.supersedes] == [ckn("b"), ckn("a")]
    assert [old.adopted for old in plan.supersedes] == [True, False]


def test_a_plan_says_every_step_in_words() -> None:
    dark = (a_port("m1"), a_port("m2", encryption=DOWN))
    situation = a_situation(link=a_link(*FULL, mode=NO_ENCRYPT, ports=dark), versions=(a_version("a", Label.FAILED),))

    plan = make(replace(situation, request=replace(situation.request, urgent=True)))

    text = " / ".join(plan.steps)
    assert plan.make_room
    assert plan.reuse_version_id == "version-a"
    assert plan.dark_ports == ("m2",)
    assert all(word in text for word in ("make room", "again", "should_encrypt", "urgent", "adopted", "superseded"))


def test_a_plan_for_a_link_without_a_key_removes_nothing() -> None:
    assert not any("remove" in step for step in make(a_situation()).steps)


DARK = a_port(encryption=DOWN)

PARTNERS = {
    "encrypted": (a_link(a_key("old")), True),
    "dark with a key": (a_link(a_key("old"), ports=(DARK,), mode="should_encrypt"), False),
    "dark and closed without a key": (a_link(ports=(DARK,)), False),
    "new, without a key": (a_link(ports=(DARK,), mode="should_encrypt"), True),
    "without a key and down": (a_link(ports=(DARK,), mode="should_encrypt", state="down"), False),
    "without MACsec": (a_link(ports=(DARK,), mode="no_encrypt", macsec_capable=False), True),
    "without MACsec and down": (a_link(ports=(DARK,), macsec_capable=False, state="down"), False),
    "hosted": (a_link(ports=(DARK,), kind=LinkKind.HOSTED), True),
}


@pytest.mark.parametrize(("partner", "carries"), PARTNERS.values(), ids=PARTNERS.keys())
def test_a_partner_carries_its_traffic_when_it_is_up_as_it_was_made(partner: Link, *, carries: bool) -> None:
    assert carries_its_traffic(partner) is carries
