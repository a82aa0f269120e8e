"""Look, judge, bring back, write down, tell: the one road of every event and of the sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta

from dxmacsec.compliance import Action, Change, Judgement, Looked, PromptKind, Remedy, Standing, Status, Trouble
from dxmacsec.errors import DxMacsecError
from dxmacsec.interfaces import World
from dxmacsec.model import Link, RotationRun
from dxmacsec.policy.compliance import ever_keyed, judge
from dxmacsec.policy.compliance_facts import seen
from dxmacsec.policy.compliance_words import record
from dxmacsec.policy.remedy import decide, is_no_try, looks_again
from dxmacsec.policy.request import MAX_LINKS
from dxmacsec.policy.starting import enforcement_name, fleet_run_name, why_started
from dxmacsec.steps.cases import Case, Settled
from dxmacsec.steps.facts import Reading, read_about
from dxmacsec.steps.leave_word import leave_word
from dxmacsec.steps.telling import report, tell_people

EVENT = "MACsec Compliance Changed"

SETTLING = timedelta(seconds=10)
"""How long a line may take to come up under its key; its status may lag in addition (W13, docs/design.md)."""


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
    waiting = leave_word(links, prompts, world)
    judged = [link for link in links if link.id not in waiting]
    reading = read_about(judged, standings, world)
    troubles: list[Trouble] = []
    cases = [case for link in judged if (case := _tried(link, prompts[link.id], reading, world, troubles))]
    fleet_runs = _hand_over(cases, world, troubles)
    lost = {trouble.link for trouble in troubles}
    ready = [case for case in cases if case.link.id not in lost]
    settled = [each for case in ready if (each := _settled(case, fleet_runs, world, troubles))]
    _look_again(cases, world, troubles)
    tell_people(settled, world)
    report(settled, world, troubles)
    for each in settled:
        world.compliance_ledger.mark_told(each.standing.link, each.standing.version)
    return Looked(
        counts=dict(Counter(case.judgement.reason for case in cases)),
        statuses=dict(Counter(str(case.judgement.status) for case in cases)),
        changed=tuple(each.standing.link for each in settled if each.case.changed),
        started=tuple(each.action.execution for each in settled if each.action),
        waiting=tuple(waiting),
        troubles=tuple(troubles),
        unjudged=tuple(sorted({link.id for link in links} - {case.link.id for case in cases})),
    )


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
        troubles.append(Trouble.of(link.id, error))
        return None


def _case(link: Link, prompt: tuple[PromptKind, Change | None], reading: Reading, world: World) -> Case:
    kind, change = prompt
    facts, standing, limits = reading.facts(link, world), reading.standings.get(link.id), world.limits
    judgement, pause = judge(facts), reading.pauses.get(link.id)
    last = _last_run(standing, judgement, kind, world)
    decision = decide(
        judgement,
        facts,
        enforcement=limits.enforcement,
        onboard=limits.onboard,
        paused=pause.reason if pause else None,
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
        troubles.extend(Trouble.of(link, error) for link in links)
        return {}


def _look_again(cases: Collection[Case], world: World, troubles: list[Trouble]) -> None:
    """Have those looked at again whose line may only be on its way, when its status must have caught up."""
    for case in cases:
        if case.change is None or not looks_again(case.decision, case.kind):
            continue
        try:
            world.later.look_again(case.link.id, case.change, world.limits.status_lag + SETTLING)
        except DxMacsecError as error:
            troubles.append(Trouble.of(case.link.id, error))


def _settled(case: Case, fleet_runs: Mapping[str, str], world: World, troubles: list[Trouble]) -> Settled | None:
    try:
        return _settle(case, fleet_runs, world)
    except DxMacsecError as error:
        troubles.append(Trouble.of(case.link.id, error))
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
