"""The devices driver over real SSH sessions of Netmiko, to played routers on the loopback."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import paramiko  # type: ignore[import-untyped]  # it has no types
import pytest
from moto import mock_aws

from agent.credentials import Credential, Source
from agent.devices.driver import DevicesDriver
from agent.devices.session import NetmikoLogin
from agent.devices.settings import DevicePort, DeviceSettings, DevicesSettings
from agent.driver import RouterDriverError
from agent.platforms import PLATFORMS
from agent.platforms.platform import Place
from dxmacsec.model import Cak, KeyPair, RouterTaskKind
from tests.agent.played_router import CHAIN, INTERFACE, PlayedRouter
from tests.agent.ssh_router import COMMITS, PASSWORD, SshRouter
from tests.agent.test_devices_driver import CAK, NEW, OLD, OLD_CAK, PORT, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def host_key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


class Site:
    """A played router behind SSH, and the driver's settings for it."""

    def __init__(self, platform: str, folder: Path) -> None:
        self.router = PlayedRouter(platform, now=datetime.now(UTC).replace(tzinfo=None, microsecond=0))
        self.router.hold(OLD, OLD_CAK)
        self.ssh = SshRouter(self.router, host_key())
        self.device: dict[str, Any] = {
            "platform": platform,
            "host": "127.0.0.1",
            "port": self.ssh.port,
            "username": "netops",
            "password": Credential(Source.SECRET, "edge1"),
            "known_hosts": self.ssh.known_hosts(folder / "known_hosts"),
        }
        self.tasks = Bench(platform)

    def driver(self, **change: Any) -> DevicesDriver:  # noqa: ANN401 - fields of the device
        device = DeviceSettings(**{**self.device, **change})
        settings = DevicesSettings({"edge1": device}, {PORT: DevicePort("edge1", Place(INTERFACE, CHAIN))})
        return DevicesDriver(settings, self._login(), wait=self._wait)

    def _login(self) -> NetmikoLogin:
        return NetmikoLogin(boto3.client("secretsmanager", region_name="us-east-1"))

    def _wait(self, _: float) -> None:
        self.router.now += timedelta(seconds=30)

    def task(self, kind: RouterTaskKind, **change: Any) -> Any:  # noqa: ANN401 - a task
        return self.tasks.task(kind, deadline=datetime.now(UTC) + timedelta(hours=1), **change)


@pytest.fixture(autouse=True)
def vault() -> Iterator[None]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        client.create_secret(Name="edge1", SecretString=PASSWORD)
        yield


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(getattr(request, "param", "ios-xr"), tmp_path)
    yield made
    made.ssh.close()


@pytest.mark.parametrize("site", sorted(PLATFORMS), indirect=True)
def test_a_rotation_over_ssh(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "botocore")
    driver = site.driver()

    installed = driver.install(site.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))
    proven = driver.prove(site.task(RouterTaskKind.PROVE))
    removed = driver.remove(site.task(RouterTaskKind.REMOVE))

    assert (installed, proven, removed) == ({PORT: OLD}, {PORT: NEW}, {PORT: NEW})
    assert {ckn: key.cak for ckn, key in site.router.keys.items()} == {NEW: CAK}
    assert site.router.commits == (3 if site.router.platform in COMMITS else 0)
    assert site.router.saved == (0 if site.router.platform in ("ios-xr", "junos") else 3)
    assert CAK not in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("site", sorted(PLATFORMS), indirect=True)
def test_a_refused_line_is_a_failure_without_the_cak_and_leaves_no_half(site: Site) -> None:
    site.router.refuses = CAK

    with pytest.raises(RouterDriverError) as caught:
        site.driver().install(site.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))

    assert CAK not in str(caught.value)
    assert caught.value.__cause__ is None
    if site.router.platform in COMMITS:
        assert set(site.router.keys) == {OLD}


EOS = pytest.mark.parametrize("site", ["eos"], indirect=True)


@EOS
@pytest.mark.parametrize("trouble", ["a refused line", "a refused commit"])
def test_a_refused_change_leaves_no_session_on_eos(site: Site, trouble: str) -> None:
    site.router.refuses = CAK if trouble == "a refused line" else None
    site.router.refuses_commit = trouble == "a refused commit"

    with pytest.raises(RouterDriverError) as caught:
        site.driver().install(site.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))

    assert CAK not in str(caught.value)
    assert site.router.sessions == {}
    assert set(site.router.keys) == {OLD}


@EOS
def test_what_a_killed_change_left_on_eos_is_aborted_and_never_committed(site: Site) -> None:
    site.router.hangs_up = "commit"
    with pytest.raises(RouterDriverError):
        site.driver().install(site.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))
    left = [line for lines in site.router.sessions.values() for line in lines]
    site.router.hangs_up = None
    third = "ef" * 32

    site.driver().install(site.task(RouterTaskKind.INSTALL, ckn=third), KeyPair(third, Cak(OLD_CAK)))

    assert any(CAK in line for line in left)
    assert site.router.sessions == {}
    assert set(site.router.keys) == {OLD, third}


@EOS
def test_sessions_of_others_on_eos_are_left_alone(site: Site) -> None:
    others = {"dxmacsec": ["hostname a"], "maintenance": ["hostname b"], "dxmacsec-0123abcd": ["hostname c"]}
    site.router.sessions = {name: list(lines) for name, lines in others.items()}
    site.router.entered = {"dxmacsec-0123abcd"}

    site.driver().install(site.task(RouterTaskKind.INSTALL), KeyPair(NEW, Cak(CAK)))

    assert site.router.sessions == others


def test_a_host_key_that_is_not_known_is_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "others").write_text("")

    with pytest.raises(RouterDriverError, match="edge1: no session"):
        site.driver(known_hosts=str(tmp_path / "others")).look()


def test_a_wrong_password_is_a_failure_that_does_not_tell_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE1", "not-the-password")

    with pytest.raises(RouterDriverError, match="edge1: no session: NetmikoAuthenticationException") as caught:
        site.driver(password=Credential(Source.ENVIRONMENT, "EDGE1")).look()
    assert "not-the-password" not in str(caught.value)


def test_without_netmiko_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netmiko", None)

    with pytest.raises(RouterDriverError, match=r"dxmacsec\[devices\]"):
        NetmikoLogin(boto3.client("secretsmanager", region_name="us-east-1"))
