"""When may a link's mode be raised, and when must it be lowered again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT, Link, LinkKind, Watch
from dxmacsec.policy import mode
from tests.unit.policy.situations import DOWN, LAG, NOW, a_key, a_link, a_port

DEADLINE = timedelta(minutes=30)
LONG_UP = Watch(NOW - 2 * LAG, NOW - 2 * LAG)
SHORT_UP = Watch(NOW, NOW)
OVER = Watch(NOW - DEADLINE)
SHOULD = a_link(a_key("new"), mode=SHOULD_ENCRYPT)
DARK = a_port(encryption=DOWN)


@pytest.mark.parametrize(
    ("link", "paused", "enforcement", "verdict"),
    [
        (a_link(kind=LinkKind.HOSTED), None, "enforce", ("refused", "HostedConnection")),
        (a_link(macsec_capable=False), None, "enforce", ("refused", "NotMacSecCapable")),
        (a_link(), "lowered", "enforce", ("done", "AlreadyEnforced")),
        (SHOULD, None, "audit", ("done", "AuditOnly")),
        (SHOULD, "lowered", "enforce", ("refused", "EnforcementPaused")),
        (SHOULD, None, "enforce", ("go", "")),
        (a_link(ports=(DARK,)), None, "enforce", ("go", "")),
        (a_link(ports=(replace(a_port(), mode=SHOULD_ENCRYPT),)), None, "enforce", ("go", "")),
    ],
)
def test_may_enforce(link: Link, paused: str | None, enforcement: str, verdict: tuple[str, str]) -> None:
    judged = mode.may_enforce(link, paused=paused, enforcement=enforcement)

    assert (judged.next, judged.reason) == verdict


@pytest.mark.parametrize(
    ("link", "enforcement", "verdict"),
    [
        (SHOULD, "enforce", ("done", "Exempt")),
        (SHOULD, "audit", ("done", "AuditOnly")),
        (a_link(), "enforce", ("done", "AlreadyEnforced")),
        (a_link(kind=LinkKind.HOSTED), "enforce", ("refused", "HostedConnection")),
    ],
)
def test_an_exempt_link_is_left_as_it_is(link: Link, enforcement: str, verdict: tuple[str, str]) -> None:
    judged = mode.may_enforce(link, paused="lowered", enforcement=enforcement, exempt="until then")

    assert (judged.next, judged.reason) == verdict


@pytest.mark.parametrize(
    ("link", "watch", "next_"),
    [
        (a_link(a_key("new")), SHORT_UP, "done"),
        (SHOULD, LONG_UP, "raise"),
        (SHOULD, SHORT_UP, "waiting"),
        (replace(SHOULD, keys=(a_key("new", "associating"),)), LONG_UP, "waiting"),
        (replace(SHOULD, ports=(DARK,)), LONG_UP, "waiting"),
        (replace(SHOULD, state="pending"), LONG_UP, "waiting"),
        (replace(SHOULD, mode="unknown"), LONG_UP, "waiting"),
        (replace(SHOULD, mode=NO_ENCRYPT, ports=(DARK,)), SHORT_UP, "soften"),
        (replace(SHOULD, mode=NO_ENCRYPT, keys=()), SHORT_UP, "waiting"),
        (replace(SHOULD, ports=(DARK,)), OVER, "deadline"),
        (replace(SHOULD, keys=()), OVER, "deadline"),
    ],
)
def test_readiness(link: Link, watch: Watch, next_: str) -> None:
    assert mode.readiness(link, watch=watch, now=NOW, status_lag=LAG, deadline=DEADLINE).next == next_


@pytest.mark.parametrize(
    ("link", "wanted", "safe"),
    [
        (SHOULD, MUST_ENCRYPT, True),
        (replace(SHOULD, ports=(DARK,)), MUST_ENCRYPT, False),
        (replace(SHOULD, keys=()), MUST_ENCRYPT, False),
        (replace(SHOULD, state="pending"), MUST_ENCRYPT, False),
        (replace(SHOULD, mode=NO_ENCRYPT, ports=(DARK,)), SHOULD_ENCRYPT, True),
        (SHOULD, SHOULD_ENCRYPT, False),
    ],
)
def test_the_last_look_must_allow_it_too(link: Link, wanted: str, *, safe: bool) -> None:
    assert mode.safe_now(link, mode=wanted) is safe


@pytest.mark.parametrize(
    ("link", "watch", "on_loss", "next_"),
    [
        (a_link(), LONG_UP, "lower", "held"),
        (a_link(), SHORT_UP, "lower", "waiting"),
        (SHOULD, LONG_UP, "lower", "waiting"),
        (SHOULD, OVER, "lower", "unsettled"),
        (a_link(ports=(DARK,)), LONG_UP, "lower", "lower"),
        (a_link(ports=(a_port("m1"), a_port("m2", encryption=DOWN))), LONG_UP, "lower", "lower"),
        (a_link(ports=(DARK,)), LONG_UP, "hold", "dark"),
        (a_link(ports=(a_port(state="down", encryption=DOWN),)), LONG_UP, "lower", "waiting"),
        (a_link(ports=(a_port(state="down", encryption=DOWN),)), OVER, "lower", "unsettled"),
    ],
)
def test_after_raising(link: Link, watch: Watch, on_loss: str, next_: str) -> None:
    verdict = mode.after_raising(link, watch=watch, now=NOW, status_lag=LAG, deadline=DEADLINE, on_loss=on_loss)

    assert verdict.next == next_
