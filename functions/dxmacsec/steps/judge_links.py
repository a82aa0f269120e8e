"""Look, judge, bring back, write down, tell: the one road of every event and of the sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from dxmacsec.compliance import Action, Change, Judgement, Looked, PromptKind, Remedy, Standing, Status, Trouble
from dxmacsec.errors import DxMacsecError
from dxmacsec.interfaces import Owner, World
from dxmacsec.model import Link, RotationRun
from dxmacsec.policy.compliance import Facts, ever_keyed, judge
from dxmacsec.policy.compliance_facts import seen
from dxmacsec.policy.compliance_words import letter, record
from dxmacsec.policy.letters import gathered
from dxmacsec.policy.remedy import Decision, decide, is_no_try, looks_again, tells_people
from dxmacsec.policy.request import MAX_LINKS
from dxmacsec.policy.starting import enforcement_name, fleet_run_name, why_started
from dxmacsec.steps.facts import Reading, read_about
from dxmacsec.steps.locks import is_dead

EVENT = "MACsec Compliance Changed"

SETTLING = timedelta(seconds=10)
"""How long a line may take to come up under its key; its status may lag in addition (W13, docs/design.md)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One link that is looked at: why, what it says, and what shall be done."""

    link: Link
    kind: PromptKind
    change: Change | None
    facts: Facts
    judgement: Judgement
    standing: Standing | None
    decision: Decision

    @property
    def changed(self) -> bool:
        """Tell whether the verdict is another one than before."""
        before, now = self.standing, self.judgement
        if before is None:
            return True
        return (before.status, before.reasons, before.seen) != (now.status, now.reasons, seen(self.facts))

    @property
    def next_version(self) -> int:
        """Return the number of the standing that would be written now."""
        return self.standing.version + 1 if self.standing else 1


@dataclass(frozen=True, slots=True)
class Settled:
    """A link of which something is new: what was written down, and what was started."""

    case: Case
    standing: Standing
    action: Action | None


def judge_links(
    links: Collection[Link],
    prompts: Mapping[str, tuple[PromptKind, Change | None]],
    standings: Mapping[str, Standing],
    world: World,
) -> Looked:
    """Judge links and do what follows; `prompts` says for each id why it is looked at.

    A link that somebody changes right now is left alone: word is left at its lock, and whoever frees it
    has it looked at again. A link that could not be brought back is a `Trouble` and does not keep the
    others from being looked at. Running it twice is safe: a standing is written once a version, a remedy
    is named after the version, and what was not told is told by the next look.

    Raises:
        Transient: what concerns all links at once could not be read.
    """
    waiting = _waiting(links, prompts, world)
    judged = [link for link in links if link.id not in waiting]
    reading = read_about(judged, standings, world)
    troubles: list[Trouble] = []
    cases = [case for link in judged if (case := _tried(link, prompts[link.id], reading, world, troubles))]
    fleet_runs = _hand_over(cases, world, troubles)
    lost = {trouble.link for trouble in troubles}
    ready = [case for case in cases if case.link.id not in lost]
    settled = [each for case in ready if (each := _settled(case, fleet_runs, world, troubles))]
    _look_again(cases, world, troubles)
    _tell_people(settled, world)
    _report(settled, world, troubles)
    for each in settled:
        world.compliance_ledger.mark_told(each.standing.link, each.standing.version)
    return Looked(
        counts=dict(Counter(case.judgement.reason for case in cases)),
        statuses=dict(Counter(str(case.judgement.status) for case in cases)),
        changed=tuple(each.standing.link for each in settled if each.case.changed),
        started=tuple(each.action.execution for each in settled if each.action),
        waiting=tuple(waiting),
        troubles=tuple(troubles),
    )


def _waiting(
    links: Collection[Link], prompts: Mapping[str, tuple[PromptKind, Change | None]], world: World
) -> tuple[str, ...]:
    """Return the links that somebody changes now, after leaving word at their locks.

    The end of our own doing waits for nothing: whoever still acts then has an end of its own.
    """
    busy = _busy([link.id for link in links], world)
    now = world.clock.now()

    def waits(link: str) -> bool:
        kind, change = prompts[link]
        return not kind.may_act or _leave_word(link, busy[link], change or Change("", str(kind), "", now), world)

    return tuple(link for link in busy if waits(link))


def _busy(links: Collection[str], world: World) -> dict[str, Owner]:
    """Return who changes which link now."""
    acting = world.compliance_ledger.acting(links)
    return {link: owner for link, owner in acting.items() if not is_dead(owner, world)}


def _leave_word(link: str, owner: Owner, word: Change, world: World) -> bool:
    """Leave word at a lock, or at its next owner's where it changed hands meanwhile; False when it is free."""
    while not world.compliance_ledger.wait_for_acting(link, owner, word):
        following = _busy([link], world).get(link)
        if following is None:
            return False
        owner = following
    return True


def _tried(
    link: Link,
    prompt: tuple[PromptKind, Change | None],
    reading: Reading,
    world: World,
    troubles: list[Trouble],
) -> Case | None:
    try:
        return _case(link, prompt, reading, world)
    except DxMacsecError as error:
        troubles.append(Trouble(link.id, type(error).__name__, str(error)))
        return None


def _case(link: Link, prompt: tuple[PromptKind, Change | None], reading: Reading, world: World) -> Case:
    kind, change = prompt
    facts, standing, limits = reading.facts(link, world), reading.standings.get(link.id), world.limits
    judgement = judge(facts)
    last = _last_run(standing, judgement, kind, world)
    decision = decide(
        judgement,
        facts,
        enforcement=limits.enforcement,
        onboard=limits.onboard,
        paused=link.id in reading.pauses,
        standing=standing,
        action_runs=last is not None and last.running,
        action_counts=last is None or not is_no_try(last),
        prompt=kind,
        windows=limits.windows,
    )
    return Case(link, kind, change, facts, judgement, standing, decision)


def _last_run(standing: Standing | None, judgement: Judgement, kind: PromptKind, world: World) -> RotationRun | None:
    """Describe what we started last for the link, where anything could follow; None when it is forgotten."""
    may_follow = kind.may_act and judgement.status in (Status.NON_COMPLIANT, Status.WARNING)
    if not may_follow or standing is None or standing.action is None:
        return None
    return world.executions.run(standing.action.execution)


def _hand_over(cases: Collection[Case], world: World, troubles: list[Trouble]) -> Mapping[str, str]:
    """Start one fleet run for the links that need a rotation, and return the execution of each that it takes.

    More than one run takes wait for the next look.
    """
    due = [case for case in cases if case.decision.remedy is Remedy.ROTATE][:MAX_LINKS]
    if not due:
        return {}
    name = fleet_run_name({case.link.id: case.next_version for case in due}, world.clock.now())
    reasons = ", ".join(sorted({case.judgement.reason for case in due}))
    links = tuple(case.link.id for case in due)
    try:
        return dict.fromkeys(links, world.remedies.rotate(name, links, f"compliance: {reasons}"))
    except DxMacsecError as error:
        troubles.extend(Trouble(link, type(error).__name__, str(error)) for link in links)
        return {}


def _look_again(cases: Collection[Case], world: World, troubles: list[Trouble]) -> None:
    """Have those looked at again whose line may only be on its way, when its status must have caught up."""
    for case in cases:
        if case.change is None or not looks_again(case.decision, case.kind):
            continue
        try:
            world.later.look_again(case.link.id, case.change, world.limits.status_lag + SETTLING)
        except DxMacsecError as error:
            troubles.append(Trouble(case.link.id, type(error).__name__, str(error)))


def _settled(case: Case, fleet_runs: Mapping[str, str], world: World, troubles: list[Trouble]) -> Settled | None:
    try:
        return _settle(case, fleet_runs, world)
    except DxMacsecError as error:
        troubles.append(Trouble(case.link.id, type(error).__name__, str(error)))
        return None


def _settle(case: Case, fleet_runs: Mapping[str, str], world: World) -> Settled | None:
    """Start the remedy, write the standing down, put the event; None where nothing is new."""
    action = _action(case, fleet_runs, world)
    before = case.standing
    if before is not None and not case.changed and action is None:
        return None if before.told else _announced(case, before, before, None, world)
    standing = _next_standing(case, action, world)
    if not world.compliance_ledger.note_standing(standing, record(before, standing, case.link, case.decision)):
        return None
    return _announced(case, before, standing, action, world)


def _next_standing(case: Case, action: Action | None, world: World) -> Standing:
    judgement, before = case.judgement, case.standing
    return Standing(
        link=case.link.id,
        version=case.next_version,
        status=judgement.status,
        reasons=judgement.reasons,
        sentence=judgement.sentence,
        since=world.clock.now() if case.changed or before is None else before.since,
        seen=seen(case.facts),
        keyed=ever_keyed(case.facts),
        left_alone=case.decision.why in ("Exempt", "AuditOnly"),
        change=case.change,
        action=action or (before.action if before else None),
    )


def _action(case: Case, fleet_runs: Mapping[str, str], world: World) -> Action | None:
    """Start what the decision says, under a name that a repeat finds taken."""
    remedy, now = case.decision.remedy, world.clock.now()
    if remedy is Remedy.ENFORCE:
        name = enforcement_name(case.link.id, case.next_version, now)
        reason = why_started(case.judgement, case.change)
        return Action(Remedy.ENFORCE, world.remedies.enforce(name, case.link.id, reason), now)
    if remedy is Remedy.ROTATE and case.link.id in fleet_runs:
        return Action(Remedy.ROTATE, fleet_runs[case.link.id], now)
    return None


def _announced(case: Case, before: Standing | None, standing: Standing, action: Action | None, world: World) -> Settled:
    """Put the event."""
    world.herald.event(EVENT, record(before, standing, case.link, case.decision))
    return Settled(case, standing, action)


def _report(settled: Collection[Settled], world: World, troubles: list[Trouble]) -> None:
    """Update the findings; a hub that fails keeps nobody from being told, and is a trouble of its own."""
    for each in settled if world.limits.security_hub else ():
        try:
            if _is_worth_a_finding(each.case):
                world.findings.report(each.case.link, each.case.judgement, each.standing)
        except DxMacsecError as error:
            troubles.append(Trouble(each.standing.link, type(error).__name__, str(error)))


def _is_worth_a_finding(case: Case) -> bool:
    """Tell whether a security team must read it: something is wrong, or was and is not any more."""
    quiet = (Status.COMPLIANT, Status.NOT_APPLICABLE)
    return case.judgement.status not in quiet or (case.standing is not None and case.standing.status not in quiet)


def _tell_people(settled: Collection[Settled], world: World) -> None:
    """Write to people about those links where they must act."""
    letters = [
        letter(each.case.judgement, each.case.decision, each.case.link, each.case.change)
        for each in settled
        if tells_people(each.case.judgement, each.case.decision, each.case.kind, changed=True)
    ]
    for subject, text in gathered(letters):
        world.herald.alert(subject, text)
