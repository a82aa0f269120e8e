"""Every letter that the product sends, one of each kind and reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dxmacsec.adapters.router_text import router_letter, router_subject
from dxmacsec.compliance import Change, Standing, Status
from dxmacsec.fleet import Fleet, FleetRequest, LinkResult
from dxmacsec.model import (
    PAUSED_BY_HAND,
    SCHEMA,
    SHOULD_ENCRYPT,
    Enforcement,
    Link,
    LinkKind,
    Outcome,
    Recovery,
    RouterTaskKind,
    Verdict,
)
from dxmacsec.organisation import Organisation, OrganisationRequest, TurnEnd
from dxmacsec.policy import secret_trouble
from dxmacsec.policy.advice import ADVICE
from dxmacsec.policy.compliance_words import letter as compliance_letter
from dxmacsec.policy.end_words import enforcement_letter, recovery_letter, rotation_letter
from dxmacsec.policy.fleet_words import TODO, fleet_letter
from dxmacsec.policy.letters import Letter
from dxmacsec.policy.lines import Pauses, line_now
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.organisation_outcome import organisation_report
from dxmacsec.policy.organisation_words import TODO as ORGANISATION_TODO
from dxmacsec.policy.organisation_words import organisation_letter
from dxmacsec.policy.retirement import gone_letter
from dxmacsec.policy.secret_events import Happening, SecretTrouble
from tests.unit.policy.situations import DOWN, LINK_ID, NOW, a_link, a_port, a_rotation, new_key, old_key
from tests.unit.policy.test_compliance import TABLE as VERDICTS
from tests.unit.policy.test_remedy import judged

AT = datetime(2026, 3, 1, tzinfo=UTC)
LINKS = (
    a_link(kind=LinkKind.LAG),
    a_link(kind=LinkKind.LAG, ports=(a_port(encryption=DOWN),)),
    a_link(kind=LinkKind.LAG, mode=SHOULD_ENCRYPT, ports=(a_port(encryption=DOWN),)),
    a_link(kind=LinkKind.LAG, mode=None, ports=(a_port(encryption=DOWN),)),
)
"""What each end may find: an encrypted line, a dark one, one in clear, and one that nobody can judge."""

PAUSES = (Pauses("LinkDark", "ModeLowered"), Pauses(PAUSED_BY_HAND), Pauses())
OF_ENFORCEMENT = ("HeldDark", "ModeLowered", "EncryptionNotUp", "NotFromHere", "EnforcementPaused", "AuditOnly")
TASK: dict[str, Any] = {
    "task_token": "AQC8/+x=' token",
    "rotation": "rotation-1",
    "link": LINK_ID,
    "link_kind": "lag",
    "ports": ["dxcon-member01", "dxcon-member02"],
    "key_secret": f"dxmacsec/{LINK_ID}",
    "version_id": "11111111-1111-4111-8111-111111111111",
    "ckn": "ab" * 32,
    "old_ckns": ["cd" * 32],
    "deadline": "2026-01-02T03:04:05+00:00",
    "what": "Do this.",
    "line": "encrypted, and nothing passes in clear.",
}


def task_letter(kind: RouterTaskKind, **more: Any) -> Letter:  # noqa: ANN401 - any field of the task
    message = {**TASK, "task": str(kind), "task_id": f"rotation-1.{kind}.0", **more}
    return router_subject(message), router_letter(message)


def an_enforcement() -> Enforcement:
    return Enforcement(SCHEMA, "e", "arn:enforcement", "arn:enforcement", LINK_ID, NOW, Verdict("x"))


def a_recovery() -> Recovery:
    rotation = a_rotation(new_key=new_key())
    return Recovery(SCHEMA, "r", "arn:recovery", NOW, Verdict("x"), link=LINK_ID, dead="arn:dead", rotation=rotation)


def a_run(reason: str, *results: LinkResult, **more: Any) -> tuple[Fleet, Outcome]:  # noqa: ANN401 - any field of Fleet
    fleet = Fleet(SCHEMA, "run", "arn:run", FleetRequest(), NOW, Verdict("x"), results=results, **more)
    return fleet, Outcome("SUCCEEDED" if reason == "FleetRotated" else "FAILED", reason, "It ended.")


def ends(link: Link) -> Iterator[Letter]:
    """Return what people read of every end of what worked on a link."""
    line = line_now(link)
    done = a_rotation(new_key=new_key())
    yield rotation_letter(done, Outcome("SUCCEEDED", "Rotated", "It is done."), line, Pauses())
    noted = replace(done, remove_note="States.Timeout", retired=(old_key().ckn,))
    yield rotation_letter(noted, Outcome("SUCCEEDED", "Rotated", "It is done."), line, Pauses())
    for reason in (*ADVICE, "StepFailed"):
        for status, pause in (("FAILED", False), ("FAILED", True), ("REFUSED", False)):
            outcome = Outcome(status, reason, "It ended.", pause=pause)
            for pauses in PAUSES:
                yield rotation_letter(done, outcome, line, pauses)
                yield recovery_letter(a_recovery(), outcome, link, pauses)
    for reason in OF_ENFORCEMENT:
        yield enforcement_letter(an_enforcement(), Outcome("FAILED", reason, "It ended.", pause=True), line)


def every_letter() -> Iterator[Letter]:
    for kind in RouterTaskKind:
        yield task_letter(kind)
        yield task_letter(kind, ports=[LINK_ID])
        yield task_letter(kind, old_ckns=[])
        yield task_letter(kind, line="no traffic on dxcon-member01.")
    yield task_letter(RouterTaskKind.CONFIRM, ckn=None, version_id=None)
    for link in LINKS:
        yield from ends(link)
    for reason in (*TODO, "FleetRotated"):
        yield fleet_letter(*a_run(reason, LinkResult(LINK_ID, "r", "SUCCEEDED")))
    for organisation_reason in ORGANISATION_TODO:
        lost = TurnEnd("111111111111/eu-west-1", 1, "FAILED", "FleetStopped", "One failed.")
        course = Course(("111111111111/eu-west-1",), turns=(lost,))
        run = Organisation(SCHEMA, "run", "arn:run", NOW, OrganisationRequest(), Verdict("done"), 100)
        yield organisation_letter(
            run, organisation_report(run, course, Outcome("FAILED", organisation_reason, "It ended."))
        )
    for _, link, more, *_ in VERDICTS:
        judgement, decision = judged(link, **more)
        yield compliance_letter(judgement, decision, link, Change("e", "Call", "arn:user", NOW))
    for happening in (Happening.FAILED, Happening.ABANDONED, Happening.DELETED):
        for for_ever in (False, True):
            told = secret_trouble.letter(SecretTrouble(happening, "arn:secret", AT, for_ever=for_ever), LINK_ID)
            yield f"dxmacsec {LINK_ID}: {told.reason}", told.text
    standing = Standing(LINK_ID, 1, Status.COMPLIANT, ("Compliant",), "It is well.", NOW, keyed=True)
    yield gone_letter(standing, None, secret="Its key secret goes.")  # noqa: S106 - a sentence
