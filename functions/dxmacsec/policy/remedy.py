"""What follows from a judgement: set the mode, rotate, or tell people, and the machine reason why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from dxmacsec.compliance import Judgement, PromptKind, Remedy, Standing, Status
from dxmacsec.fleet import Window
from dxmacsec.model import AVAILABLE, MUST_ENCRYPT, NO_ENCRYPT, PAUSED_BY_HAND, SHOULD_ENCRYPT, Link, RotationRun
from dxmacsec.policy.compliance_facts import Facts, members_in_another_mode, seen
from dxmacsec.policy.groups import GROUP_TAG, is_spanning
from dxmacsec.policy.mode import safe_now
from dxmacsec.policy.tags import choices
from dxmacsec.policy.windows import LONGEST_WAIT, is_open, next_opening

TRIED_FOR = timedelta(days=1)
"""How long the same remedy is not tried again for the same reasons, unless somebody changes the link."""

MODE_REASONS = frozenset({"ModeNotEnforced", "ModeUnknown", "MemberDiffers"})
KEY_REASONS = frozenset({"NoKey", "NeverKeyed", "KeyTooOld"})

COMING = frozenset({"EncryptionDown", "NotAvailable"})
"""Why nothing is done now that may hold no more in a while."""

EARNING = frozenset({PromptKind.CHANGED, PromptKind.FREED, PromptKind.AGAIN})
"""Looks that follow from somebody's change: it earns a new try."""

CUT_SHORT = frozenset({"ABORTED", "TIMED_OUT"})
NEVER_BEGAN = frozenset({"ActingLockHeld", "AlreadyRotating", "FleetAlreadyRunning", "OutsideWindow", "LockLost"})
"""Ends of an execution that found somebody else at work, or came at the wrong time."""

AT_WORK = frozenset({"UnderWay", "Coordinated"})
"""Why nothing is started where somebody else is at it."""

GETTING_WORSE = frozenset({"ModeNotEnforced", "EncryptionDown"})
"""Reasons that stay the same while the line goes from encrypted to clear, or from one dark port to all."""

SETTLED = {Status.COMPLIANT: "Compliant", Status.NOT_APPLICABLE: "NotApplicable", Status.EXEMPT: "Exempt"}
"""Why nothing follows from a verdict that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why that or nothing.

    `news` are the reasons that are NON_COMPLIANT and that people may not have heard of; None says: all.
    """

    remedy: Remedy | None
    why: str
    news: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One judgement with everything that a remedy depends on."""

    judgement: Judgement
    facts: Facts
    enforcement: str
    onboard: bool
    paused: str | None
    standing: Standing | None
    action_runs: bool
    action_counts: bool
    prompt: PromptKind
    windows: tuple[Window, ...]

    def runs(self, *remedies: Remedy) -> bool:
        """Tell whether one of these remedies was started and is not over."""
        action = self.standing.action if self.standing else None
        return self.action_runs and action is not None and action.remedy in remedies

    def tried(self, remedy: Remedy) -> bool:
        """Tell whether the remedy was started for these reasons lately; a change from outside earns a new try."""
        if self.prompt in EARNING or self.standing is None or not self.action_counts:
            return False
        action, same = self.standing.action, self.standing.reasons == self.judgement.reasons
        return bool(action and action.remedy is remedy and same and self.facts.now - action.at < TRIED_FOR)


def decide(  # noqa: PLR0913 - a policy takes what it depends on by name
    judgement: Judgement,
    facts: Facts,
    *,
    enforcement: str,
    onboard: bool,
    paused: str | None,
    standing: Standing | None,
    action_runs: bool,
    prompt: PromptKind,
    windows: tuple[Window, ...],
    action_counts: bool = True,
) -> Decision:
    """Return what to do now; the order is the specification, and `why` has a heading in the runbook.

    `paused` is the reason of the pause of the link's automation, `action_runs` whether the standing's action is not
    over, `action_counts` whether it was a try at all.
    """
    case = _Case(judgement, facts, enforcement, onboard, paused, standing, action_runs, action_counts, prompt, windows)
    return replace(_decision(case), news=_news(judgement, standing, seen(facts)))


def _decision(case: _Case) -> Decision:
    reasons = frozenset(case.judgement.reasons)
    if case.judgement.status in SETTLED:
        return Decision(None, SETTLED[case.judgement.status])
    if not case.prompt.may_act:
        return Decision(None, "NotNow")
    # Nothing is set on a guess: a mode that nobody can read is for a person.
    readable = "ModeUnknown" not in reasons
    wants_mode = readable and ("ModeNotEnforced" in reasons or bool(members_in_another_mode(case.facts.link)))
    wants_key = bool(reasons & KEY_REASONS)
    if not case.facts.link.macsec_capable or not (wants_mode or wants_key):
        return Decision(None, "TellPeople")
    if (choices(case.facts.link.tags, case.facts.rules).enforcement or case.enforcement) == "audit":
        return Decision(None, "AuditOnly")
    # A link without a key has no mode to raise; with one, the mode comes before the key's age.
    if not wants_mode or not case.facts.held:
        return _rotate(case) if wants_key else _enforce(case)
    enforced = _enforce(case)
    rotated = _rotate(case) if wants_key and enforced.remedy is None else enforced
    return rotated if rotated.remedy else enforced


def _enforce(case: _Case) -> Decision:
    """Never with encryption down, but out of no_encrypt, where should_encrypt lets it come up."""
    facts = case.facts
    not_ready = not _may_be_raised(facts.link)
    obstacles = (
        ("ModeCantBeSet", facts.mode_refused),
        ("EnforcementPaused", facts.enforcement_paused is not None),
        ("UnderWay", case.runs(Remedy.ENFORCE)),
        ("EncryptionDown", "EncryptionDown" in case.judgement.reasons),
        ("UnderWay", not_ready and facts.rotating),
        ("NotAvailable", not_ready),
        ("TriedAlready", case.tried(Remedy.ENFORCE)),
    )
    return _unless(obstacles, Decision(Remedy.ENFORCE, "Enforce"))


def _may_be_raised(link: Link) -> bool:
    """Tell whether this look allows an enforcement to start; it watches for itself before it sets anything."""
    if link.mode == NO_ENCRYPT:
        return bool(link.ports) and safe_now(link, mode=SHOULD_ENCRYPT)
    return safe_now(link, mode=MUST_ENCRYPT)


def _rotate(case: _Case) -> Decision:
    """Hand the link to the fleet, which knows windows, groups and maintenances."""
    facts = case.facts
    opening = next_opening(case.windows, facts.now)
    in_time = is_open(case.windows, facts.now) or (opening is not None and opening - facts.now <= LONGEST_WAIT)
    obstacles = (
        ("OnboardOff", "NeverKeyed" in case.judgement.reasons and not case.onboard),
        ("RotateOff", not choices(facts.link.tags, facts.rules).rotate),
        ("PausedByHand", case.paused == PAUSED_BY_HAND),
        ("LinkPaused", case.paused is not None),
        ("UnderWay", facts.rotating or facts.recovering or case.runs(*Remedy)),
        # Whose key only gets old waits for its turn; without a key there is nothing to lose.
        ("Coordinated", bool(facts.held) and facts.coordinated),
        ("GroupSpansAccounts", bool(facts.held) and is_spanning(facts.link.tags.get(GROUP_TAG, "").strip())),
        ("NotAvailable", not _is_available(facts.link)),
        ("OutsideWindow", not in_time),
        ("TriedAlready", case.tried(Remedy.ROTATE)),
    )
    return _unless(obstacles, Decision(Remedy.ROTATE, "Rotate"))


def _unless(obstacles: tuple[tuple[str, bool], ...], decision: Decision) -> Decision:
    """Return the decision, or nothing for the first reason against it."""
    why = next((reason for reason, holds in obstacles if holds), None)
    return Decision(None, why) if why else decision


def _is_available(link: Link) -> bool:
    return bool(link.ports) and {link.state, *(port.state for port in link.ports)} == {AVAILABLE}


def looks_again(decision: Decision, prompt: PromptKind) -> bool:
    """Tell whether a change is worth a second look soon: the line, or its status, may only be on its way.

    A mode or key that somebody changed takes encryption down for seconds, and the port's status may lag (W13,
    docs/design.md). One look follows, never a third.
    """
    return decision.why in COMING and prompt in (PromptKind.CHANGED, PromptKind.FREED)


def _mended(remedies: frozenset[Remedy], reasons: frozenset[str]) -> frozenset[str]:
    """Return the reasons that remedies bring to an end; a first rotation ends with the mode, too.

    The age of a key comes after the mode. That a key is gone is not mended before people must know: the
    line may be in clear until then.
    """
    mended: frozenset[str] = frozenset()
    if Remedy.ENFORCE in remedies:
        mended |= MODE_REASONS | {"KeyTooOld"}
    if Remedy.ROTATE in remedies:
        mended |= {"KeyTooOld", "NeverKeyed"} | (MODE_REASONS if "NeverKeyed" in reasons else frozenset())
    return mended


def is_no_try(run: RotationRun) -> bool:
    """Tell whether an execution of ours never came to the point: cut short, or somebody else was at work."""
    return run.status in CUT_SHORT or run.error in NEVER_BEGAN


def _news(judgement: Judgement, standing: Standing | None, now_seen: str) -> frozenset[str]:
    """Return what is wrong and was not told before: it is new, or a remedy kept us from telling."""
    wrong = frozenset(each.reason for each in judgement.findings if each.status is Status.NON_COMPLIANT)
    if standing is None or not standing.told or standing.status is not Status.NON_COMPLIANT:
        return wrong
    known = frozenset(standing.reasons)
    if standing.seen != now_seen:
        known -= GETTING_WORSE
    remedies = frozenset({standing.action.remedy}) if standing.action else frozenset()
    return wrong - (known - _mended(remedies, known))


def tells_people(judgement: Judgement, decision: Decision, prompt: PromptKind, *, changed: bool) -> bool:
    """Tell whether people get a letter: when something new is wrong that we don't mend ourselves.

    A warning is worth one only to whoever has just changed the link.
    """
    if not changed:
        return False
    if judgement.status is Status.WARNING:
        return prompt is PromptKind.CHANGED
    if judgement.status is not Status.NON_COMPLIANT:
        return False
    reasons = frozenset(judgement.reasons)
    at_work = frozenset({decision.remedy}) if decision.remedy else frozenset()
    if decision.why in AT_WORK:
        at_work = frozenset(Remedy)
    news = reasons if decision.news is None else decision.news
    return bool(news - _mended(at_work, reasons))
