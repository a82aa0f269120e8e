"""What a dead execution left to do, decided without a world."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.model import (
    MUST_ENCRYPT,
    NO_ENCRYPT,
    SCHEMA,
    SHOULD_ENCRYPT,
    Enforcement,
    Label,
    Link,
    Past,
    Plan,
    Recovery,
    Request,
    Rotation,
    Verdict,
)
from dxmacsec.policy.recovery import (
    adopt,
    labels,
    next_road,
    raised_a_mode,
    reason_of,
    removed_key,
    seconds_to_wait,
    uses_new,
)
from tests.unit.policy.situations import (
    DOWN,
    LINK_ID,
    NOW,
    a_key,
    a_link,
    a_port,
    a_rotation,
    a_version,
    ckn,
    new_key,
    old_key,
)

CLEARANCE = timedelta(seconds=120)
PLAN = Plan(MUST_ENCRYPT, (old_key(),), None, make_room=False, onboarding=False, dark_ports=(), steps=())
DARK = (a_port(encryption=DOWN),)
BOTH = (a_key("old"), a_key("new"))


def a_recovery(rotation: Rotation | None = None, **fields: Any) -> Recovery:  # noqa: ANN401 - any field
    document = Recovery(SCHEMA, "rec", "arn:rec", NOW, Verdict("taken"), link=LINK_ID, dead="arn:r1", rotation=rotation)
    return replace(document, **fields)


def an_enforcement(next_: str, **fields: Any) -> Enforcement:  # noqa: ANN401 - any field
    return replace(Enforcement(SCHEMA, "e1", "arn:e1", "arn:e1", LINK_ID, NOW, Verdict(next_)), **fields)


def removing(next_: str = "sent", **fields: Any) -> Rotation:  # noqa: ANN401 - any field
    return a_rotation(
        next_, **{"plan": PLAN, "new_key": new_key(), "retiring": old_key(), "proven_by": "router", **fields}
    )


def road(rotation: Rotation | None, link: Link, **fields: Any) -> str:  # noqa: ANN401 - any field
    return next_road(a_recovery(rotation, **fields), link).next


def test_a_key_that_is_still_associated_was_not_sent_away() -> None:
    assert removed_key(removing(), a_link(*BOTH)) is None
    assert removed_key(removing(), a_link(a_key("old", "disassociating"), a_key("new"))) == old_key()
    assert removed_key(removing(), a_link(a_key("new"))) == old_key()


def test_what_make_room_took_counts_until_a_new_key_came() -> None:
    made_room = a_rotation("chosen", removing=old_key())

    assert removed_key(made_room, a_link(a_key("other"))) == old_key()
    assert removed_key(replace(made_room, new_key=new_key()), a_link(a_key("other"))) is None


def test_a_removal_that_nobody_watched_is_watched_while_the_line_is_up() -> None:
    assert road(removing(), a_link(a_key("new"))) == "watch_removal"


def test_a_removal_that_was_watched_is_not_watched_again() -> None:
    assert road(removing("enforce", retired=(ckn("old"),)), a_link(a_key("new"))) == "close"
    assert road(removing("stuck"), a_link(a_key("new"))) == "close"


def test_a_dark_line_has_its_key_back_even_after_the_watch() -> None:
    watched = removing("enforce", retired=(ckn("old"),), promoted=True)

    assert road(removing(), a_link(a_key("new"), ports=DARK)) == "restore"
    assert road(watched, a_link(a_key("new"), ports=DARK)) == "restore"


def test_a_line_that_was_seen_dark_is_brought_to_its_end_though_the_key_is_listed_again() -> None:
    assert road(removing("restoring"), a_link(*BOTH, ports=DARK)) == "restore"


def test_a_key_that_is_back_needs_no_road() -> None:
    assert road(removing("restored"), a_link(*BOTH)) == "close"


@pytest.mark.parametrize(
    ("rotation", "link", "fields"),
    [
        pytest.param(removing(), a_link(a_key("new"), ports=DARK), {"remove_sent": True}, id="remove was sent"),
        pytest.param(removing(), a_link(a_key("new"), ports=DARK, mode=NO_ENCRYPT), {}, id="no_encrypt"),
        pytest.param(
            removing(request=Request(LINK_ID, reason="Compromised at a vendor")),
            a_link(a_key("new"), ports=DARK),
            {},
            id="a compromised key",
        ),
        pytest.param(removing(), a_link(a_key("new"), ports=DARK), {"done": ("restore",)}, id="asked back before"),
        pytest.param(
            removing("enforce", retired=(ckn("old"),)),
            a_link(a_key("new"), ports=DARK, mode=SHOULD_ENCRYPT),
            {"enforcement": an_enforcement("lowered", raised=True)},
            id="the mode is to blame",
        ),
        pytest.param(a_rotation("baked"), a_link(*BOTH, ports=DARK), {}, id="no key was sent away"),
    ],
)
def test_a_dark_line_has_no_key_back_where(rotation: Rotation, link: Link, fields: dict[str, Any]) -> None:
    assert road(rotation, link, **fields) == "close"


def test_a_port_that_is_itself_down_is_watched_and_brings_no_key_back() -> None:
    down = a_link(a_key("new"), ports=(a_port(state="down", encryption=DOWN),))

    assert road(removing(), down) == "watch_removal"


@pytest.mark.parametrize(
    ("enforcement", "last_state", "raised"),
    [
        pytest.param(an_enforcement("raise"), "RaiseMode", True, id="the call may have landed"),
        pytest.param(an_enforcement("raise"), "SafeToRaise?", False, id="not called yet"),
        pytest.param(an_enforcement("soften"), "RaiseMode", False, id="only should_encrypt"),
        pytest.param(an_enforcement("raised", raised=True), "Raised?", True, id="raised"),
        pytest.param(an_enforcement("waiting", raised=True), "WatchMode", True, id="in the watch"),
        pytest.param(an_enforcement("lower", raised=True), "LowerMode", True, id="not yet lowered"),
        pytest.param(an_enforcement("held", raised=True), "CloseEnforcement", False, id="watched to the end"),
        pytest.param(an_enforcement("lowered", raised=True), "CloseEnforcement", False, id="lowered"),
    ],
)
def test_a_mode_counts_as_raised_when(enforcement: Enforcement, last_state: str, raised: bool) -> None:  # noqa: FBT001
    assert raised_a_mode(enforcement, last_state) is raised


def test_a_raised_mode_comes_before_the_removed_key_and_is_watched_once() -> None:
    fields = {"enforcement": an_enforcement("raised", raised=True), "last_state": "WatchMode"}
    dark = a_link(a_key("new"), ports=DARK)

    assert road(removing(), dark, **fields) == "watch_mode"
    assert road(removing(), dark, **fields, done=("watch_mode",)) == "restore"
    assert road(None, a_link(a_key("new"), mode=SHOULD_ENCRYPT), **fields) == "close"


def test_the_line_shows_the_new_key_when_no_other_is_left_and_the_router_named_it() -> None:
    proven = removing("nothing_left", retiring=None)

    assert uses_new(proven, a_link(a_key("new")), "Bake")
    assert not uses_new(proven, a_link(*BOTH), "Bake")
    assert not uses_new(replace(proven, proven_by=None), a_link(a_key("new")), "Bake")
    assert not uses_new(proven, a_link(a_key("new", "associating")), "Bake")
    assert uses_new(proven, a_link(*BOTH), "PromoteKey")


def test_labels_say_what_the_link_shows() -> None:
    versions = (a_version("old", Label.IN_USE, Label.CURRENT), a_version("new", Label.NEW, Label.PENDING))

    def on(rotation: Rotation, link: Link) -> set[tuple[str, str]]:
        moves = labels(a_recovery(rotation), versions, link)
        return {(move.version_id, move.label) for move in moves if move.on}

    assert on(removing("baked"), a_link(*BOTH)) == {("version-new", Label.FAILED)}
    assert on(removing("restored"), a_link(*BOTH)) == {("version-new", Label.FAILED)}
    assert ("version-new", Label.IN_USE) in on(removing(retired=(ckn("old"),)), a_link(a_key("new")))


def test_a_pair_that_create_key_left_half_made_is_marked_as_failed() -> None:
    versions = (a_version("new", Label.NEW, Label.PENDING),)

    moves = labels(a_recovery(a_rotation("go"), last_state="CreateKey"), versions, a_link(a_key("old")))

    assert {(move.label, move.on) for move in moves} == {
        (Label.FAILED, True),
        (Label.NEW, False),
        (Label.PENDING, False),
    }


@pytest.mark.parametrize(("since", "left"), [(0, 121), (119.5, 1), (120, 1), (121, 0), (5000, 0)])
def test_the_wait_lasts_until_the_clearance_is_over(since: float, left: float) -> None:
    assert seconds_to_wait(NOW - timedelta(seconds=since), clearance=CLEARANCE, now=NOW) == left


@pytest.mark.parametrize(
    ("status", "reason"), [("ABORTED", "Aborted"), ("TIMED_OUT", "TimedOut"), ("FAILED", "NotClosed")]
)
def test_an_end_has_a_reason(status: str, reason: str) -> None:
    assert reason_of(Past("arn:r1", "r1", "RotateKey", status, NOW, NOW)) == reason


def test_a_recovery_goes_on_where_its_forerunner_died() -> None:
    died = a_recovery(
        removing(), execution="arn:first", owners=("arn:r1",), done=("restore",), last_state="AwaitRetired"
    )
    past = Past("arn:first", "first", "RecoverLink", "ABORTED", NOW, NOW, document=died)

    adopted = adopt(a_recovery(id="second", execution="arn:second"), past)

    assert (adopted.execution, adopted.owners, adopted.chain) == ("arn:second", ("arn:r1", "arn:first"), 1)
    assert (adopted.done, adopted.last_state, adopted.rotation) == ((), "AwaitRetired", died.rotation)
