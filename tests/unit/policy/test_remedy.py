"""What follows from a verdict, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.compliance import Action, Judgement, PromptKind, Remedy, Standing, Status
from dxmacsec.fleet import Window
from dxmacsec.model import NO_ENCRYPT, SHOULD_ENCRYPT, Link, LinkKind, ManagedSecret
from dxmacsec.policy.compliance import judge
from dxmacsec.policy.remedy import TRIED_FOR, Decision, decide, tells_people
from tests.unit.policy.situations import DOWN, NOW, a_key, a_link, a_port
from tests.unit.policy.test_compliance import (
    DARK,
    EXEMPT,
    KEYLESS,
    LAG,
    NOT_CAPABLE,
    OLD,
    ONE,
    ORDERED,
    OTHER_KEYS,
    SHOULD,
    STRICT,
    TWO,
    WELL,
    facts_of,
)

CHANGED, FREED, ENDED, SWEPT = PromptKind.CHANGED, PromptKind.FREED, PromptKind.ENDED, PromptKind.SWEPT
NO_WINDOW = {"windows": (Window("0 2 1 6 *", 60, "UTC"),)}
TONIGHT = {"windows": (Window("0 2 * * *", 60, "UTC"),)}
NOKEY = {"keyed_before": True}
FOREIGN = a_link(a_key("x"))
MEMBER_LOW = replace(LAG, ports=(replace(ONE, mode=SHOULD_ENCRYPT), TWO))
SOFT = replace(DARK, mode=NO_ENCRYPT)
MIXED = replace(LAG, mode=SHOULD_ENCRYPT, ports=(replace(ONE, mode=NO_ENCRYPT, encryption=DOWN), TWO))


def tagged(link: Link, name: str, value: str) -> Link:
    return replace(link, tags={f"dxmacsec:{name}": value})


def judged(link: Link, **more: Any) -> tuple[Judgement, Decision]:  # noqa: ANN401 - of Facts and of decide
    asked: dict[str, Any] = {
        "enforcement": "enforce",
        "onboard": True,
        "paused": None,
        "standing": None,
        "action_runs": False,
        "prompt": CHANGED,
        "windows": (),
    }
    asked |= {name: more.pop(name) for name in list(more) if name in asked}
    facts = facts_of(link, **more)
    judgement = judge(facts)
    return judgement, decide(judgement, facts, **asked)


def stood(*reasons: str, remedy: Remedy | None = None, ago: timedelta = timedelta(), **more: Any) -> Standing:  # noqa: ANN401
    action = Action(remedy, "arn:before", NOW - ago) if remedy else None
    fields: dict[str, Any] = {"status": Status.NON_COMPLIANT, "told": True, **more}
    return Standing("dxcon-fg5678gh", 1, reasons=reasons, sentence="", since=NOW, action=action, **fields)


ENFORCED = stood("ModeNotEnforced", remedy=Remedy.ENFORCE)
ROTATED = stood("KeyTooOld", remedy=Remedy.ROTATE)
TABLE: list[Any] = [
    ("well", WELL, {}, "Compliant"),
    ("hosted", a_link(kind=LinkKind.HOSTED, mode=SHOULD_ENCRYPT), {}, "NotApplicable"),
    ("not capable", replace(NOT_CAPABLE, mode=NO_ENCRYPT), {}, "NotApplicable"),
    ("could be made anew", NOT_CAPABLE, {"macsec_speeds": frozenset({"10Gbps"})}, "TellPeople"),
    (
        "a LAG that could be made anew, a member of which differs",
        replace(MEMBER_LOW, macsec_capable=False, bandwidth="10Gbps"),
        {"macsec_speeds": frozenset({"10Gbps"})},
        "TellPeople",
    ),
    ("exempt", replace(SHOULD, tags=EXEMPT), {}, "Exempt"),
    ("after our own doing", SHOULD, {"prompt": ENDED}, "NotNow"),
    ("audit", SHOULD, {"enforcement": "audit"}, "AuditOnly"),
    ("audit of a link without a key", KEYLESS, {"enforcement": "audit", **NOKEY}, "AuditOnly"),
    ("audit by tag", tagged(SHOULD, "enforcement", "audit"), {}, "AuditOnly"),
    ("audit by a tag that may not", tagged(SHOULD, "enforcement", "audit"), {"rules": STRICT}, "Enforce"),
    ("enforce by tag", tagged(SHOULD, "enforcement", "enforce"), {"enforcement": "audit", "rules": STRICT}, "Enforce"),
    ("should_encrypt and up", SHOULD, {}, "Enforce"),
    ("found by the sweep", SHOULD, {"prompt": SWEPT}, "Enforce"),
    ("freed", SHOULD, {"prompt": FREED}, "Enforce"),
    ("a rotation waits", SHOULD, {"rotating": True}, "Enforce"),
    ("the link's automation is paused", SHOULD, {"paused": True}, "Enforce"),
    ("no window", SHOULD, NO_WINDOW, "Enforce"),
    ("a member is lower than its LAG", MEMBER_LOW, {}, "Enforce"),
    ("a member has other keys", replace(LAG, ports=(OTHER_KEYS, TWO)), {}, "TellPeople"),
    ("no_encrypt, dark as it must be", SOFT, {}, "Enforce"),
    (
        "no_encrypt on a port that is down",
        replace(SOFT, ports=(a_port(state="down", encryption=DOWN),)),
        {},
        "NotAvailable",
    ),
    ("no_encrypt without ports", replace(LAG, mode=NO_ENCRYPT, ports=()), {}, "NotAvailable"),
    ("one member in no_encrypt, dark", MIXED, {}, "EncryptionDown"),
    ("should_encrypt and dark", replace(DARK, mode=SHOULD_ENCRYPT), {}, "EncryptionDown"),
    ("must_encrypt and dark", DARK, {}, "TellPeople"),
    ("a mode that nobody knows", replace(WELL, mode="unknown"), {}, "TellPeople"),
    ("pending", replace(SHOULD, state="pending"), {}, "NotAvailable"),
    ("its key is coming", replace(SHOULD, keys=(a_key("a", "associating"),)), {}, "NotAvailable"),
    (
        "its key is coming in a rotation",
        replace(SHOULD, keys=(a_key("a", "associating"),)),
        {"rotating": True},
        "UnderWay",
    ),
    ("no key yet in its rotation", KEYLESS, {"rotating": True}, "UnderWay"),
    ("no key after a rotation that died", KEYLESS, {"recovering": True, **NOKEY}, "UnderWay"),
    ("should_encrypt after a rotation that died", SHOULD, {"recovering": True}, "Enforce"),
    ("enforcement is paused", SHOULD, {"enforcement_paused": "why"}, "EnforcementPaused"),
    ("refused", SHOULD, {"enforcement_paused": "why", "mode_refused": True}, "ModeCantBeSet"),
    ("an enforcement runs", SHOULD, {"standing": ENFORCED, "action_runs": True}, "UnderWay"),
    (
        "a fleet run that brings no mode runs",
        SHOULD,
        {"standing": stood("ModeNotEnforced", remedy=Remedy.ROTATE), "action_runs": True},
        "Enforce",
    ),
    ("tried, and swept", SHOULD, {"standing": ENFORCED, "prompt": SWEPT}, "TriedAlready"),
    ("tried, and changed again", SHOULD, {"standing": ENFORCED}, "Enforce"),
    ("tried, and freed", SHOULD, {"standing": ENFORCED, "prompt": FREED}, "Enforce"),
    (
        "tried for another reason",
        SHOULD,
        {"standing": stood("Compliant", remedy=Remedy.ENFORCE), "prompt": SWEPT},
        "Enforce",
    ),
    (
        "tried a day ago",
        SHOULD,
        {"standing": stood("ModeNotEnforced", remedy=Remedy.ENFORCE, ago=TRIED_FOR), "prompt": SWEPT},
        "Enforce",
    ),
    ("told, not tried", SHOULD, {"standing": stood("ModeNotEnforced"), "prompt": SWEPT}, "Enforce"),
    ("its last key was removed", KEYLESS, NOKEY, "Rotate"),
    ("its last key was removed, onboard is off", KEYLESS, {**NOKEY, "onboard": False}, "Rotate"),
    ("never keyed", KEYLESS, {}, "Rotate"),
    ("never keyed, onboard is off", KEYLESS, {"onboard": False}, "OnboardOff"),
    ("ordered", ORDERED, {}, "NotAvailable"),
    ("too old", OLD, {}, "Rotate"),
    ("too old in a dark line", replace(OLD, ports=DARK.ports), {}, "Rotate"),
    ("too old and lowered", replace(OLD, mode=SHOULD_ENCRYPT), {}, "Enforce"),
    ("too old and not to be raised", replace(OLD, mode=SHOULD_ENCRYPT), {"enforcement_paused": "why"}, "Rotate"),
    (
        "too old and neither can be",
        replace(OLD, mode=SHOULD_ENCRYPT),
        {"enforcement_paused": "why", "paused": True},
        "EnforcementPaused",
    ),
    ("too old, tagged off", tagged(OLD, "rotate", "off"), {}, "RotateOff"),
    ("too old, paused", OLD, {"paused": "LinkDark"}, "LinkPaused"),
    ("too old, paused by hand", OLD, {"paused": "PausedByHand"}, "PausedByHand"),
    ("too old, something runs", OLD, {"standing": ENFORCED, "action_runs": True}, "UnderWay"),
    ("too old, pending", replace(OLD, state="pending"), {}, "NotAvailable"),
    ("too old, a port is down", replace(OLD, ports=(a_port(state="down"),)), {}, "NotAvailable"),
    ("too old, without ports", replace(OLD, ports=()), {}, "NotAvailable"),
    ("too old, no window for long", OLD, NO_WINDOW, "OutsideWindow"),
    ("too old, a window tonight", OLD, TONIGHT, "Rotate"),
    ("too old, and the coordinator speaks", OLD, {"coordinated": True, "prompt": SWEPT}, "Coordinated"),
    ("no key, and the coordinator speaks", KEYLESS, {**NOKEY, "coordinated": True}, "Rotate"),
    ("too old, of a spanning group", tagged(OLD, "redundancy-group", "org:paris"), {}, "GroupSpansAccounts"),
    ("no key, of a spanning group", tagged(KEYLESS, "redundancy-group", "org:paris"), NOKEY, "Rotate"),
    ("too old, of a group of its own", tagged(OLD, "redundancy-group", "north"), {}, "Rotate"),
    ("too old, tried", OLD, {"standing": ROTATED, "prompt": SWEPT}, "TriedAlready"),
    ("too old, tried and changed", OLD, {"standing": ROTATED}, "Rotate"),
    ("an unknown key", FOREIGN, {}, "TellPeople"),
    ("its managed secret is deleted", WELL, {"managed": {"arn:a": ManagedSecret.GONE}}, "TellPeople"),
    ("a full chain", a_link(a_key("a"), a_key("b"), a_key("c")), {}, "TellPeople"),
]
REMEDIES = {"Enforce": Remedy.ENFORCE, "Rotate": Remedy.ROTATE}


@pytest.mark.parametrize(("link", "more", "why"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_follows(link: Link, more: dict[str, Any], why: str) -> None:
    _, decision = judged(link, **more)

    assert (decision.why, decision.remedy) == (why, REMEDIES.get(why))


def heard(link: Link, *, changed: bool = True, **more: Any) -> bool:  # noqa: ANN401 - of Facts and of decide
    judgement, decision = judged(link, **more)
    return tells_people(judgement, decision, more.get("prompt", CHANGED), changed=changed)


LOW_AND_FOREIGN = replace(FOREIGN, mode=SHOULD_ENCRYPT)
HEARD: list[Any] = [
    ("a drift that we mend", SHOULD, {}, False),
    ("a drift that we watch", SHOULD, {"enforcement": "audit"}, True),
    ("a drift in the dark", replace(DARK, mode=SHOULD_ENCRYPT), {}, True),
    ("a drift that is being mended", SHOULD, {"standing": replace(ENFORCED, told=False), "action_runs": True}, False),
    ("a drift of a link with a foreign key", LOW_AND_FOREIGN, {}, True),
    ("a drift, its foreign key was told", LOW_AND_FOREIGN, {"standing": stood("KeyUnknown")}, False),
    (
        "mended, its foreign key was told",
        FOREIGN,
        {"standing": stood("ModeNotEnforced", "KeyUnknown", remedy=Remedy.ENFORCE), "prompt": ENDED},
        False,
    ),
    (
        "nobody heard of it yet",
        FOREIGN,
        {"standing": stood("KeyUnknown", told=False), "prompt": SWEPT},
        True,
    ),
    (
        "what we meant to mend stays and something comes",
        SHOULD,
        {"standing": stood("ModeNotEnforced", "KeyTooOld", remedy=Remedy.ENFORCE), "prompt": ENDED},
        True,
    ),
    ("no key, though we rotate", KEYLESS, NOKEY, True),
    ("never keyed, we rotate", KEYLESS, {}, False),
    ("never keyed, we don't", KEYLESS, {"onboard": False}, True),
    ("its first rotation is under way", KEYLESS, {"rotating": True, "prompt": SWEPT}, False),
    ("its last key went with a rotation that died", KEYLESS, {"recovering": True, "prompt": SWEPT, **NOKEY}, True),
    ("it is there now", KEYLESS, {"standing": stood("NeverKeyed", status=Status.WARNING), "onboard": False}, True),
    ("too old, we rotate", OLD, {}, False),
    ("too old, we may not", OLD, {"paused": True}, True),
    ("its exemption ended", FOREIGN, {"standing": stood("Exempt", "KeyUnknown", status=Status.EXEMPT)}, True),
    ("ordered by somebody", ORDERED, {}, True),
    ("ordered, and swept", ORDERED, {"prompt": SWEPT}, False),
    ("exempt", replace(SHOULD, tags=EXEMPT), {}, False),
    ("hosted", a_link(kind=LinkKind.HOSTED), {}, False),
    ("well", WELL, {}, False),
]


@pytest.mark.parametrize(("link", "more", "told"), [row[1:] for row in HEARD], ids=[row[0] for row in HEARD])
def test_people_hear_of_it(link: Link, more: dict[str, Any], *, told: bool) -> None:
    assert heard(link, **more) is told


def test_people_hear_once() -> None:
    assert not heard(FOREIGN, changed=False)


def test_a_decision_that_says_nothing_of_news_is_all_news() -> None:
    judgement, _ = judged(FOREIGN)

    assert tells_people(judgement, Decision(None, "TellPeople"), SWEPT, changed=True)


@pytest.mark.parametrize(("link", "told"), [(OLD, False), (tagged(OLD, "redundancy-group", "org:paris"), True)])
def test_people_hear_of_an_old_key_where_nobody_will_rotate_it(link: Link, told: bool) -> None:  # noqa: FBT001
    judgement, decision = judged(link, prompt=SWEPT, coordinated=not told)

    assert tells_people(judgement, decision, SWEPT, changed=True) is told
