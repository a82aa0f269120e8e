from __future__ import annotations

import pytest

from dxmacsec.model import KeyVersion, Label
from dxmacsec.policy.own_material import may_use, placeholder_version, whose_doing

LINK = "dxcon-fg5678gh"
MINE = "22222222-2222-4222-8222-222222222222"
OLD = "33333333-3333-4333-8333-333333333333"
CKN = "ab" * 32


def version(*labels: str, ckn: str | None = None, version_id: str = MINE) -> KeyVersion:
    return KeyVersion(version_id, ckn, frozenset(labels))


@pytest.mark.parametrize(
    ("version_id", "versions", "reason"),
    [
        pytest.param(placeholder_version(LINK), (), "Placeholder", id="the secret was made"),
        pytest.param(MINE, (version(Label.CURRENT, Label.IN_USE),), "OwnDoing", id="our own promotion"),
        pytest.param(MINE, (version("AWSPREVIOUS"),), "MovedOn", id="the label moved on"),
        pytest.param(MINE, (), "MovedOn", id="the version is gone"),
    ],
)
def test_starts_nothing_when_nobody_else_asks(version_id: str, versions: tuple[KeyVersion, ...], reason: str) -> None:
    verdict = whose_doing(LINK, version_id, versions)

    assert (verdict.next, verdict.reason) == ("nothing", reason)


@pytest.mark.parametrize("labels", [(), (Label.FAILED,), (Label.old(CKN),)])
def test_looks_at_a_version_that_somebody_made_current(labels: tuple[str, ...]) -> None:
    assert whose_doing(LINK, MINE, (version(Label.CURRENT, *labels),)).next == "look"


def test_the_placeholder_of_each_link_is_another_one_and_the_same_each_time() -> None:
    assert placeholder_version(LINK) == placeholder_version(LINK)
    assert placeholder_version(LINK) != placeholder_version("dxlag-fgt5r4e3")


def test_a_new_ckn_may_be_used() -> None:
    assert may_use(LINK, MINE, CKN, (version(Label.CURRENT), version(ckn="cd" * 32, version_id=OLD))).next == "start"


def test_a_ckn_that_another_version_holds_is_refused_whatever_its_case() -> None:
    other = version(Label.IN_USE, ckn=CKN, version_id=OLD)

    verdict = may_use(LINK, MINE, CKN.upper(), (version(Label.CURRENT), other))

    assert (verdict.next, verdict.reason) == ("refused", "CknTaken")
    assert verdict.sentence.startswith("ckn: ")


def test_a_version_of_ours_that_is_current_again_holds_its_own_ckn() -> None:
    assert may_use(LINK, MINE, CKN, (version(Label.CURRENT, ckn=CKN),)).next == "start"
