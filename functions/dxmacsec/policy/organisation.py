"""In which order accounts and Regions rotate their links: pure, and in each round linear in what is left.

A round asks members for their plans and then gives some of them a turn, which is a wave. Links of a group that is
local to its member are in order there, for the member's own `RotateFleet` lays its waves. A spanning group is in
order here: only one member at a time rotates links of it, after all who hold links of it answered that these carry
their traffic. Each round tries a link or leaves one out, and none is tried twice: so it ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from dxmacsec.organisation import UNREACHED, Action, Answer, DueThere, LeftThere, Member, StopOn, TurnEnd, TurnResult
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.organisation_turns import failed, link_ends

MOST_NAMED = 4
"""Partners that a sentence names; more of them say nothing new."""

NO_ANSWER = "gave no answer."

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: an action and for each member the links that it is about; no action is the end."""

    course: Course
    action: Action | None = None
    turns: Mapping[str, tuple[str, ...]] | None = None


def begin(course: Course, *, sweep: bool) -> Step:
    """Return the first step: everybody is asked, or whoever was chosen sweeps."""
    if sweep:
        return Step(replace(course, asked=course.members), Action.SWEEP, dict.fromkeys(course.members, ()))
    return _asking(course, sorted({*course.members, *course.others}))


def next_step(course: Course) -> Step:
    """Return the next wave, of what is known for sure; else whom to ask before there can be one; else the end."""
    if course.stopped or not course.open:
        return Step(course)
    wave = lay_wave(_confirmed(course), course.most_members)
    if not wave:
        return _asking(course, _concerned(course))
    going = {due for units in wave.values() for due in units}
    under_way = replace(
        course,
        wave=course.wave + 1,
        open=tuple(due for due in course.open if due not in going),
        out=tuple(due for due in course.open if due in going),
    )
    return Step(under_way, Action.ROTATE, {member: tuple(due.link for due in units) for member, units in wave.items()})


def _asking(course: Course, members: Iterable[str]) -> Step:
    asked = tuple(members)
    return Step(replace(course, asked=asked), Action.ASK, dict.fromkeys(asked, ()))


def lay_wave(due: Iterable[DueThere], most_members: int) -> dict[str, list[DueThere]]:
    """Return the next wave by member: who comes first goes first, and of a spanning group only one member goes."""
    wave: dict[str, list[DueThere]] = {}
    serving: dict[str, str] = {}
    for each in due:
        if each.member not in wave and len(wave) == most_members:
            continue
        if each.spanning and serving.setdefault(each.group, each.member) != each.member:
            continue
        wave.setdefault(each.member, []).append(each)
    return wave


def planned_waves(course: Course) -> tuple[tuple[str, ...], ...]:
    """Return the waves of a run in which everything goes well, as the names of links."""
    waves, left = [], list(course.open)
    while left:
        going = {due for units in lay_wave(left, course.most_members).values() for due in units}
        waves.append(tuple(due.name for due in left if due in going))
        left = [due for due in left if due not in going]
    return tuple(waves)


def take_answers(course: Course, answers: Mapping[str, Answer]) -> Course:
    """Take in what the members that were asked told, and leave out what cannot be rotated after it.

    The links of this run are those of each member's first answer; a later answer can only take some away.
    """
    came = {member: answers.get(member, Answer(silence=NO_ANSWER)) for member in course.asked}
    spoke = {member: answer for member, answer in came.items() if answer.silence is None}
    first = {member: answer for member, answer in spoke.items() if member not in course.answered}
    mine = {member: answer for member, answer in first.items() if member in frozenset(course.members)}
    counts = Counter(course.left_out_counts)
    for answer in mine.values():
        counts.update(answer.left_out_counts)
    learnt = replace(
        course,
        open=tuple(sorted((*course.open, *(due for each in mine.values() for due in each.due)), key=_oldest_first)),
        answered=course.answered | first.keys(),
        told={**_without(course.told, came), **{member: answer.spanning for member, answer in spoke.items()}},
        silent={
            **_without(course.silent, came),
            **{member: answer.silence for member, answer in came.items() if answer.silence is not None},
        },
        holdings={**course.holdings, **{member: _groups(answer) for member, answer in spoke.items()}},
        left_out=(*course.left_out, *(out for each in mine.values() for out in each.left_out)),
        left_out_counts=dict(counts),
        warnings=(*course.warnings, *(warning for each in mine.values() for warning in each.warnings)),
    )
    return _sifted(learnt, spoke)


def take_ends(course: Course, results: Mapping[str, TurnResult]) -> Course:
    """Take in how the turns of a wave ended, and stop what the first failure stops.

    A turn of which nothing came back failed: nobody can say what it changed. Whatever the deployer chose, a spanning
    group with a link in a turn that failed goes no further.
    """
    nothing = TurnResult(UNREACHED, "NoResult", "Nothing came back of this turn.")
    wave: dict[str, list[DueThere]] = {}
    for due in course.out:
        wave.setdefault(due.member, []).append(due)
    came = {member: results.get(member, nothing) for member in wave}
    ends = tuple(end for member, units in wave.items() for end in link_ends(units, came[member], course.wave))
    lost = {member for member, result in came.items() if failed(result)}
    lost |= {end.member for end in ends if end.status == "FAILED"}
    turns = (TurnEnd(name, course.wave, each.status, each.reason, each.sentence) for name, each in came.items())
    groups = {due.group for member in lost for due in wave[member] if due.spanning}
    noted = replace(
        course,
        out=(),
        asked=(),
        ends=(*course.ends, *ends),
        turns=(*course.turns, *turns),
        failed_groups=course.failed_groups | groups,
        stopped=course.stopped or (bool(lost) and course.stop_on is StopOn.ALL),
    )
    return _stopping(noted, lost) if lost else noted


def _stopping(course: Course, lost: set[str]) -> Course:
    """Take off what is open whatever the failures of these members stop."""
    accounts = {Member.of(member).account for member in lost} if course.stop_on is StopOn.ACCOUNT else set()

    def stops(due: DueThere) -> bool:
        if course.stopped or (due.spanning and due.group in course.failed_groups):
            return True
        return bool(accounts) and Member.of(due.member).account in accounts

    going_on = tuple(due for due in course.open if not stops(due))
    halted = tuple(due for due in course.open if stops(due))
    return replace(course, open=going_on, not_touched=(*course.not_touched, *halted))


def take_sweeps(course: Course, results: Mapping[str, TurnResult]) -> Course:
    """Take in what the members' sweeps found; a member without a result is silent."""
    done = {member: each for member, each in results.items() if each.status == "SUCCEEDED"}
    lost = {member: results[member].sentence if member in results else NO_ANSWER for member in course.asked}
    silent = {member: sentence for member, sentence in lost.items() if member not in done}
    return replace(course, silent=silent, swept={member: each.report or {} for member, each in done.items()})


def _confirmed(course: Course) -> list[DueThere]:
    """Return what may be in the next wave: asked about just now, and with it everybody who holds links of its group."""
    asked, holders = frozenset(course.asked), _holders(course)
    if not asked:
        return []
    sure = {group: asked.issuperset(members) for group, members in holders.items()}
    return [due for due in course.open if due.member in asked and (not due.spanning or sure.get(due.group, False))]


def _concerned(course: Course) -> tuple[str, ...]:
    """Return whom to ask for the next wave: its members, and all who hold or may hold links of its groups."""
    wave, holders = lay_wave(course.open, course.most_members), _holders(course)
    groups = {due.group for units in wave.values() for due in units if due.spanning}
    beside = {member for group in groups for member in holders.get(group, ())}
    return tuple(sorted({*wave, *beside, *(course.unheard if groups else ())}))


def _holders(course: Course) -> dict[str, set[str]]:
    """Return who ever held links of which spanning group."""
    holders: dict[str, set[str]] = {}
    present = {*course.members, *course.others}
    for member, groups in course.holdings.items():
        for group in groups if member in present else ():
            holders.setdefault(group, set()).add(member)
    return holders


def _sifted(course: Course, spoke: Mapping[str, Answer]) -> Course:
    """Leave out what the members' answers speak against; the rest stays open."""
    still_due = {member: {due.link for due in answer.due} for member, answer in spoke.items()}
    instead = {out.name: out for answer in spoke.values() for out in answer.left_out}
    sure = set(_confirmed(course))
    guard = _Guard.of(course)

    def why(due: DueThere) -> LeftThere | None:
        if due.member in course.silent:
            return LeftThere(due.member, due.link, "MemberSilent", f"{due.member} {course.silent[due.member]}")
        if due.member in still_due and due.link not in still_due[due.member]:
            return instead.get(due.name) or LeftThere(
                due.member, due.link, "NotDue", f"{due.name} is not due any more."
            )
        return guard.against(due) if due.spanning and due in sure else None

    judged = [(due, why(due)) for due in course.open]
    return replace(
        course,
        open=tuple(due for due, out in judged if out is None),
        left_out=(*course.left_out, *(out for _, out in judged if out is not None)),
    )


@dataclass(frozen=True, slots=True)
class _Guard:
    """What keeps a spanning group waiting: links of it that are dark, and members of which nobody knows."""

    dark: Mapping[str, frozenset[str]]
    unknown: Mapping[str, tuple[str, ...]]
    unheard: tuple[str, ...]

    @classmethod
    def of(cls, course: Course) -> _Guard:
        """Return what keeps the groups of a course waiting."""
        dark: dict[str, set[str]] = {}
        for member, links in course.told.items():
            for each in links:
                if not each.carries:
                    dark.setdefault(each.group, set()).add(f"{member}/{each.link}")
        silent = frozenset(course.silent)
        unknown = {group: tuple(sorted(members & silent)) for group, members in _holders(course).items()}
        return cls({group: frozenset(names) for group, names in dark.items()}, unknown, course.unheard)

    def against(self, due: DueThere) -> LeftThere | None:
        """Return why a link waits, if it does."""
        unknown = (*self.unknown.get(due.group, ()), *self.unheard)
        if unknown:
            named = ", ".join(unknown[:MOST_NAMED])
            sentence = f"{due.name} waits: nobody knows how the links of {due.group} stand in {named}."
            return LeftThere(due.member, due.link, "PartnerUnknown", sentence)
        dark = sorted(self.dark.get(due.group, frozenset()) - {due.name})
        if dark:
            sentence = f"{due.name} waits: {', '.join(dark[:MOST_NAMED])} of {due.group} does not carry its traffic."
            return LeftThere(due.member, due.link, "PartnerNotEncrypted", sentence)
        return None


def _without(told: Mapping[str, Said], members: Mapping[str, Answer]) -> dict[str, Said]:
    return {member: said for member, said in told.items() if member not in members}


def _groups(answer: Answer) -> tuple[str, ...]:
    return tuple(sorted({each.group for each in answer.spanning} | {due.group for due in answer.due if due.spanning}))


def _oldest_first(due: DueThere) -> tuple[float, str, str]:
    """Order by age; one that nobody knows comes before all that are known."""
    return (-due.age_days if due.age_days is not None else float("-inf"), due.member, due.link)
