"""Every verdict, by a link that has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dxmacsec.compliance import Status
from dxmacsec.fleet import KeySince
from dxmacsec.model import (
    MUST_ENCRYPT,
    NO_ENCRYPT,
    SHOULD_ENCRYPT,
    Key,
    KeyVersion,
    Label,
    Link,
    LinkKind,
    ManagedSecret,
    Port,
)
from dxmacsec.policy.compliance import Facts, ever_keyed, holders_of, judge
from dxmacsec.policy.compliance_rules import RULES
from dxmacsec.policy.tags import Rules
from tests.unit.policy.situations import DOWN, LINK_ID, NOW, a_key, a_link, a_port, a_version, ckn

RULE = Rules(timedelta(days=90), may_loosen=True)
STRICT = Rules(timedelta(days=90), may_loosen=False)
A, B, C = a_key("a"), a_key("b"), a_key("c")
OURS = tuple(a_version(name, Label.IN_USE) for name in "abc")
WELL = a_link(A)
SHOULD = replace(WELL, mode=SHOULD_ENCRYPT)
KEYLESS = a_link(mode=SHOULD_ENCRYPT, ports=(a_port(encryption=DOWN),))
ORDERED = replace(KEYLESS, state="requested", mode=None, ports=(a_port(state="requested", encryption=DOWN),))
DARK = a_link(A, ports=(a_port(encryption=DOWN),))
ONE, TWO = a_port("dxcon-member01"), a_port("dxcon-member02")
LAG = a_link(A, id="dxlag-fg5678gh", kind=LinkKind.LAG, ports=(ONE, TWO))
OLD = a_link(a_key("a", start_on="2025-01-01"))
EXEMPT = {"dxmacsec:exempt-until": "2026-03-01"}
NOT_CAPABLE = a_link(macsec_capable=False, location="EqDC2", bandwidth="10 Gbps")
OTHER_KEYS = replace(ONE, ckns=(ckn("b"),))

W, N = "WARNING", "NON_COMPLIANT"
TABLE: list[Any] = [
    ("a link in must_encrypt with a key of ours", WELL, {}, "COMPLIANT", ["Compliant"]),
    ("a hosted connection", a_link(kind=LinkKind.HOSTED, mode=None), {}, "NOT_APPLICABLE", ["HostedConnection"]),
    ("made without MACsec, location not listed", NOT_CAPABLE, {}, "NOT_APPLICABLE", ["NotMacSecCapable"]),
    (
        "made without MACsec where it is offered",
        NOT_CAPABLE,
        {"macsec_speeds": frozenset({"10GBPS", "100Gbps"})},
        W,
        ["NotMacSecCapable"],
    ),
    (
        "made without MACsec where only faster ports have it",
        NOT_CAPABLE,
        {"macsec_speeds": frozenset({"100Gbps"})},
        "NOT_APPLICABLE",
        ["NotMacSecCapable"],
    ),
    ("ordered", ORDERED, {}, W, ["NeverKeyed"]),
    ("there, but never keyed", KEYLESS, {"versions": None}, N, ["NeverKeyed", "ModeNotEnforced"]),
    ("its last key removed", KEYLESS, {"keyed_before": True}, N, ["NoKey", "ModeNotEnforced"]),
    ("its first key comes in", KEYLESS, {"rotating": True}, N, ["ModeNotEnforced"]),
    ("its key goes and comes in a rotation", a_link(), {"rotating": True}, "COMPLIANT", ["Compliant"]),
    ("dark in must_encrypt", DARK, {}, N, ["EncryptionDown"]),
    ("dark in should_encrypt", replace(DARK, mode=SHOULD_ENCRYPT), {}, N, ["EncryptionDown", "ModeNotEnforced"]),
    ("dark in no_encrypt", replace(DARK, mode=NO_ENCRYPT), {}, N, ["ModeNotEnforced"]),
    ("dark while it is rotated", DARK, {"rotating": True}, N, ["EncryptionDown"]),
    (
        "an interconnect that we may not set",
        SHOULD,
        {"mode_refused": True, "enforcement_paused": "NotFromHere of r1: no."},
        N,
        ["ModeCantBeSet", "ModeNotEnforced"],
    ),
    ("an interconnect that somebody set", WELL, {"mode_refused": True}, "COMPLIANT", ["Compliant"]),
    ("a mode that nobody knows", replace(WELL, mode="unknown"), {}, N, ["ModeUnknown", "ModeNotEnforced"]),
    ("no mode at all", replace(WELL, mode=None), {}, N, ["ModeUnknown", "ModeNotEnforced"]),
    ("should_encrypt", SHOULD, {}, N, ["ModeNotEnforced"]),
    ("should_encrypt while it is rotated", SHOULD, {"rotating": True}, N, ["ModeNotEnforced"]),
    (
        "members that mirror their LAG",
        replace(LAG, ports=(replace(ONE, mode=MUST_ENCRYPT), TWO)),
        {},
        "COMPLIANT",
        ["Compliant"],
    ),
    (
        "a member in another mode",
        replace(LAG, ports=(replace(ONE, mode=SHOULD_ENCRYPT), TWO)),
        {},
        N,
        ["MemberDiffers"],
    ),
    ("a member with other keys", replace(LAG, ports=(OTHER_KEYS, TWO)), {}, N, ["MemberDiffers"]),
    ("a member that lacks a key", replace(LAG, keys=(A, B), ports=(OTHER_KEYS, TWO)), {}, N, ["MemberDiffers"]),
    (
        "a member that a new key has not reached",
        replace(LAG, keys=(a_key("a", "associating"), B), ports=(OTHER_KEYS, TWO)),
        {},
        "COMPLIANT",
        ["Compliant"],
    ),
    (
        "a member's keys in a rotation",
        replace(LAG, ports=(OTHER_KEYS, TWO)),
        {"rotating": True},
        "COMPLIANT",
        ["Compliant"],
    ),
    (
        "a member's keys in capitals",
        replace(LAG, ports=(replace(ONE, ckns=(ckn("a").upper(),)), TWO)),
        {},
        "COMPLIANT",
        ["Compliant"],
    ),
    (
        "its managed secret is deleted",
        WELL,
        {"managed": {"arn:a": ManagedSecret.SCHEDULED}},
        N,
        ["ManagedSecretDeleted"],
    ),
    ("its managed secret is gone", WELL, {"managed": {"arn:a": ManagedSecret.GONE}}, N, ["ManagedSecretDeleted"]),
    (
        "the managed secret of a key that leaves",
        a_link(A, a_key("b", "disassociating")),
        {"managed": {"arn:a": ManagedSecret.PRESENT, "arn:b": ManagedSecret.SCHEDULED}},
        "COMPLIANT",
        ["Compliant"],
    ),
    ("a key that no version names", a_link(a_key("x")), {}, N, ["KeyUnknown"]),
    ("no key secret", WELL, {"versions": None}, N, ["KeyUnknown"]),
    ("a version that names no key", WELL, {"versions": (KeyVersion("v", None, frozenset()),)}, N, ["KeyUnknown"]),
    ("a key in capitals", a_link(replace(A, ckn=A.ckn.upper())), {}, "COMPLIANT", ["Compliant"]),
    ("a foreign key while it is rotated", a_link(A, a_key("x")), {"rotating": True}, "COMPLIANT", ["Compliant"]),
    ("a key that is too old", OLD, {}, N, ["KeyTooOld"]),
    ("a key that is too old while it is rotated", OLD, {"rotating": True}, "COMPLIANT", ["Compliant"]),
    (
        "a key that the ledger knows to be young",
        OLD,
        {"key_since": KeySince(ckn("a"), NOW, "r1")},
        "COMPLIANT",
        ["Compliant"],
    ),
    (
        "a key of exactly its age",
        OLD,
        {"key_since": KeySince(ckn("a"), NOW - timedelta(days=90), "r1")},
        "COMPLIANT",
        ["Compliant"],
    ),
    ("a key of an unknown age", a_link(a_key("a", start_on=None)), {}, "COMPLIANT", ["Compliant"]),
    ("a tag asks for a younger key", replace(WELL, tags={"dxmacsec:max-age-days": "7"}), {}, N, ["KeyTooOld"]),
    ("three keys", a_link(A, B, C), {}, W, ["KeyChainFull"]),
    (
        "two keys, one removed and still listed",
        a_link(A, B, a_key("c", "disassociated")),
        {},
        "COMPLIANT",
        ["Compliant"],
    ),
    ("three keys while it is rotated", a_link(A, B, C), {"rotating": True}, "COMPLIANT", ["Compliant"]),
    ("exempt", replace(SHOULD, tags=EXEMPT), {}, "EXEMPT", ["Exempt", "ModeNotEnforced"]),
    ("exempt and well", replace(WELL, tags=EXEMPT), {}, "COMPLIANT", ["Compliant"]),
    ("exempt and not capable", replace(NOT_CAPABLE, tags=EXEMPT), {}, "NOT_APPLICABLE", ["NotMacSecCapable"]),
    (
        "exempt from being made anew",
        replace(NOT_CAPABLE, tags=EXEMPT),
        {"macsec_speeds": frozenset({"10Gbps"})},
        "EXEMPT",
        ["Exempt", "NotMacSecCapable"],
    ),
    ("exempt where no tag may loosen", replace(SHOULD, tags=EXEMPT), {"rules": STRICT}, N, ["ModeNotEnforced"]),
    (
        "an exemption that ended",
        replace(SHOULD, tags={"dxmacsec:exempt-until": "2026-02-28"}),
        {},
        N,
        ["ModeNotEnforced"],
    ),
    ("a malformed exemption", replace(SHOULD, tags={"dxmacsec:exempt-until": "soon"}), {}, N, ["ModeNotEnforced"]),
    ("a LAG without members", replace(LAG, ports=()), {}, "COMPLIANT", ["Compliant"]),
    (
        "everything at once",
        replace(
            LAG,
            mode="unknown",
            keys=(OLD.keys[0], B, a_key("x")),
            ports=(replace(ONE, encryption=DOWN, mode=MUST_ENCRYPT), TWO),
        ),
        {
            "mode_refused": True,
            "managed": {"arn:b": ManagedSecret.GONE},
            "key_since": KeySince(ckn("b"), NOW - timedelta(days=100), "r1"),
        },
        N,
        [
            "EncryptionDown",
            "ModeCantBeSet",
            "ModeUnknown",
            "ModeNotEnforced",
            "MemberDiffers",
            "ManagedSecretDeleted",
            "KeyUnknown",
            "KeyTooOld",
            "KeyChainFull",
        ],
    ),
]


def facts_of(link: Link, **more: Any) -> Facts:  # noqa: ANN401 - the fields of Facts
    fields: dict[str, Any] = {"rules": RULE, "versions": OURS if link.keys else None, **more}
    return Facts(link, NOW, **fields)


def sentence(link: Link, **more: Any) -> str:  # noqa: ANN401 - the fields of Facts
    return judge(facts_of(link, **more)).sentence


@pytest.mark.parametrize(
    ("link", "more", "status", "reasons"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_link_stands(link: Link, more: dict[str, Any], status: str, reasons: list[str]) -> None:
    judgement = judge(facts_of(link, **more))

    assert (judgement.status, list(judgement.reasons)) == (status, reasons)
    assert all(link.id in finding.sentence for finding in judgement.findings if finding.reason != "Exempt")
    assert all(finding.sentence.endswith(".") for finding in judgement.findings)


def test_every_rule_has_a_row() -> None:
    shown = {reason for *_, reasons in TABLE for reason in reasons}
    found = {
        finding.reason for _, link, more, *_ in TABLE for rule in RULES if (finding := rule(facts_of(link, **more)))
    }

    assert found <= shown
    assert shown - found == {"Compliant", "HostedConnection", "NotMacSecCapable", "Exempt"}
    assert len(found) == len(RULES)


def test_an_exemption_holds_through_its_whole_last_day_in_utc() -> None:
    link = replace(SHOULD, tags=EXEMPT)
    elsewhere = timezone(timedelta(hours=-10))
    last = datetime(2026, 3, 1, 13, 59, 59, tzinfo=elsewhere)

    before, after = (judge(replace(facts_of(link), now=now)) for now in (last, last + timedelta(seconds=1)))

    assert (before.status, after.status) == (Status.EXEMPT, Status.NON_COMPLIANT)


@pytest.mark.parametrize(
    ("until", "rules", "words"),
    [
        ("2026-02-28", RULE, "ended on 2026-02-28"),
        ("soon\n", RULE, "is malformed or not allowed"),
        ("2027-01-01", STRICT, "is malformed or not allowed"),
    ],
)
def test_a_void_exemption_is_said_to_be_none(until: str, rules: Rules, words: str) -> None:
    said = sentence(replace(SHOULD, tags={"dxmacsec:exempt-until": until}), rules=rules)

    assert f"Its exemption is none: the tag dxmacsec:exempt-until {words}." in said


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (MUST_ENCRYPT, "no traffic passes there"),
        (SHOULD_ENCRYPT, "traffic passes there in clear"),
        ("unknown", "a mode that nobody can read"),
    ],
)
def test_what_darkness_means_goes_by_the_mode(mode: str, words: str) -> None:
    assert words in sentence(replace(DARK, mode=mode))


def test_a_dark_port_is_named_and_whether_it_is_down_itself() -> None:
    down = replace(TWO, state="down", encryption=DOWN)

    said = sentence(replace(LAG, ports=(replace(ONE, encryption=DOWN), down)))

    assert "on dxcon-member01, dxcon-member02 (the port itself is down):" in said


@pytest.mark.parametrize(
    ("speeds", "words"),
    [
        (None, "nobody knows what its location EqDC2 offers"),
        (frozenset[str](), "offers MACsec for no speed"),
        (frozenset({"400Gbps", "100Gbps"}), "offers MACsec for 100Gbps, 400Gbps."),
        (frozenset({"10Gbps"}), "A port of 10 Gbps could be made anew with it."),
    ],
)
def test_what_the_location_offers_is_said(speeds: frozenset[str] | None, words: str) -> None:
    assert words in sentence(NOT_CAPABLE, macsec_speeds=speeds)


def test_the_sentences_name_what_was_seen() -> None:
    assert "is in should_encrypt, not in must_encrypt. Enforcement is paused: why" in sentence(
        SHOULD, enforcement_paused="why"
    )
    assert "arn:a" in sentence(WELL, managed={"arn:a": ManagedSecret.GONE})
    assert f"{ckn('x')[:8]}…" in sentence(a_link(A, a_key("x")))
    assert "for 424 days, of at most 90." in sentence(OLD)


@pytest.mark.parametrize(
    ("facts", "keyed"),
    [
        (facts_of(KEYLESS), False),
        (facts_of(KEYLESS, versions=(a_version("a"),)), False),
        (facts_of(KEYLESS, keyed_before=True), True),
        (facts_of(KEYLESS, key_since=KeySince(ckn("a"), NOW, "r1")), True),
        (facts_of(KEYLESS, versions=OURS), True),
        (facts_of(replace(KEYLESS, keys=(a_key("a", "disassociated"),))), True),
        (facts_of(WELL), True),
    ],
    ids=["nobody knows a key", "a pair that was only made", "seen", "rotated", "in use once", "removed", "held"],
)
def test_a_link_was_keyed_by_anybody_s_word(facts: Facts, *, keyed: bool) -> None:
    assert ever_keyed(facts) is keyed


@pytest.mark.parametrize(
    ("key", "holds"),
    [
        (A, True),
        (a_key("a", "associating"), True),
        (a_key("a", "disassociating"), False),
        (a_key("a", "disassociated"), False),
        (B, False),
    ],
)
def test_a_managed_secret_concerns_the_links_that_hold_its_key(key: Key, *, holds: bool) -> None:
    assert [link.id for link in holders_of("arn:a", [a_link(key)])] == [LINK_ID] * holds


def test_a_port_without_a_mode_of_its_own_says_nothing() -> None:
    ports = (Port("dxcon-member01", "available", "Encryption Up"), TWO)

    assert judge(facts_of(replace(LAG, ports=ports))).reasons == ("Compliant",)
