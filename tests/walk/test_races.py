"""Two of ours, or one of ours and a person, between any two calls: nobody acts beside somebody else.

`DXMACSEC_FAULT_EVERY` says at which of the calls the other one comes: 1 tries all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT
from sandbox.twin import Estate
from sandbox.twin.faults import TwinError
from tests.walk.execution import Execution
from tests.walk.racing import Race, a_race
from tests.worlds.estates import LAG, LINK, PARTNER, a_connection, a_lag, a_pair_of_connections
from tests.worlds.outside import a_pair

EVERY = int(os.environ.get("DXMACSEC_FAULT_EVERY", "29"))


def calls_of(estate: Estate, machine: str, link: str) -> list[str]:
    race = a_race(estate)
    race.finish(race.start(machine, link))
    return [seen.name for seen in race.scene.trouble.seen]


def numbers(estate: Estate, machine: str, link: str) -> list[int]:
    """Return the calls at which the other one comes, the changing ones always among them."""
    calls = calls_of(estate, machine, link)
    changing = {"take_rotation", "take_acting", "free_acting", "disassociate", "associate", "set_mode", "label"}
    always = {number for number, name in enumerate(calls) if name.split(".")[1] in changing}
    return sorted({*range(0, len(calls), EVERY), *always})


def numbers_while_locked(estate: Estate) -> list[int]:
    """Return those calls of a rotation at which it still holds its locks: later it has ended, and another may begin."""
    last = calls_of(estate, "rotate_key", LINK).index("ledger.free_rotation")
    return [number for number in numbers(estate, "rotate_key", LINK) if number <= last]


PAIR, ONE, LOW, TEAM = a_pair_of_connections(), a_connection(), a_connection(mode=SHOULD_ENCRYPT), a_lag(keys=2)
AT_ONCE_ENDS = ("AlreadyRotating", "PartnerNotEncrypted")


def raced(race: Race, number: int, first: Execution, second: Callable[[], Execution]) -> Execution:
    """Let the second come at a call of the first, go as far as it can, and walk both to their ends in turn."""
    came: list[Execution] = []

    def come() -> None:
        came.append(second())
        race.go_on_at_once(came[0])

    race.at_call(number, come)
    while not came and first.status == "RUNNING":
        race.walker.step(first)
    assert came, f"there is no call {number}"
    race.finish(first, came[0])
    return came[0]


@pytest.mark.parametrize("number", numbers_while_locked(ONE))
def test_of_two_rotations_of_one_link_one_is_refused(number: int) -> None:
    race = a_race(ONE)
    first = race.start("rotate_key", LINK)

    second = raced(race, number, first, lambda: race.start("rotate_key", LINK))

    assert {first.status, second.status} == {"SUCCEEDED", "FAILED"}
    assert {first.error, second.error} == {None, "AlreadyRotating"}
    assert race.promises.broken == []
    assert race.promises.rest() == []
    assert len(race.scene.key_maker.made) == 1


@pytest.mark.parametrize("number", numbers_while_locked(PAIR))
def test_two_ends_of_one_declared_group_never_rotate_together(number: int) -> None:
    race = a_race(PAIR)
    first = race.start("rotate_key", LINK)

    second = raced(race, number, first, lambda: race.start("rotate_key", PARTNER))

    assert {first.error, second.error} == {None, "AlreadyRotating"}
    assert race.promises.broken == []
    assert race.promises.rest() == []
    assert len(race.scene.key_maker.made) == 1


@pytest.mark.parametrize("number", numbers(LOW, "rotate_key", LINK))
def test_an_enforcement_between_any_two_calls_of_a_rotation_never_acts_beside_it(number: int) -> None:
    race = a_race(LOW)
    first = race.start("rotate_key", LINK)

    second = raced(race, number, first, lambda: race.start("enforce_encryption", LINK))

    assert first.status == "SUCCEEDED", (first.error, first.cause)
    assert second.error in (None, "ActingLockHeld")
    assert race.scene.link(LINK).mode == MUST_ENCRYPT
    assert race.promises.broken == []
    assert race.promises.rest() == []


@pytest.mark.parametrize("state", ["AssociateKey", "JudgeProof", "WaitToBake", "RetireKey", "PromoteKey"])
@pytest.mark.parametrize("number", numbers(LOW, "enforce_encryption", LINK))
def test_a_rotation_between_any_two_calls_of_an_enforcement_never_acts_beside_it(number: int, state: str) -> None:
    race = a_race(LOW)
    rotation = race.start("rotate_key", LINK)
    race.walker.walk_to(rotation, state)
    before = len(race.scene.trouble.seen)
    enforcement = race.start("enforce_encryption", LINK)
    race.at_call(before + number, lambda: race.go_on_at_once(rotation))

    race.finish(enforcement, rotation)

    assert rotation.status == "SUCCEEDED", (rotation.error, rotation.cause)
    assert enforcement.error in (None, "ActingLockHeld")
    assert race.scene.link(LINK).mode == MUST_ENCRYPT
    assert race.promises.broken == []
    assert race.promises.rest() == []


def person(race: Race, link: str, what: str) -> None:
    """Change a link as somebody in the console does; what Direct Connect refuses is no change."""
    keys = race.scene.link(link).keys
    pair = a_pair(f"foreign/{link}")
    mode_call, name = ("UpdateLag", "lagId") if link.startswith("dxlag-") else ("UpdateConnection", "connectionId")
    calls = {
        "adds a key": ("AssociateMacSecKey", {"connectionId": link, "ckn": pair.ckn, "cak": pair.cak.reveal()}),
        "lowers the mode": (mode_call, {name: link, "encryptionMode": SHOULD_ENCRYPT}),
        "switches encryption off": (mode_call, {name: link, "encryptionMode": NO_ENCRYPT}),
    }
    if keys:
        for word, key in (("oldest", keys[0]), ("newest", keys[-1])):
            removal = {"connectionId": link, "secretARN": key.secret_arn}
            calls[f"removes the {word} key"] = ("DisassociateMacSecKey", removal)
    operation, parameters = calls[what]
    try:
        race.scene.twin.call(operation, parameters, principal="person")
    except TwinError:
        return


DEEDS = [
    "adds a key",
    "removes the oldest key",
    "removes the newest key",
    "lowers the mode",
    "switches encryption off",
]
"""What a person may do to a link."""


@pytest.mark.parametrize("what", DEEDS)
@pytest.mark.parametrize("number", numbers(TEAM, "rotate_key", LAG))
def test_a_persons_change_between_any_two_calls_makes_no_rotation_break_its_promises(number: int, what: str) -> None:
    race = a_race(TEAM)
    rotation = race.start("rotate_key", LAG)
    race.at_call(number, lambda: person(race, LAG, what))

    race.finish(rotation)

    struck = race.scene.trouble.seen[number].name
    assert race.promises.rest() == []
    if not (struck == "direct_connect.disassociate" and what.startswith("removes")):
        assert race.promises.broken == []
