"""The devices driver on each platform, against routers that are played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.devices.driver import DevicesDriver
from agent.devices.settings import DevicePort, DeviceSettings, DevicesSettings
from agent.driver import RouterDriverError
from agent.platforms import PLATFORMS
from agent.platforms.platform import Place, Platform
from agent.task import RouterTask
from dxmacsec.model import Cak, KeyPair, LinkKind, RouterTaskKind
from tests.agent.played_router import CHAIN, INTERFACE, PlayedRouter, PlayedSession, later

PORT = "dxcon-fg5678gh"
NEW, OLD = "ab" * 32, "cd" * 32
CAK, OLD_CAK = "c0ffee15" * 8, "0ddba11d" * 8
ENDS = pytest.mark.parametrize("platform", ["ios-xe", "nx-os"])
"""Those that end the old key's lifetime."""
EVERY = pytest.mark.parametrize("platform", sorted(PLATFORMS))


class Bench:
    """A driver on one played router, whose clock is the driver's."""

    def __init__(self, platform: str, **settings: Any) -> None:  # noqa: ANN401 - of the driver
        self.router = PlayedRouter(platform, now=datetime(2026, 3, 1, 2, 30, 5))  # noqa: DTZ001 - the device's own time
        self.router.hold(OLD, OLD_CAK)
        self.sessions: list[PlayedSession] = []
        self.on_wait: Callable[[], None] = lambda: None
        device = DeviceSettings(platform, "router.example", "netops")
        self.driver = DevicesDriver(
            DevicesSettings({"edge": device}, {PORT: DevicePort("edge", Place(INTERFACE, CHAIN))}, **settings),
            self.login,
            clock=lambda: self.router.now.replace(tzinfo=UTC),
            wait=self._wait,
        )

    def login(self, name: str, device: DeviceSettings, platform: Platform) -> PlayedSession:  # noqa: ARG002 - the protocol's own signature
        self.sessions.append(PlayedSession(self.router))
        return self.sessions[-1]

    def _wait(self, seconds: float) -> None:
        later(self.router, seconds)
        self.on_wait()

    def task(self, kind: RouterTaskKind, ports: Sequence[str] = (PORT,), **change: Any) -> RouterTask:  # noqa: ANN401 - fields of the task
        values: dict[str, Any] = {
            "task": kind,
            "task_id": "rotation-1.1",
            "task_token": "token",
            "rotation": "rotation-1",
            "link": PORT,
            "link_kind": LinkKind.CONNECTION,
            "ports": tuple(ports),
            "key_secret": "dxmacsec/x",
            "version_id": "v",
            "ckn": NEW,
            "old_ckns": (OLD,),
            "deadline": self.router.now.replace(tzinfo=UTC) + timedelta(hours=1),
            "what": "…",
            **change,
        }
        return RouterTask(**values)

    def install(self) -> Any:  # noqa: ANN401 - the driver's answer
        return self.driver.install(self.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))

    def prove(self) -> Any:  # noqa: ANN401 - the driver's answer
        return self.driver.prove(self.task(RouterTaskKind.PROVE))

    def remove(self) -> Any:  # noqa: ANN401 - the driver's answer
        return self.driver.remove(self.task(RouterTaskKind.REMOVE))


@EVERY
def test_a_whole_rotation_moves_the_session_and_leaves_one_key(platform: str) -> None:
    bench = Bench(platform)

    installed = bench.install()
    later(bench.router, 3600)
    before = bench.router.in_use()
    proven = bench.prove()
    confirmed = bench.driver.confirm(bench.task(RouterTaskKind.CONFIRM))
    both = set(bench.router.keys)
    removed = bench.remove()

    assert (installed, before) == ({PORT: OLD}, OLD)
    assert bench.router.keys[NEW].cak == CAK
    assert both == {NEW, OLD}
    assert proven == confirmed == removed == {PORT: NEW}
    assert set(bench.router.keys) == {NEW}
    assert all(session.closed for session in bench.sessions)


@EVERY
def test_the_next_rotation_starts_where_the_last_one_ended(platform: str) -> None:
    bench = Bench(platform)
    third = "ef" * 32
    for ckn, old in ((NEW, OLD), (third, NEW)):
        later(bench.router, 86_400)
        bench.driver.install(bench.task(RouterTaskKind.INSTALL, ckn=ckn), KeyPair(ckn, Cak(CAK)))
        assert bench.router.in_use() == old
        later(bench.router, 3600)
        assert bench.driver.prove(bench.task(RouterTaskKind.PROVE, ckn=ckn, old_ckns=(old,))) == {PORT: ckn}
        bench.driver.remove(bench.task(RouterTaskKind.REMOVE, ckn=ckn, old_ckns=(old,)))

    assert set(bench.router.keys) == {third}


@EVERY
@pytest.mark.parametrize("step", ["install", "prove", "remove"])
def test_a_task_that_comes_twice_types_nothing_the_second_time(step: str, platform: str) -> None:
    bench = Bench(platform)
    for name in ("install", "prove", "remove"):
        getattr(bench, name)()
        if name == step:
            break
    bench.router.typed.clear()
    bench.router.saved = 0

    getattr(bench, step)()

    assert bench.router.typed == []
    # The first time may have ended before it was saved.
    assert bench.router.saved == 1


@EVERY
def test_prove_says_the_old_key_when_the_other_end_knows_no_other(platform: str) -> None:
    bench = Bench(platform, settle_seconds=30)
    bench.install()
    bench.router.known = {OLD}

    assert bench.prove()[PORT] in (OLD, None)
    assert set(bench.router.keys) == {NEW, OLD}


@EVERY
def test_a_new_key_that_does_not_come_up_leaves_the_line_on_the_old_one(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.router.known = {OLD}

    proven = bench.prove()
    later(bench.router, 86_400)

    assert bench.router.in_use() == OLD
    assert proven == bench.driver.look() == {PORT: OLD}


@EVERY
def test_a_device_that_stays_dark_on_a_new_key_goes_back_to_the_old_one(platform: str) -> None:
    bench = Bench(platform)
    bench.router.strict = True
    bench.install()
    later(bench.router, 3600)
    bench.router.known = {OLD}

    bench.prove()
    later(bench.router, 86_400)
    back = bench.router.in_use()
    bench.router.known = {OLD, NEW}

    assert back == OLD
    assert bench.prove() == {PORT: NEW}


@EVERY
@pytest.mark.parametrize("returns", [False, True])
def test_a_proof_takes_the_new_key_and_it_stays(platform: str, *, returns: bool) -> None:
    bench = Bench(platform)
    bench.router.returns = returns
    bench.install()

    proven = bench.prove()
    later(bench.router, 86_400)

    assert proven == bench.driver.look() == {PORT: NEW}
    assert bench.prove() == {PORT: NEW}


@EVERY
def test_an_old_key_that_direct_connect_asks_back_after_a_proof_secures_the_line(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.prove()
    bench.router.known = {NEW}
    later(bench.router, 3600)
    after = bench.router.in_use()

    bench.router.known = {OLD}

    assert (after, bench.router.in_use()) == (NEW, OLD)


@ENDS
def test_a_device_that_is_lost_while_it_settles_has_its_old_key_given_back(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.router.known = {OLD}
    looked = PLATFORMS[platform].show_session(Place(INTERFACE, CHAIN))
    bench.on_wait = lambda: setattr(bench.router, "refuses", looked)

    with pytest.raises(RouterDriverError, match="Invalid input"):
        bench.prove()
    later(bench.router, 86_400)

    assert bench.router.in_use() == OLD


@ENDS
def test_a_device_that_takes_nothing_any_more_is_told_with_what_came_before(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.router.known = {OLD}
    bench.on_wait = lambda: setattr(bench.router, "refuses", "sh")

    with pytest.raises(RouterDriverError, match=r"Invalid input.*; edge: the old keys may have ended"):
        bench.prove()


@ENDS
def test_a_prove_that_was_killed_is_healed_by_the_next(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.router.known = {OLD}

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    bench.on_wait = die
    with pytest.raises(Killed):
        bench.prove()
    later(bench.router, 3600)
    ended = bench.router.in_use()
    bench.on_wait = lambda: None

    assert (ended, bench.prove()) == (None, {PORT: OLD})


@EVERY
def test_a_chain_that_does_not_show_the_key_in_use_was_not_read(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(platform)
    shown, keys = bench.router.show, PLATFORMS[platform].show_keys(Place(INTERFACE, CHAIN))

    def strange(command: str) -> str:
        return shown(command).replace(OLD, f"<{OLD}>") if command == keys else shown(command)

    monkeypatch.setattr(bench.router, "show", strange)

    with pytest.raises(RouterDriverError, match=f"edge: key chain {CHAIN} .* doesn't show the key cdcdcdcd"):
        bench.install()
    assert bench.router.typed == []


@EVERY
def test_prove_needs_the_key_in_the_chain(platform: str) -> None:
    bench = Bench(platform)

    with pytest.raises(RouterDriverError, match="holds no key abababab"):
        bench.prove()
    assert bench.router.typed == []


@EVERY
def test_a_key_in_use_is_never_removed(platform: str) -> None:
    bench = Bench(platform)

    with pytest.raises(RouterDriverError, match="the key cdcdcdcd is in use"):
        bench.remove()
    assert set(bench.router.keys) == {OLD}


@EVERY
def test_nothing_is_removed_while_no_session_is_secured(platform: str) -> None:
    bench = Bench(platform)
    bench.install()
    bench.router.known = set()
    bench.router.typed.clear()

    with pytest.raises(RouterDriverError, match=f"{PORT}: no session is secured; the old keys stay"):
        bench.remove()
    assert bench.router.typed == []


@EVERY
def test_nothing_is_removed_from_a_chain_without_the_new_key(platform: str) -> None:
    bench = Bench(platform)
    third = "ef" * 32
    bench.install()
    bench.prove()
    bench.router.typed.clear()

    with pytest.raises(RouterDriverError, match=f"edge: key chain {CHAIN} holds no key efefefef"):
        bench.driver.remove(bench.task(RouterTaskKind.REMOVE, ckn=third))
    assert bench.router.typed == []


@EVERY
def test_confirm_types_nothing(platform: str) -> None:
    bench = Bench(platform)

    assert bench.driver.confirm(bench.task(RouterTaskKind.CONFIRM)) == {PORT: OLD}
    assert bench.driver.look() == {PORT: OLD}
    assert bench.router.typed == []


@EVERY
def test_a_port_without_a_session_uses_no_key(platform: str) -> None:
    bench = Bench(platform)
    bench.router.known = set()

    assert bench.driver.look() == {PORT: None}


@pytest.mark.parametrize(
    ("platform", "quoted"), [("ios-xe", CAK), ("ios-xr", CAK), ("nx-os", CAK), ("junos", CAK), ("eos", CAK)]
)
def test_what_a_device_quotes_of_the_cak_is_masked(platform: str, quoted: str) -> None:
    bench = Bench(platform)
    bench.router.refuses = quoted

    with pytest.raises(RouterDriverError) as caught:
        bench.install()

    assert "(…)" in str(caught.value)
    assert quoted not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_what_eos_quotes_of_a_stored_key_is_masked() -> None:
    bench = Bench("eos")
    bench.install()
    stored = CAK[::-1]
    bench.router.refuses = stored

    with pytest.raises(RouterDriverError) as caught:
        bench.prove()

    assert stored not in str(caught.value)


def test_eos_has_room_for_two_keys_only() -> None:
    bench = Bench("eos")
    bench.install()

    with pytest.raises(RouterDriverError, match="holds two keys already"):
        bench.driver.install(bench.task(RouterTaskKind.INSTALL, ckn="ef" * 32), KeyPair("ef" * 32, Cak(CAK)))


def test_a_port_that_no_device_has_is_a_failure() -> None:
    bench = Bench("ios-xr")

    with pytest.raises(RouterDriverError, match="no device has the port dxcon-other"):
        bench.driver.confirm(bench.task(RouterTaskKind.CONFIRM, ports=("dxcon-other",)))


def test_a_port_of_another_link_is_a_failure() -> None:
    bench = Bench("ios-xr")
    bench.driver = DevicesDriver(
        DevicesSettings(
            {"edge": DeviceSettings("ios-xr", "router.example", "netops")},
            {PORT: DevicePort("edge", Place(INTERFACE, CHAIN), link="dxlag-fg1h2j3k")},
        ),
        bench.login,
    )

    with pytest.raises(RouterDriverError, match=f"{PORT}: the configuration has it as a port of dxlag-fg1h2j3k"):
        bench.install()
    assert bench.router.typed == []


def test_a_device_that_refuses_a_question_is_a_failure_and_is_logged_out() -> None:
    bench = Bench("ios-xr")
    bench.router.refuses = "show macsec"

    with pytest.raises(RouterDriverError, match="Invalid input"):
        bench.driver.look()
    assert [session.closed for session in bench.sessions] == [True]


@pytest.mark.parametrize("platform", ["ios-xe", "ios-xr"])
def test_lifetimes_are_in_the_time_that_the_device_shows(platform: str) -> None:
    place = Place(INTERFACE, CHAIN, utc_offset_minutes=90)

    lines = PLATFORMS[platform].add(place, NEW, CAK, (), datetime(2026, 12, 31, 23, 0, tzinfo=UTC))

    assert any("00:30:00 jan" in line.lower() and "01 2027" in line for line in lines)


@EVERY
def test_a_link_without_a_key_gets_its_first_and_then_its_second(platform: str) -> None:
    bench = Bench(platform)
    bench.router.keys.clear()

    first = bench.install()
    later(bench.router, 86_400)
    second = bench.driver.install(bench.task(RouterTaskKind.INSTALL, ckn=OLD), KeyPair(OLD, Cak(CAK)))
    later(bench.router, 3600)
    proven = bench.driver.prove(bench.task(RouterTaskKind.PROVE, ckn=OLD, old_ckns=(NEW,)))

    assert (first, second, proven) == ({PORT: NEW}, {PORT: NEW}, {PORT: OLD})
