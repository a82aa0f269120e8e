"""What people and a security team hear of links."""

from __future__ import annotations

from collections.abc import Collection

from dxmacsec.compliance import Status, Trouble
from dxmacsec.errors import DxMacsecError
from dxmacsec.interfaces import World
from dxmacsec.policy.compliance_words import letter
from dxmacsec.policy.letters import gathered
from dxmacsec.policy.lines import Alarm, Line, Pauses, line_now
from dxmacsec.policy.remedy import tells_people
from dxmacsec.steps.cases import Case, Settled


def line_of(link: str, world: World) -> Line:
    """Say what a line carries right now; that it can't be read keeps nobody from being told the rest."""
    try:
        return line_now(world.direct_connect.link(link))
    except DxMacsecError as error:
        return Line(f"nobody could look ({type(error).__name__}).", Alarm.UNSEEN)


def pauses_of(link: str, world: World) -> Pauses:
    """Read which pauses of a link there are, so that nobody is told to end one that is not there.

    Where they can't be read, none is named: the letter still says that one was set, and `dxmacsec status` shows it.
    """
    try:
        own, enforcing = world.ledger.pause(link), world.ledger.enforcement_pause(link)
    except DxMacsecError:
        return Pauses()
    return Pauses(own.reason if own else None, enforcing.reason if enforcing else None)


def report(settled: Collection[Settled], world: World, troubles: list[Trouble]) -> None:
    """Update the findings; a hub that fails keeps nobody from being told, and is a trouble of its own."""
    for each in settled if world.limits.security_hub else ():
        try:
            if _is_worth_a_finding(each.case):
                world.findings.report(each.case.link, each.case.judgement, each.standing)
        except DxMacsecError as error:
            troubles.append(Trouble.of(each.standing.link, error))


def _is_worth_a_finding(case: Case) -> bool:
    """Tell whether a security team must read it: something is wrong, or was and is not any more."""
    quiet = (Status.COMPLIANT, Status.NOT_APPLICABLE)
    return case.judgement.status not in quiet or (case.standing is not None and case.standing.status not in quiet)


def tell_people(settled: Collection[Settled], world: World) -> None:
    """Write to people about those links where they must act."""
    letters = [
        letter(each.case.judgement, each.case.decision, each.case.link, each.case.change)
        for each in settled
        if tells_people(each.case.judgement, each.case.decision, each.case.kind, changed=True)
    ]
    for subject, text in gathered(letters):
        world.herald.alert(subject, text)
