"""What people, the ledger and the bus read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dxmacsec.compliance import Action, Change, Remedy, Standing, Status
from dxmacsec.model import MUST_ENCRYPT, Link, LinkKind, ManagedSecret
from dxmacsec.policy.compliance_words import WHY, letter, record
from dxmacsec.policy.letters import BY_AWS
from dxmacsec.policy.remedy import Decision
from tests.unit.policy.situations import DOWN, LINK_ID, NOW, a_key, a_link, a_port
from tests.unit.policy.test_compliance import DARK, KEYLESS, LAG, NOT_CAPABLE, OLD, ONE, ORDERED, SHOULD, TWO, WELL
from tests.unit.policy.test_compliance import TABLE as VERDICTS
from tests.unit.policy.test_remedy import FOREIGN, MEMBER_LOW, SOFT, judged
from tests.unit.policy.test_remedy import TABLE as DECISIONS

ANA = Change("e-1", "UpdateConnection", "arn:aws:iam::123456789012:user/ana", NOW)
INTERCONNECT = replace(SHOULD, kind=LinkKind.INTERCONNECT)
OFFERED = {"macsec_speeds": frozenset({"10Gbps"})}
ROTATE = 'RotateKeyArn) --input \'{"link":"dxcon-fg5678gh","reason":'


def written(link: Link, change: Change | None = ANA, **more: Any) -> tuple[str, str]:  # noqa: ANN401 - see judged
    judgement, decision = judged(link, **more)
    return letter(judgement, decision, link, change)


def test_a_letter_says_what_happened_what_it_means_what_we_did_and_what_to_type() -> None:
    subject, text = written(SHOULD, enforcement="audit")

    assert subject == "dxmacsec dxcon-fg5678gh: ModeNotEnforced"
    assert text.split("\n\n") == [
        "dxcon-fg5678gh is in should_encrypt, not in must_encrypt.",
        "Told by UpdateConnection of arn:aws:iam::123456789012:user/ana at 2026-03-01T12:00:00+00:00.",
        "The line now: encrypted, but in clear as soon as MKA fails.",
        "Nothing was done: enforcement is audit, by the configuration or the link's tag.",
        "What to do: bring the mode back to must_encrypt, when every port is encrypted.",
        "Until: the next sweep looks again; people are told again only of what is new.",
        "Type this:",
        "  dxmacsec status dxcon-fg5678gh",
        BY_AWS,
        "  aws directconnect update-connection --connection-id dxcon-fg5678gh --encryption-mode must_encrypt",
        "More: docs/runbook.md, heading ModeNotEnforced.",
    ]


@pytest.mark.parametrize("change", [None, Change("", "swept", "", NOW)], ids=["swept", "freed after a sweep"])
def test_what_no_event_told_is_said_to_be_found_by_the_sweep(change: Change | None) -> None:
    assert "Found by the sweep: no event told of it." in written(FOREIGN, change)[1]


@pytest.mark.parametrize(
    ("link", "more", "words"),
    [
        (FOREIGN, {}, "encrypted, and nothing passes in clear."),
        (SHOULD, {}, "encrypted, but in clear as soon as MKA fails."),
        (DARK, {}, "no traffic on dxcon-fg5678gh."),
        (SOFT, {}, "what passes on dxcon-fg5678gh is in clear."),
        (KEYLESS, {}, "what passes on dxcon-fg5678gh is in clear."),
        (replace(LAG, ports=(replace(ONE, encryption=DOWN), TWO)), {}, "no traffic on dxcon-member01."),
        (ORDERED, {}, "the link is requested."),
        (replace(LAG, mode="unknown", ports=()), {}, "the link is without ports."),
        (NOT_CAPABLE, OFFERED, "in clear."),
    ],
)
def test_a_letter_says_what_the_line_carries(link: Link, more: dict[str, Any], words: str) -> None:
    assert f"The line now: {words}\n" in written(link, **more)[1]


@pytest.mark.parametrize(
    ("link", "more", "command"),
    [
        (NOT_CAPABLE, OFFERED, "create-connection --connection-name NAME --location EqDC2 --request-mac-sec"),
        (replace(NOT_CAPABLE, kind=LinkKind.INTERCONNECT), OFFERED, "create-interconnect --interconnect-name NAME"),
        (replace(NOT_CAPABLE, kind=LinkKind.LAG), OFFERED, "--number-of-connections 1 --connections-bandwidth 10 Gbps"),
        (ORDERED, {}, f'{ROTATE}"NeverKeyed"}}'),
        (KEYLESS, {"keyed_before": True}, f'{ROTATE}"NoKey"}}'),
        (FOREIGN, {}, f'{ROTATE}"KeyUnknown"}}'),
        (DARK, {}, "describe-connections --connection-id dxcon-fg5678gh"),
        (
            replace(INTERCONNECT, ports=(a_port(encryption=DOWN),)),
            {},
            "describe-interconnects --interconnect-id dxcon-fg5678gh",
        ),
        (INTERCONNECT, {"mode_refused": True, "enforcement_paused": "no"}, "ask AWS Support to set must_encrypt"),
        (
            replace(WELL, mode="unknown"),
            {"enforcement": "audit"},
            "describe-connections --connection-id dxcon-fg5678gh",
        ),
        (SHOULD, {"enforcement_paused": "why"}, '{"pk":{"S":"LINK#dxcon-fg5678gh"},"sk":{"S":"PAUSE#enforcement"}}'),
        (SHOULD, {"enforcement_paused": "why"}, 'EnforceEncryptionArn) --input \'{"link":"dxcon-fg5678gh"}\''),
        (replace(LAG, mode="should_encrypt"), {"enforcement": "audit"}, "update-lag --lag-id dxlag-fg5678gh"),
        (SOFT, {"enforcement": "audit"}, "describe-connections --connection-id dxcon-fg5678gh"),
        (MEMBER_LOW, {"enforcement": "audit"}, "describe-lags --lag-id dxlag-fg5678gh"),
        (MEMBER_LOW, {"enforcement": "audit"}, "describe-connections --connection-id dxcon-member02"),
        (WELL, {"managed": {"arn:a": ManagedSecret.SCHEDULED}}, "restore-secret --secret-id arn:a"),
        (a_link(a_key("a"), a_key("b"), a_key("c")), {}, "describe-connections --connection-id dxcon-fg5678gh"),
    ],
)
def test_a_letter_says_what_to_type(link: Link, more: dict[str, Any], command: str) -> None:
    assert command in written(link, **more)[1]


def test_a_letter_restores_only_the_secret_that_is_deleted() -> None:
    _, text = written(a_link(a_key("a"), a_key("b")), managed={"arn:b": ManagedSecret.SCHEDULED})

    assert text.count("restore-secret") == 1
    assert "--secret-id arn:b" in text


def test_must_encrypt_is_never_typed_on_a_line_that_is_dark() -> None:
    for _, link, more, *_ in VERDICTS:
        _, text = written(link, **more, enforcement="audit")
        assert link.encrypted or f"--encryption-mode {MUST_ENCRYPT}" not in text


def test_every_verdict_has_a_letter_that_names_its_heading() -> None:
    for _, link, more, _, reasons in VERDICTS:
        subject, text = written(link, **more)
        assert subject == f"dxmacsec {link.id}: {reasons[0]}"
        assert text.endswith(f"More: docs/runbook.md, heading {reasons[0]}.")


def test_every_reason_of_a_decision_has_its_words() -> None:
    assert {why for *_, why in DECISIONS} == set(WHY)


def a_standing(version: int = 1, **fields: Any) -> Standing:  # noqa: ANN401 - the fields of a Standing
    made = Standing(LINK_ID, version, Status.NON_COMPLIANT, ("ModeNotEnforced",), "It is low.", NOW)
    return replace(made, **fields)


ENFORCED = Action(Remedy.ENFORCE, "arn:run", NOW)


def test_a_record_says_before_and_after_who_and_what_we_did() -> None:
    before = a_standing(status=Status.COMPLIANT, reasons=("Compliant",))
    after = a_standing(2, change=ANA, action=ENFORCED)

    made = record(before, after, SHOULD, Decision(Remedy.ENFORCE, "Enforce"))

    assert json.loads(json.dumps(made)) == made
    assert made == {
        "schema": 1,
        "link": LINK_ID,
        "kind": "connection",
        "before": {"status": "COMPLIANT", "reasons": ["Compliant"]},
        "after": {"status": "NON_COMPLIANT", "reasons": ["ModeNotEnforced"]},
        "sentence": "It is low.",
        "change": {
            "event_id": "e-1",
            "call": "UpdateConnection",
            "by": "arn:aws:iam::123456789012:user/ana",
            "at": "2026-03-01T12:00:00+00:00",
        },
        "did": {"remedy": "enforce", "execution": "arn:run", "at": "2026-03-01T12:00:00+00:00"},
        "why": "Enforce",
    }


def test_a_first_standing_that_a_sweep_found_has_nothing_before_it_and_nobody() -> None:
    made = record(None, a_standing(), SHOULD, Decision(None, "AuditOnly"))

    assert (made["before"], made["change"], made["did"], made["why"]) == (None, None, None, "AuditOnly")


def test_what_was_started_for_an_earlier_standing_is_not_told_again() -> None:
    made = record(a_standing(action=ENFORCED), a_standing(2, action=ENFORCED), SHOULD, Decision(None, "NotNow"))

    assert made["did"] is None


def test_a_standing_that_is_told_late_says_what_was_started_last() -> None:
    standing = a_standing(2, action=ENFORCED)

    assert record(standing, standing, SHOULD, Decision(None, "UnderWay"))["did"]["execution"] == "arn:run"


@pytest.mark.parametrize(
    ("paused", "typed"),
    [("PausedByHand", "dxmacsec resume dxcon-fg5678gh"), ("LinkDark", "dxmacsec clear dxcon-fg5678gh --reason")],
)
def test_a_pause_is_ended_by_the_command_that_ends_this_one(paused: str, typed: str) -> None:
    _, text = written(OLD, paused=paused)

    assert [each for each in ("dxmacsec clear", "dxmacsec resume") if each in text] == [" ".join(typed.split()[:2])]
    assert f"  {typed}" in text
    assert text.index(typed) < text.index("dxmacsec rotate")
