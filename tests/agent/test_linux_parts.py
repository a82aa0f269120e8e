from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from agent.driver import RouterDriverError, load_driver
from agent.linux.driver import SETTINGS_VARIABLE, LinuxDriver
from agent.linux.kernel import Kernel
from agent.linux.participant import parse_status
from agent.linux.settings import LinuxPort, LinuxSettings, LinuxSettingsError, settings_from_toml
from agent.linux.shell import NOT_RUN, LocalShell
from tests.agent.played_machine import PlayedMachine

SETTINGS = """
folder = "/etc/keys"
secure_seconds = 30

[ports.dxcon-fg5678gh]
interface = "eth1"
address = "169.254.255.2"
peer = "169.254.255.1"
routes = ["169.254.255.1/32", "10.0.0.0/8"]
"""

SAID = """bssid=01:80:c2:00:00:03
wpa_state=COMPLETED
address=ba:2f:59:1c:72:cf
PAE KaY status=Active
Authenticated=No
Secured=Yes
Failed=No
Actor Priority=16
Is Key Server=No
MKA Hello Time=2000
actor_sci=ba:2f:59:1c:72:cf@10
key_server_sci=aa:60:d0:8d:73:92@2
participant_idx=0
ckn=CDcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
live_peers=1
potential_peers=0
is_key_server=No
"""
"""What wpa_supplicant 2.10 said on Debian 12, shortened."""


def test_what_wpa_supplicant_says_is_read() -> None:
    status = parse_status(SAID)

    assert status is not None
    assert status.ckn == "cd" * 32
    assert status.sci == "ba2f591c72cf000a"
    assert status.proven


@pytest.mark.parametrize(
    ("said", "instead"), [("Secured=Yes", "Secured=No"), ("live_peers=1", "live_peers=0"), ("Secured=Yes\n", "")]
)
def test_a_participant_is_proven_by_both_a_sak_and_a_live_peer(said: str, instead: str) -> None:
    status = parse_status(SAID.replace(said, instead))

    assert status is not None
    assert not status.proven


@pytest.mark.parametrize("said", ["", "wpa_state=SCANNING\n", SAID.replace("actor_sci=ba:2f:59:1c:72:cf@10\n", "")])
def test_a_wpa_supplicant_whose_mka_has_not_begun_says_nothing(said: str) -> None:
    assert parse_status(said) is None


def test_the_settings_are_read() -> None:
    port = LinuxPort("dxcon-fg5678gh", "eth1", "169.254.255.2", "169.254.255.1", ("169.254.255.1/32", "10.0.0.0/8"))

    assert settings_from_toml(SETTINGS) == LinuxSettings({"dxcon-fg5678gh": port}, "/etc/keys", 30)


def test_the_vlan_of_a_port_is_read() -> None:
    assert settings_from_toml(SETTINGS + "vlan = 101\n").ports["dxcon-fg5678gh"].vlan == 101


@pytest.mark.parametrize(
    ("line", "instead", "sentence"),
    [
        ('folder = "/etc/keys"', 'folder = "keys"', "folder: expected an absolute path"),
        ("secure_seconds = 30", "secure_seconds = 0", "secure_seconds: expected a number above 0"),
        ("secure_seconds = 30", "secure_second = 30", "secure_second: unknown field"),
        ('interface = "eth1"', "", "ports.dxcon-fg5678gh.interface: expected text"),
        ('interface = "eth1"', 'interface = "-c"', "ports.dxcon-fg5678gh.interface: expected text"),
        ('peer = "169.254.255.1"', "peer = 1", "ports.dxcon-fg5678gh.peer: expected text"),
        ('address = "169.254.255.2"', 'adress = "x"', "ports.dxcon-fg5678gh.adress: unknown field"),
        ('routes = ["169.254.255.1/32", "10.0.0.0/8"]', "routes = []", "routes: expected a list of prefixes"),
        ("[ports.dxcon-fg5678gh]", '[ports."../x"]', "ports.../x: expected letters"),
        ("[ports.dxcon-fg5678gh]", "[ports.dxcon-fg5678gh]\nvlan = 4095", "vlan: expected a number from 1 to 4094"),
        ("[ports.dxcon-fg5678gh]", "[ports.dxcon-fg5678gh]\nvlan = 'x'", "vlan: expected a number from 1 to 4094"),
        ("[ports.dxcon-fg5678gh]", "[", "expected TOML"),
    ],
)
def test_settings_that_can_not_be_used_are_refused_by_field(line: str, instead: str, sentence: str) -> None:
    assert line in SETTINGS

    with pytest.raises(LinuxSettingsError, match=sentence):
        settings_from_toml(SETTINGS.replace(line, instead))


def test_settings_without_a_port_are_refused() -> None:
    with pytest.raises(LinuxSettingsError, match="ports: expected a table for each port"):
        settings_from_toml("")


def test_the_agent_finds_the_driver_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "linux.toml").write_text(SETTINGS)
    monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "linux.toml"))

    assert isinstance(load_driver("agent.linux.driver:from_environment"), LinuxDriver)


def test_a_written_file_is_for_its_owner_only_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    path, shell = folder / "wpa.conf", LocalShell()
    (folder / "wpa.conf.half").write_text("left by a crash")

    shell.write(str(path), "first")
    shell.write(str(path), "second")

    assert shell.read(str(path)) == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == ["wpa.conf"]


def test_a_file_that_is_not_there_reads_as_none_and_is_removed_all_the_same(tmp_path: Path) -> None:
    shell = LocalShell()

    assert shell.read(str(tmp_path / "none")) is None
    shell.remove(str(tmp_path / "none"))


def test_a_program_ends_with_its_code_and_what_it_said() -> None:
    ran = LocalShell().run(
        (sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    )

    assert (ran.code, ran.out, ran.err) == (3, "out\n", "err\n")


def test_a_program_that_is_not_there_ends_with_a_code_that_says_so() -> None:
    assert LocalShell().run(("/no/such/program",)).code == NOT_RUN


def test_what_the_kernel_refuses_is_said() -> None:
    with pytest.raises(RouterDriverError, match="ip link show: unknown command"):
        Kernel(PlayedMachine())._done(("link", "show"))  # noqa: SLF001 - the one place where every refusal passes
