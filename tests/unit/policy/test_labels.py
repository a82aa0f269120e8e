"""Which labels a key secret's versions should carry."""

from __future__ import annotations

from dxmacsec.model import KeyVersion, Label
from dxmacsec.policy import labels
from dxmacsec.policy.labels import LabelMove
from tests.unit.policy.situations import a_key, a_link, a_rotation, a_version, ckn, new_key, old_key

OLD_LABEL, NEW_LABEL = Label.old(ckn("old")), Label.old(ckn("new"))


def after(versions: tuple[KeyVersion, ...], moves: tuple[LabelMove, ...]) -> dict[str, set[str]]:
    held = {version.version_id: set(version.labels) for version in versions}
    for move in moves:
        for each in held.values():
            each.discard(move.label)
        if move.on:
            held[move.version_id].add(move.label)
    return {name: {label for label in each if not label.startswith("DxCkn-")} for name, each in held.items()}


BOTH = (a_version("old", Label.IN_USE, Label.CURRENT), a_version("new", Label.NEW, Label.PENDING))


def test_promotion_moves_the_truth_to_the_new_pair() -> None:
    moves = labels.promotion(BOTH, "version-new")

    assert after(BOTH, moves) == {"version-old": {OLD_LABEL}, "version-new": {Label.IN_USE, Label.CURRENT}}
    assert moves[0] == LabelMove("version-old", OLD_LABEL, on=True)


def test_promotion_twice_moves_nothing() -> None:
    promoted = (a_version("old", OLD_LABEL), a_version("new", Label.IN_USE, Label.CURRENT))

    assert labels.promotion(promoted, "version-new") == ()


def test_promotion_of_a_version_that_is_gone_keeps_the_old_one_labelled() -> None:
    moves = labels.promotion(BOTH, "version-gone")

    assert after(BOTH, moves)["version-old"] == {Label.IN_USE, Label.CURRENT, OLD_LABEL}


def test_promotion_of_a_pair_that_came_by_hand_needs_no_ckn() -> None:
    by_hand = KeyVersion("version-new", None, frozenset({Label.NEW}))

    assert after((by_hand,), labels.promotion((by_hand,), "version-new")) == {
        "version-new": {Label.IN_USE, Label.CURRENT}
    }


def test_a_failed_pair_is_kept_for_the_next_rotation() -> None:
    moves = labels.failure(BOTH, a_rotation(new_key=new_key()))

    assert after(BOTH, moves)["version-new"] == {Label.FAILED}


def test_without_a_new_key_nothing_failed() -> None:
    assert labels.failure(BOTH, a_rotation()) == ()
    assert labels.failure(BOTH[:1], a_rotation(failure={"state": "CreateKey"})) == ()


def test_a_pair_that_was_stored_half_way_failed_too() -> None:
    moves = labels.failure(BOTH, a_rotation(failure={"state": "CreateKey"}))

    assert after(BOTH, moves)["version-new"] == {Label.FAILED}


def test_restoration_gives_the_old_pair_its_place_back() -> None:
    versions = (a_version("old", OLD_LABEL), a_version("new", Label.IN_USE, Label.CURRENT))
    rotation = a_rotation(new_key=new_key(), retiring=old_key(), promoted=True)

    moves = labels.restoration(versions, rotation)

    assert after(versions, moves) == {"version-old": {Label.IN_USE, Label.CURRENT}, "version-new": {Label.FAILED}}


def test_restoration_of_an_adopted_key_only_takes_the_new_one_back() -> None:
    versions = (a_version("new", Label.IN_USE, Label.CURRENT),)
    rotation = a_rotation(new_key=new_key(), retiring=old_key(adopted=True), promoted=True)

    moves = labels.restoration(versions, rotation)

    assert after(versions, moves) == {"version-new": {Label.FAILED, Label.CURRENT}}


def test_restoration_before_any_promotion_leaves_what_is_in_use() -> None:
    rotation = a_rotation(new_key=new_key(), retiring=old_key(adopted=True))

    assert after(BOTH, labels.restoration(BOTH, rotation))["version-old"] == {Label.IN_USE, Label.CURRENT}


def test_superseded_pairs_that_are_off_the_link_lose_their_labels() -> None:
    versions = (a_version("old", OLD_LABEL), a_version("new", Label.IN_USE), KeyVersion("v0", None, frozenset()))

    moves = labels.tidying(versions, a_link(a_key("new"), a_key("old", "disassociated")))

    assert moves == (
        LabelMove("version-old", OLD_LABEL, on=False),
        LabelMove("version-old", Label.ckn(ckn("old")), on=False),
    )


def test_superseded_pairs_that_are_on_the_link_keep_their_labels() -> None:
    assert labels.tidying((a_version("old", OLD_LABEL),), a_link(a_key("old"))) == ()


def test_a_pair_that_is_to_be_used_again_keeps_its_ckn() -> None:
    versions = (a_version("old", OLD_LABEL, Label.FAILED),)

    assert labels.tidying(versions, a_link()) == (LabelMove("version-old", OLD_LABEL, on=False),)


def test_a_failed_pair_is_used_again_before_one_that_a_dead_rotation_left() -> None:
    versions = (a_version("left", Label.NEW), a_version("failed", Label.FAILED))

    assert labels.failed_version(versions) == versions[1]
    assert labels.failed_version(versions[:1]) == versions[0]


def test_a_pair_whose_promotion_was_cut_short_is_in_use() -> None:
    assert labels.failed_version((a_version("new", Label.NEW, Label.IN_USE),)) is None


def test_a_move_that_is_true_already_is_left_out() -> None:
    moves = (LabelMove("version-old", Label.IN_USE, on=True), LabelMove("gone", Label.NEW, on=False))

    assert labels.needed(BOTH, moves) == ()
