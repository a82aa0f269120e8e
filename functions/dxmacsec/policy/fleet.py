"""Who is due, and who is left out and why: pure, and linear in the number of links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dxmacsec.fleet import DueLink, FleetPlan, FleetRequest, KeySince, LeftOut, Maintenance, Spanning
from dxmacsec.model import AVAILABLE, Link, LinkKind
from dxmacsec.policy.groups import dark_partners, is_spanning, redundancy_group
from dxmacsec.policy.health import in_the_way, why
from dxmacsec.policy.key_age import used_since
from dxmacsec.policy.situation import carries_its_traffic
from dxmacsec.policy.tags import Choices, Rules, choices
from dxmacsec.policy.waves import lay_waves

MOST_LINKS_A_RUN = 500
"""Links that one run rotates: with one link a wave its history stays far below 25,000 events.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

MOST_SPANNING = 500
"""Links of spanning groups that a plan tells the coordinator of: those that are dark come first, so that none of
them is ever the one that is missing; a state's payload ends at 256 KiB."""

MOST_NAMED = 4
"""Dark partners that a sentence names; more of them say nothing new."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that a plan for the fleet depends on, read before it is made.

    `until` is the moment to plan for: now, or where there are windows the opening of the next one.
    """

    links: tuple[Link, ...]
    request: FleetRequest
    now: datetime
    until: datetime
    rules: Rules
    max_links_a_wave: int
    clearance: timedelta
    resiliency_groups: Mapping[str, str] = field(default_factory=dict)
    key_since: Mapping[str, KeySince] = field(default_factory=dict)
    paused: Mapping[str, str] = field(default_factory=dict)
    rotating: Mapping[str, str] = field(default_factory=dict)
    maintenances: tuple[Maintenance, ...] = ()
    onboard: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A redundancy group, looked at once for all its links: its dark lines, and what AWS maintains of it.

    Of an undeclared group nobody said that its links are partners: each stands for itself.
    """

    name: str
    declared: bool
    dark: tuple[str, ...] = ()
    maintenance: Maintenance | None = None

    @property
    def spanning(self) -> bool:
        """Tell whether other accounts and Regions may hold links of it, too."""
        return self.declared and is_spanning(self.name)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One link, with its group, what its tags choose, and since when it uses its key."""

    link: Link
    group: Group
    chosen: Choices
    since: datetime | None


def lay_out(survey: Survey) -> FleetPlan:
    """Return the plan: every link that is asked for is in exactly one wave, or left out with a reason."""
    candidates = _candidates(survey)
    judged = [(candidate, _first_reason(candidate, survey)) for candidate in candidates]
    due = sorted((_due(candidate, survey) for candidate, out in judged if out is None), key=_oldest_first)
    now, later = due[:MOST_LINKS_A_RUN], due[MOST_LINKS_A_RUN:]
    next_run = (LeftOut(each.link, "NextRun", f"{each.link} waits for the next run.") for each in later)
    warnings = (f"{each.link.id}: {warning}" for each in candidates for warning in each.chosen.warnings)
    return FleetPlan(
        due=tuple(now),
        waves=lay_waves(now, survey.max_links_a_wave),
        left_out=(*(out for _, out in judged if out), *next_run),
        warnings=tuple(warnings),
        spanning=_spanning(survey) if survey.request.coordinated else (),
    )


def _spanning(survey: Survey) -> tuple[Spanning, ...]:
    """Return every link of a spanning group, due or not; one whose key is being changed is not to be counted on."""
    found = []
    for link in survey.links:
        group, declared = redundancy_group(link, survey.resiliency_groups)
        if declared and is_spanning(group):
            at_work = link.id in survey.rotating or group in survey.rotating
            found.append(Spanning(link.id, group, carries_its_traffic(link) and not at_work))
    return tuple(sorted(found, key=lambda each: each.carries)[:MOST_SPANNING])


def unknown_links(survey: Survey) -> tuple[str, ...]:
    """Return the ids that the request names and no link or port has."""
    known = {each for link in survey.links for each in (link.id, *link.port_ids)}
    return tuple(each for each in survey.request.links if each not in known)


def _candidates(survey: Survey) -> list[Candidate]:
    """Return every link that the request is about; a member's id stands for its LAG."""
    named = set(survey.request.links)
    group_of = {link.id: redundancy_group(link, survey.resiliency_groups) for link in survey.links}
    groups = _groups(group_of, survey)
    return [
        Candidate(
            link,
            groups[group_of[link.id]],
            choices(link.tags, survey.rules),
            used_since(link, survey.key_since.get(link.id)),
        )
        for link in survey.links
        if not named or named.intersection((link.id, *link.port_ids))
    ]


def _groups(group_of: Mapping[str, tuple[str, bool]], survey: Survey) -> dict[tuple[str, bool], Group]:
    members: dict[tuple[str, bool], list[Link]] = {}
    for link in survey.links:
        members.setdefault(group_of[link.id], []).append(link)
    return {
        (name, declared): Group(name, declared, dark_partners(links), _maintenance(links, survey))
        if declared
        else Group(name, declared)
        for (name, declared), links in members.items()
    }


def _maintenance(links: Iterable[Link], survey: Survey) -> Maintenance | None:
    return in_the_way(links, survey.maintenances, now=survey.now, clearance=survey.clearance)


def _first_reason(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """Return the first reason to leave a link alone; their order is the specification."""
    reasons = (rule(candidate, survey) for rule in RULES)
    return next((reason for reason in reasons if reason), None)


def _out(candidate: Candidate, reason: str, sentence: str) -> LeftOut:
    return LeftOut(candidate.link.id, reason, f"{candidate.link.id} {sentence}")


def holds_no_key(candidate: Candidate, survey: Survey) -> LeftOut | None:  # noqa: ARG001 - one form for all rules
    """A hosted connection's keys are its host's, and MACsec is chosen when a link is made."""
    if candidate.link.kind is LinkKind.HOSTED:
        return _out(candidate, "HostedConnection", "is a hosted connection; its host's port holds the keys.")
    if not candidate.link.macsec_capable:
        return _out(candidate, "NotMacSecCapable", "was made without MACsec.")
    return None


def is_switched_off(candidate: Candidate, survey: Survey) -> LeftOut | None:  # noqa: ARG001 - see above
    """The tag says so, where the deployer lets tags say it."""
    return None if candidate.chosen.rotate else _out(candidate, "RotateOff", "has the tag dxmacsec:rotate=off.")


def is_not_onboarded(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """A link's first key is the deployer's choice, unless somebody asks for this link or for all."""
    never_keyed = not candidate.link.keys and candidate.link.id not in survey.key_since
    if survey.onboard or not survey.request.by_age or not never_keyed:
        return None
    return _out(candidate, "OnboardOff", "never had a key, and the configuration says onboard: off.")


def is_not_due(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """A key is due when it is too old by the moment that is planned for; unknown age is due."""
    if not survey.request.by_age or candidate.since is None:
        return None
    if candidate.since + candidate.chosen.max_age < survey.until:
        return None
    day = (candidate.since + candidate.chosen.max_age).date().isoformat()
    return _out(candidate, "NotDue", f"has a key that is young enough until {day}.")


def spans_accounts(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """Nobody here knows how the partners in other accounts stand: the coordinator does, or a person who asks by name.

    A link without a key has nothing to lose.
    """
    request = survey.request
    if not candidate.group.spanning or request.coordinated or request.by_hand:
        return None
    if not any(key.held for key in candidate.link.keys):
        return None
    sentence = f"waits for the coordinator: {candidate.group.name} may have links in other accounts or Regions."
    return _out(candidate, "GroupSpansAccounts", sentence)


def is_paused(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """Automation stays away until the person who looks into it clears the pause."""
    pause = survey.paused.get(candidate.link.id)
    return _out(candidate, "LinkPaused", f"is paused: {pause}") if pause else None


def is_not_available(candidate: Candidate, survey: Survey) -> LeftOut | None:  # noqa: ARG001 - see above
    """A key is changed only on an available link."""
    link = candidate.link
    states = {link.state, *(port.state for port in link.ports)} - {AVAILABLE}
    if link.ports and not states:
        return None
    return _out(candidate, "LinkNotAvailable", f"is {', '.join(sorted(states)) or 'without ports'}.")


def is_rotating(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """Somebody is at work on the link or on one of its group."""
    other = survey.rotating.get(candidate.link.id) or survey.rotating.get(candidate.group.name)
    return _out(candidate, "AlreadyRotating", f"or a link of its group is rotated by {other}.") if other else None


def has_maintenance(candidate: Candidate, survey: Survey) -> LeftOut | None:
    """What AWS maintains on the link or its partner may take a line."""
    group = candidate.group
    found = group.maintenance if group.declared else _maintenance((candidate.link,), survey)
    return _out(candidate, "MaintenancePlanned", f"waits: {why(found)}") if found else None


def has_a_dark_partner(candidate: Candidate, survey: Survey) -> LeftOut | None:  # noqa: ARG001 - see above
    """Of a declared group only one line may be at risk at a time."""
    dark = [each for each in candidate.group.dark[:MOST_NAMED] if each != candidate.link.id]
    if not dark:
        return None
    return _out(candidate, "PartnerNotEncrypted", f"waits: {', '.join(dark)} of its group is not up and encrypted.")


RULES: tuple[Callable[[Candidate, Survey], LeftOut | None], ...] = (
    holds_no_key,
    is_switched_off,
    is_not_onboarded,
    is_not_due,
    spans_accounts,
    is_paused,
    is_not_available,
    is_rotating,
    has_maintenance,
    has_a_dark_partner,
)


def _due(candidate: Candidate, survey: Survey) -> DueLink:
    age = (survey.now - candidate.since).total_seconds() / 86400 if candidate.since else None
    return DueLink(candidate.link.id, candidate.group.name, candidate.group.declared, _why(candidate, survey), age)


def _why(candidate: Candidate, survey: Survey) -> str:
    if not survey.request.by_age:
        return "Asked"
    if not any(key.held for key in candidate.link.keys):
        return "NoKey"
    return "KeyTooOld" if candidate.since else "UnknownAge"


def _oldest_first(due: DueLink) -> tuple[float, str]:
    """Order by age; one that nobody knows comes before all that are known."""
    return (-due.age_days if due.age_days is not None else float("-inf"), due.link)
