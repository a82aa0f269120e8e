"""Who is next among many accounts, case by case; what holds of every run is in the properties."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.organisation import Action, Answer, DueThere, SpanningLink, StopOn, TurnResult
from dxmacsec.policy.organisation import begin, lay_wave, next_step, planned_waves, take_answers, take_ends, take_sweeps
from dxmacsec.policy.organisation_course import Course

A, B, C = "111111111111/eu-west-1", "111111111111/us-east-1", "333333333333/eu-west-1"
PARIS = "org:paris"


def due(member: str, link: str, age: float | None = 100.0, group: str = "undeclared") -> DueThere:
    return DueThere(member, link, group, group.startswith("org:"), age)


def told(*links: DueThere, carries: bool = True) -> Answer:
    return Answer(links, tuple(SpanningLink(each.link, each.group, carries) for each in links if each.spanning))


def asked(course: Course, **answers: Answer) -> Course:
    step = begin(course, sweep=False)
    return take_answers(step.course, {{"a": A, "b": B, "c": C}[name]: answer for name, answer in answers.items()})


COURSE = Course((A, B, C))
DONE = TurnResult("SUCCEEDED", "FleetRotated", "")


def test_everybody_is_asked_first() -> None:
    step = begin(Course((A,), others=(B,)), sweep=False)

    assert (step.action, step.turns) == (Action.ASK, {A: (), B: ()})


def test_of_a_spanning_group_the_member_with_the_oldest_key_goes_first_and_with_all_its_links() -> None:
    course = asked(
        COURSE,
        a=told(due(A, "a1", 100, PARIS), due(A, "a2", 50)),
        b=told(due(B, "b1", 300, PARIS), due(B, "b2", 90, PARIS)),
        c=told(due(C, "c1", 299, PARIS)),
    )

    assert next_step(course).turns == {A: ("a2",), B: ("b1", "b2")}


def test_a_key_whose_age_nobody_knows_counts_as_the_oldest() -> None:
    course = asked(COURSE, a=told(due(A, "a1", 900, PARIS)), b=told(due(B, "b1", None, PARIS)), c=Answer())

    assert next_step(course).turns == {B: ("b1",)}


def test_a_wave_is_cut_to_the_members_with_the_oldest_keys() -> None:
    units = [due(A, "a1", 3), due(B, "b1", 2), due(A, "a2", 1), due(C, "c1", 0)]

    assert list(lay_wave(units, 2)) == [A, B]
    assert [each.link for each in lay_wave(units, 2)[A]] == ["a1", "a2"]


def test_after_a_wave_only_those_are_asked_again_whom_the_next_one_concerns() -> None:
    course = asked(
        replace(COURSE, most_members=2),
        a=told(due(A, "a1", 300, PARIS)),
        b=told(due(B, "b1", 200, PARIS)),
        c=told(due(C, "c1", 100)),
    )
    step = next_step(course)
    assert step.turns == {A: ("a1",), C: ("c1",)}

    again = next_step(take_ends(step.course, {A: TurnResult("SUCCEEDED"), C: TurnResult("SUCCEEDED")}))

    assert (again.action, again.turns) == (Action.ASK, {A: (), B: ()})


@pytest.mark.parametrize("reason", ["OutsideWindow", "FleetAlreadyRunning", "WindowClosed", "MaintenancePlanned"])
def test_what_a_member_puts_off_is_no_failure(reason: str) -> None:
    course = asked(COURSE, a=told(due(A, "a1", 300, PARIS)), b=told(due(B, "b1", 200, PARIS)), c=Answer())
    ended = take_ends(next_step(course).course, {A: TurnResult("FAILED", reason, "Another time.")})

    assert [(end.status, end.reason) for end in ended.ends] == [("POSTPONED", reason)]
    assert next_step(ended).action is Action.ASK


def test_a_turn_of_which_nothing_came_back_failed() -> None:
    course = asked(COURSE, a=told(due(A, "a1")), b=Answer(), c=told(due(C, "c1")))
    step = next_step(replace(course, most_members=1))

    ended = take_ends(step.course, {})

    assert [(end.status, end.reason) for end in ended.ends] == [("FAILED", "NoResult")]
    assert ended.stopped
    assert next_step(ended).action is None


def test_a_link_that_failed_in_a_run_that_ended_well_is_a_failure_all_the_same() -> None:
    course = asked(COURSE, a=told(due(A, "a1", 300, PARIS)), b=told(due(B, "b1", 200, PARIS)), c=Answer())
    report = {"results": [{"link": "a1", "status": "FAILED", "reason": "LinkDark", "rotation": "r", "sentence": ""}]}
    ended = take_ends(next_step(course).course, {A: TurnResult("SUCCEEDED", "FleetRotated", "", report)})

    assert ended.failed_groups == {PARIS}
    assert [each.link for each in ended.not_touched] == ["b1"]


@pytest.mark.parametrize("stop_on", StopOn)
def test_whatever_the_deployer_chose_a_failure_stops_the_spanning_group_of_its_links(stop_on: StopOn) -> None:
    course = asked(
        replace(COURSE, stop_on=stop_on),
        a=told(due(A, "a1", 300, PARIS)),
        b=told(due(B, "b1", 200, "org:oslo")),
        c=told(due(C, "c1", 100, PARIS)),
    )

    ended = take_ends(next_step(course).course, {A: TurnResult("FAILED", "FleetStopped", ""), B: DONE})

    assert [each.link for each in ended.not_touched] == ["c1"]
    assert next_step(ended).action is None


def test_a_failure_stops_its_account_in_every_region() -> None:
    course = asked(
        replace(COURSE, most_members=1, stop_on=StopOn.ACCOUNT),
        a=told(due(A, "a1", 300)),
        b=told(due(B, "b1", 200)),
        c=told(due(C, "c1", 100)),
    )

    ended = take_ends(next_step(course).course, {A: TurnResult("FAILED", "FleetStopped", "")})

    assert [each.link for each in ended.not_touched] == ["b1"]
    assert [each.link for each in ended.open] == ["c1"]


def test_a_link_that_is_not_due_any_more_when_its_turn_comes_is_left_out() -> None:
    course = asked(replace(COURSE, most_members=1), a=told(due(A, "a1", 300)), b=told(due(B, "b1")), c=Answer())
    again = next_step(take_ends(next_step(course).course, {A: TurnResult("SUCCEEDED")}))

    later = take_answers(again.course, {B: Answer()})

    assert [(out.name, out.reason) for out in later.left_out] == [(f"{B}/b1", "NotDue")]
    assert next_step(later).action is None


def test_a_link_that_becomes_due_during_a_run_waits_for_the_next() -> None:
    course = asked(replace(COURSE, most_members=1), a=told(due(A, "a1", 300)), b=told(due(B, "b1")), c=Answer())
    again = next_step(take_ends(next_step(course).course, {A: TurnResult("SUCCEEDED")}))

    later = take_answers(again.course, {B: told(due(B, "b1"), due(B, "b2"))})

    assert next_step(later).turns == {B: ("b1",)}


def test_a_member_that_is_silent_when_its_turn_comes_is_left_out() -> None:
    course = asked(replace(COURSE, most_members=1), a=told(due(A, "a1", 300)), b=told(due(B, "b1")), c=Answer())
    again = next_step(take_ends(next_step(course).course, {A: TurnResult("SUCCEEDED")}))

    later = take_answers(again.course, {B: Answer(silence="gave no answer: AccessDenied")})

    [out] = later.left_out
    assert (out.reason, out.sentence) == ("MemberSilent", f"{B} gave no answer: AccessDenied")


def test_a_member_that_was_never_heard_of_keeps_every_spanning_group_waiting_until_it_speaks() -> None:
    course = asked(COURSE, a=told(due(A, "a1", 300, PARIS), due(A, "a2")), b=Answer())

    assert next_step(course).turns == {A: ("a2",)}
    assert [out.reason for out in course.left_out] == ["PartnerUnknown"]


def test_a_member_that_is_known_to_hold_nothing_of_a_group_may_be_silent() -> None:
    known = replace(COURSE, holdings={C: ("org:rome",)})

    course = asked(known, a=told(due(A, "a1", 300, PARIS)), b=Answer())

    assert next_step(course).turns == {A: ("a1",)}


def test_a_member_that_left_the_organisation_keeps_nobody_waiting() -> None:
    known = replace(COURSE, holdings={"999999999999/eu-west-1": (PARIS,)})

    course = asked(known, a=told(due(A, "a1", 300, PARIS)), b=Answer(), c=Answer())

    assert next_step(course).turns == {A: ("a1",)}


def test_a_dark_link_may_be_rotated_itself_but_no_partner_of_it() -> None:
    dark = Answer((due(A, "a1", 300, PARIS),), (SpanningLink("a1", PARIS, carries=False),))

    course = asked(COURSE, a=dark, b=told(due(B, "b1", 900, PARIS)), c=Answer())

    assert next_step(course).turns == {A: ("a1",)}
    assert [(out.name, out.reason) for out in course.left_out] == [(f"{B}/b1", "PartnerNotEncrypted")]


def test_others_are_asked_but_get_no_turn() -> None:
    step = begin(Course((A,), others=(B,)), sweep=False)

    course = take_answers(step.course, {A: told(due(A, "a1", 100, PARIS)), B: told(due(B, "b1", 300, PARIS))})

    assert next_step(course).turns == {A: ("a1",)}


def test_a_plan_shows_waves_as_if_everything_went_well() -> None:
    course = asked(COURSE, a=told(due(A, "a1", 3, PARIS), due(A, "a2", 1)), b=told(due(B, "b1", 2, PARIS)), c=Answer())

    assert planned_waves(course) == ((f"{A}/a1", f"{A}/a2"), (f"{B}/b1",))


def test_a_sweep_has_figures_or_is_silent() -> None:
    step = begin(Course((A, B, C)), sweep=True)

    course = take_sweeps(
        step.course, {A: TurnResult("SUCCEEDED", "Swept", "", {"troubles": 1}), B: TurnResult("UNREACHED", "X", "why")}
    )

    assert step.action is Action.SWEEP
    assert course.swept == {A: {"troubles": 1}}
    assert course.silent == {B: "why", C: "gave no answer."}
