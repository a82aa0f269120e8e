from __future__ import annotations

import logging
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from agent.driver import RouterDriverError
from agent.linux.driver import LinuxDriver
from agent.linux.keyring import CHANNELS, Keyring
from agent.linux.settings import LinuxPort, LinuxSettings
from agent.task import RouterTask
from dxmacsec.model import Cak, KeyPair, LinkKind, RouterTaskKind
from tests.agent.played_machine import SECURE_SECONDS, START, Crash, PlayedMachine

LINK, PREFIX = "dxcon-fg5678gh", "169.254.255.1/32"
PORT = LinuxPort(LINK, "eth1", "169.254.255.2", "169.254.255.1", (PREFIX,))
SETTINGS = LinuxSettings({LINK: PORT}, "/keys")
OLD = KeyPair("0d" * 32, Cak("11" * 32))
NEW = KeyPair("ab" * 32, Cak("c0ffee15" * 8))
WRONG = KeyPair(NEW.ckn, Cak("deadbeef" * 8))


def task(kind: str, **change: Any) -> RouterTask:  # noqa: ANN401 - fields of the task
    fields: dict[str, Any] = {
        "task": RouterTaskKind(kind),
        "task_id": f"rotation-1.{kind}.0",
        "task_token": "token-1",
        "rotation": "rotation-1",
        "link": LINK,
        "link_kind": LinkKind.CONNECTION,
        "ports": (LINK,),
        "key_secret": f"dxmacsec/{LINK}",
        "version_id": "11111111-1111-4111-8111-111111111111",
        "ckn": NEW.ckn,
        "old_ckns": (OLD.ckn,),
        "deadline": START + timedelta(hours=1),
        "what": "Change the key.",
    }
    return RouterTask(**{**fields, **change})


def driver(machine: PlayedMachine, settings: LinuxSettings = SETTINGS) -> LinuxDriver:
    return LinuxDriver(settings, machine, machine.now)


def keyring(machine: PlayedMachine) -> Keyring:
    return Keyring(machine, PORT, SETTINGS.folder)


def carrying_old() -> PlayedMachine:
    machine = PlayedMachine(other_end={OLD.ckn: OLD.cak.reveal()})
    keyring(machine).add(OLD)
    machine.wait(SECURE_SECONDS)
    assert keyring(machine).move_to(OLD.ckn)
    return machine


def installed(pair: KeyPair = NEW) -> PlayedMachine:
    machine = carrying_old()
    driver(machine).install(task("install"), pair)
    machine.other_end[NEW.ckn] = NEW.cak.reveal()
    return machine


def moved() -> PlayedMachine:
    machine = installed()
    driver(machine).prove(task("prove"))
    return machine


def do(machine: PlayedMachine, kind: str) -> dict[str, str | None]:
    """Do one task as the agent does it."""
    if kind == "install":
        return dict(driver(machine).install(task(kind), NEW))
    return dict(getattr(driver(machine), kind)(task(kind)))


BEFORE: dict[str, Callable[[], PlayedMachine]] = {
    "install": carrying_old,
    "prove": installed,
    "confirm": moved,
    "remove": moved,
}


def state(machine: PlayedMachine) -> dict[str, object]:
    """Return what a task leaves behind, without times."""
    running = {path: (each.ckn, each.cak, each.channel, each.device) for path, each in machine.running.items()}
    return {"running": running, "files": machine.files, "routes": machine.routes, "devices": machine.devices}


def test_a_key_is_installed_beside_the_one_that_carries_the_traffic() -> None:
    machine = carrying_old()

    answer = driver(machine).install(task("install"), NEW)

    assert answer == {LINK: OLD.ckn}
    assert machine.carrying(PREFIX) == OLD.ckn
    assert {each.ckn: each.channel for each in machine.running.values()} == {OLD.ckn: 1, NEW.ckn: 2}


def test_the_traffic_moves_once_mka_has_proven_the_new_key_and_the_old_one_runs_on() -> None:
    machine = installed()

    answer = driver(machine).prove(task("prove"))

    assert answer == {LINK: NEW.ckn}
    assert machine.carrying(PREFIX) == NEW.ckn
    assert machine.seconds >= 2 * SECURE_SECONDS
    assert {each.ckn for each in machine.running.values()} == {OLD.ckn, NEW.ckn}


def test_the_traffic_of_a_virtual_interface_moves_with_its_vlan() -> None:
    port = LinuxPort(LINK, "eth1", PORT.address, PORT.peer, (PREFIX,), vlan=101)
    settings, machine = LinuxSettings({LINK: port}, "/keys"), PlayedMachine(other_end={OLD.ckn: OLD.cak.reveal()})
    first = task("install", ckn=OLD.ckn, old_ckns=())
    driver(machine, settings).install(first, OLD)
    machine.bounced_until = 2 * SECURE_SECONDS
    assert driver(machine, settings).prove(first) == {LINK: OLD.ckn}
    assert machine.seconds >= machine.bounced_until
    assert machine.routes == {PREFIX: "macsec0.101"}

    driver(machine, settings).install(task("install"), NEW)
    machine.other_end[NEW.ckn] = NEW.cak.reveal()
    for _ in range(2):
        assert driver(machine, settings).prove(task("prove")) == {LINK: NEW.ckn}
    driver(machine, settings).remove(task("remove"))

    assert machine.carrying(PREFIX) == NEW.ckn
    assert machine.routes == {PREFIX: "macsec1.101"}
    assert machine.vlans == {"macsec1.101": "macsec1"}


def test_confirm_reads_and_changes_nothing() -> None:
    machine = moved()
    before = deepcopy(state(machine))

    assert driver(machine).confirm(task("confirm")) == {LINK: NEW.ckn}

    assert state(machine) == before


def test_a_removed_key_leaves_neither_process_nor_device_nor_file() -> None:
    machine = moved()

    assert driver(machine).remove(task("remove")) == {LINK: NEW.ckn}

    assert {each.ckn for each in machine.running.values()} == {NEW.ckn}
    assert len(machine.devices) == 1
    assert not [path for path in machine.files if OLD.ckn in path]
    assert not [text for text in machine.files.values() if OLD.cak.reveal() in text]
    assert ("rmdir", f"/keys/{LINK}/{OLD.ckn}/control", f"/keys/{LINK}/{OLD.ckn}") in machine.argvs


def test_the_next_key_takes_the_channel_that_the_removed_one_has_left() -> None:
    machine = moved()
    driver(machine).remove(task("remove"))
    third = KeyPair("03" * 32, Cak("33" * 32))

    keyring(machine).add(third)

    assert {each.ckn: each.channel for each in machine.running.values()} == {NEW.ckn: 2, third.ckn: 1}


@pytest.mark.parametrize("kind", BEFORE)
def test_a_task_that_comes_twice_leaves_what_it_left_the_first_time(kind: str) -> None:
    machine = BEFORE[kind]()
    first = do(machine, kind)
    left = deepcopy(state(machine))

    assert do(machine, kind) == first

    assert state(machine) == left


@pytest.mark.parametrize("kind", BEFORE)
def test_a_crash_after_any_command_is_resumed_and_the_line_never_loses_its_key(kind: str) -> None:
    whole = BEFORE[kind]()
    start = whole.count
    answer, commands = do(whole, kind), whole.count - start
    assert commands > 1

    for survived in range(commands):
        machine = BEFORE[kind]()
        machine.crash_after = survived
        with pytest.raises(Crash):
            do(machine, kind)
        assert machine.carrying(PREFIX) is not None, f"dark after command {survived + 1}"
        assert do(machine, kind) == answer, f"after command {survived + 1}"
        assert state(machine) == state(whole), f"after command {survived + 1}"


def test_a_wrong_cak_is_never_proven_and_the_old_key_carries_on() -> None:
    machine = installed(WRONG)

    answer = driver(machine).prove(task("prove"))

    assert answer == {LINK: OLD.ckn}
    assert machine.carrying(PREFIX) == OLD.ckn
    assert machine.seconds >= SETTINGS.secure_seconds
    assert len(machine.devices) == 2


def test_a_wrong_cak_that_is_installed_anew_is_replaced() -> None:
    machine = installed(WRONG)

    driver(machine).install(task("install"), NEW)

    assert driver(machine).prove(task("prove")) == {LINK: NEW.ckn}
    assert not [text for text in machine.files.values() if WRONG.cak.reveal() in text]


def test_waits_no_longer_than_the_task_may_take() -> None:
    machine = installed(WRONG)
    before = machine.seconds

    driver(machine).prove(task("prove", deadline=machine.now() + timedelta(seconds=2)))

    assert machine.seconds - before < 3


def test_the_traffic_stays_while_the_other_end_does_not_answer_under_the_new_key() -> None:
    machine = installed()
    machine.deaf = True

    assert driver(machine).prove(task("prove")) == {LINK: OLD.ckn}

    assert machine.carrying(PREFIX) == OLD.ckn


def test_a_key_that_carries_the_traffic_is_not_removed() -> None:
    machine = installed()

    assert driver(machine).remove(task("remove", old_ckns=(OLD.ckn, "ee" * 32))) == {LINK: OLD.ckn}

    assert machine.carrying(PREFIX) == OLD.ckn


def test_a_key_whose_other_end_is_gone_is_not_said_to_be_in_use() -> None:
    machine = moved()
    del machine.other_end[NEW.ckn]

    assert driver(machine).confirm(task("confirm")) == {LINK: None}


def test_routes_that_go_over_two_keys_are_said_to_go_over_none() -> None:
    machine = moved()
    second = "10.1.0.0/16"
    port = LinuxPort(LINK, "eth1", PORT.address, PORT.peer, (PREFIX, second))
    machine.routes[second] = machine.devices[next(iter(machine.devices))]

    assert driver(machine, LinuxSettings({LINK: port}, "/keys")).confirm(task("confirm")) == {LINK: None}


def test_hexadecimal_case_means_nothing() -> None:
    machine = moved()

    answer = driver(machine).remove(task("remove", ckn=NEW.ckn.upper(), old_ckns=(OLD.ckn.upper(),)))

    assert answer == {LINK: NEW.ckn}
    assert keyring(machine).configured() == [NEW.ckn]


def test_a_wpa_supplicant_that_was_killed_is_started_again_by_prove() -> None:
    machine = installed()
    machine.kill(NEW.ckn)

    assert driver(machine).prove(task("prove")) == {LINK: NEW.ckn}


def test_the_device_of_a_wpa_supplicant_that_was_killed_goes_with_its_key() -> None:
    machine = moved()
    machine.kill(OLD.ckn)

    driver(machine).remove(task("remove"))

    assert len(machine.devices) == 1


def test_a_key_that_does_not_stop_is_a_failure_and_keeps_its_configuration() -> None:
    machine = moved()
    machine.stubborn = True

    with pytest.raises(RouterDriverError, match=f"MKA for {OLD.ckn[:8]} on eth1 does not stop"):
        driver(machine).remove(task("remove"))

    assert OLD.ckn in keyring(machine).configured()


def test_a_key_that_was_never_installed_can_not_be_proven() -> None:
    with pytest.raises(RouterDriverError, match=f"no key {NEW.ckn[:8]} is installed on eth1"):
        driver(carrying_old()).prove(task("prove"))


@pytest.mark.parametrize("kind", BEFORE)
def test_a_port_that_is_not_on_this_machine_is_a_failure(kind: str) -> None:
    machine = carrying_old()
    elsewhere = task(kind, ports=(LINK, "dxcon-elsewhere"))
    arguments = (elsewhere, NEW) if kind == "install" else (elsewhere,)

    with pytest.raises(RouterDriverError, match="this router has no port dxcon-elsewhere"):
        getattr(driver(machine), kind)(*arguments)

    assert {each.ckn for each in machine.running.values()} == {OLD.ckn}


def test_a_port_without_a_free_channel_is_a_failure() -> None:
    machine = carrying_old()
    for number in CHANNELS[1:]:
        keyring(machine).add(KeyPair(f"{number:064x}", NEW.cak))

    with pytest.raises(RouterDriverError, match="eth1 has no secure channel left"):
        driver(machine).install(task("install"), NEW)


def test_what_wpa_supplicant_quotes_of_its_configuration_goes_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    machine = carrying_old()
    machine.broken = True

    with pytest.raises(RouterDriverError) as caught:
        driver(machine).install(task("install"), NEW)

    assert "wpa_supplicant does not start" in str(caught.value)
    assert NEW.cak.reveal() not in f"{caught.value}{caught.value!r}{caplog.text}"


def test_a_cak_is_in_no_argument_of_a_program_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    machine = installed()
    for kind in ("prove", "confirm", "remove"):
        do(machine, kind)

    words = " ".join(word for argv in machine.argvs for word in argv).lower()
    assert NEW.ckn in words
    assert not [pair for pair in (OLD, NEW) if pair.cak.reveal() in words + caplog.text.lower()]
    holding = [path for path, text in machine.files.items() if NEW.cak.reveal() in text]
    assert holding == [f"/keys/{LINK}/{NEW.ckn}/wpa.conf"]
