from __future__ import annotations

from pathlib import Path

import pytest

from agent.configuration import PythonDriver, read_configuration, settings_from_toml
from agent.credentials import Credential, Source
from agent.devices.settings import DevicesSettings
from agent.platforms.platform import Place
from agent.program.driver import ProgramSettings
from agent.toml_table import ConfigurationError
from agent.worker import BEATS_HIDDEN

EXAMPLES = Path(__file__).parents[2] / "agent" / "examples"

DEVICES = """
[agent]
name = "north"
stack = "DxMacsec"
region = "eu-west-1"
heartbeat_seconds = 30

[driver]
kind = "devices"
settle_seconds = 90

[devices.edge1]
platform = "ios-xr"
host = "edge1.example.net"
username = "netops"
password = { secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:edge1-a1b2c3", field = "password" }
utc_offset_minutes = 60

[ports.dxcon-fg5678gh]
device = "edge1"
interface = "HundredGigE0/0/0/1"
key_chain = "DX"
"""

COMMAND = """
[agent]
queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/tasks"

[driver]
kind = "command"
program = ["/usr/local/bin/rotate", "--site", "north"]
seconds = 20
"""


def test_reads_devices_and_ports() -> None:
    settings = settings_from_toml(DEVICES)

    assert (settings.name, settings.stack, settings.region, settings.heartbeat_seconds) == (
        *("north", "DxMacsec", "eu-west-1"),
        30,
    )
    assert isinstance(settings.driver, DevicesSettings)
    device, port = settings.driver.devices["edge1"], settings.driver.ports["dxcon-fg5678gh"]
    assert (device.platform, device.host, device.username, device.port) == ("ios-xr", "edge1.example.net", "netops", 22)
    assert device.password == Credential(
        Source.SECRET, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:edge1-a1b2c3", "password"
    )
    assert (port.device, port.place) == ("edge1", Place("HundredGigE0/0/0/1", "DX", 60))
    assert settings.driver.settle_seconds == 90


def test_reads_a_program() -> None:
    settings = settings_from_toml(COMMAND)

    assert settings.driver == ProgramSettings(("/usr/local/bin/rotate", "--site", "north"), 20)
    assert settings.queue_url == "https://sqs.eu-west-1.amazonaws.com/111122223333/tasks"
    assert settings.name


def test_reads_a_driver_of_ones_own() -> None:
    settings = settings_from_toml(
        COMMAND.split("[driver]", maxsplit=1)[0] + '[driver]\nkind = "python"\nfactory = "site:router"\n'
    )

    assert settings.driver == PythonDriver("site:router")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("= 3", "expected TOML", id="no TOML"),
        pytest.param("", "agent: missing; expected a table", id="nothing"),
        pytest.param(COMMAND + "\n[more]\n", "more: unknown field", id="an unknown table"),
        pytest.param(COMMAND.replace("seconds", "secnods"), "driver.secnods: unknown field", id="a misspelt field"),
        pytest.param(COMMAND.replace("= 20", '= "20"'), "driver.seconds: expected a number above 0", id="no number"),
        pytest.param(
            COMMAND.replace('"/usr/local/bin/rotate", "--site", "north"', ""),
            "driver.program: expected a list",
            id="[]",
        ),
        pytest.param(
            COMMAND.replace("queue_url", 'stack = "X"\nqueue_url'),
            "agent.stack: expected either this",
            id="both queues",
        ),
        pytest.param(
            COMMAND.replace('"command"', '"magic"'), "driver.kind: expected one of command, devices, python", id="kind"
        ),
        pytest.param(
            DEVICES.replace('"ios-xr"', '"ios"'),
            "devices.edge1.platform: expected one of ios-xe, ios-xr",
            id="platform",
        ),
        pytest.param(DEVICES.replace("host =", "hsot ="), "devices.edge1.host: missing; expected text", id="no host"),
        pytest.param(
            DEVICES.replace('device = "edge1"', 'device = "edge2"'),
            "ports.dxcon-fg5678gh.device: expected one of edge1",
            id="a device that isn't there",
        ),
        pytest.param(
            DEVICES.replace("utc_offset_minutes = 60", "utc_offset_minutes = 9000"),
            "devices.edge1.utc_offset_minutes: expected a whole number from -840 to 840",
            id="a zone beyond the world",
        ),
        pytest.param(
            DEVICES.replace('secret = "arn', 'secert = "arn'),
            "devices.edge1.password: expected a table with one of secret, environment, file",
            id="no source",
        ),
    ],
)
def test_names_what_is_wrong_and_what_was_expected(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(text)

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "number", ["nan", "inf", "-inf", "1e12", pytest.param("1" + "0" * 400, id="ten to the 400th"), "0", "true"]
)
@pytest.mark.parametrize(
    ("text", "field", "most"),
    [
        (COMMAND.replace("seconds = 20", "seconds = NUMBER"), "driver.seconds", "86400"),
        (DEVICES.replace("= 30", "= NUMBER"), "agent.heartbeat_seconds", "14400"),
        (DEVICES.replace("settle_seconds = 90", "settle_seconds = NUMBER"), "driver.settle_seconds", "86400"),
    ],
)
def test_no_time_is_without_bounds(text: str, field: str, most: str, number: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(text.replace("NUMBER", number))

    assert str(caught.value) == f"{field}: expected a number above 0, at most {most}"


def test_three_of_the_longest_heartbeats_are_as_long_as_a_queue_hides_a_message() -> None:
    longest = settings_from_toml(DEVICES.replace("= 30", "= 14400")).heartbeat_seconds

    assert longest * BEATS_HIDDEN == 43_200
    with pytest.raises(ConfigurationError, match=r"agent\.heartbeat_seconds"):
        settings_from_toml(DEVICES.replace("= 30", "= 14400.5"))


TWO = (
    DEVICES
    + """
[devices.edge2]
platform = "ios-xr"
host = "edge2.example.net"
username = "netops"
key_file = "/etc/dxmacsec/id"

[ports.dxcon-fh2j4k6m]
device = "edge1"
interface = "HundredGigE0/0/0/2"
key_chain = "DX"
link = "dxlag-fg1h2j3k"
"""
)
LAG = TWO.replace('key_chain = "DX"\n\n', 'key_chain = "DX"\nlink = "dxlag-fg1h2j3k"\n\n', 1)


def test_members_of_one_lag_may_share_a_key_chain() -> None:
    driver = settings_from_toml(LAG).driver

    assert isinstance(driver, DevicesSettings)
    assert [port.link for port in driver.ports.values()] == ["dxlag-fg1h2j3k"] * 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TWO.replace('link = "dxlag-fg1h2j3k"\n', ""), id="no link is named"),
        pytest.param(TWO, id="one is named"),
        pytest.param(LAG.replace("dxlag-fg1h2j3k", "dxlag-other", 1), id="two are named"),
        pytest.param(
            TWO.replace("edge2.example.net", "EDGE1.example.net").replace(
                '"edge1"\ninterface = "HundredGigE0/0/0/2"', '"edge2"\ninterface = "HundredGigE0/0/0/2"'
            ),
            id="one device under two names",
        ),
    ],
)
def test_a_key_chain_of_two_links_names_both(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(text)

    assert "ports.dxcon-fh2j4k6m.key_chain: DX on edge" in str(caught.value)
    assert "is that of dxcon-fg5678gh too" in str(caught.value)


@pytest.mark.parametrize("written", ["HundredGigE0/0/0/1", "hundredgige 0/0/0/1"])
def test_an_interface_of_two_ports_names_both(written: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(LAG.replace("HundredGigE0/0/0/2", written))

    assert "ports.dxcon-fh2j4k6m.interface: " in str(caught.value)
    assert "on edge1 is that of dxcon-fg5678gh too" in str(caught.value)


def test_two_devices_may_use_the_same_names() -> None:
    text = TWO.replace('"edge1"\ninterface = "HundredGigE0/0/0/2"', '"edge2"\ninterface = "HundredGigE0/0/0/1"')

    driver = settings_from_toml(text).driver

    assert isinstance(driver, DevicesSettings)
    assert {port.device for port in driver.ports.values()} == {"edge1", "edge2"}


def test_names_every_wrong_field_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(DEVICES.replace("host =", "hsot =").replace('"ios-xr"', '"ios"'))

    for field in ("devices.edge1.platform", "devices.edge1.host", "devices.edge1.hsot"):
        assert field in str(caught.value)


def test_refuses_a_password_in_the_file_and_does_not_repeat_it() -> None:
    start = DEVICES.index("password =")
    text = DEVICES[:start] + 'password = "hunter2"\n' + DEVICES[DEVICES.index("utc_offset") :]

    with pytest.raises(ConfigurationError) as caught:
        settings_from_toml(text)

    assert "never the password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_says_which_file_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"agent\.toml: No such file"):
        read_configuration(tmp_path / "agent.toml")


def test_a_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_bytes(COMMAND.encode() + b"# caf\xe9\n")

    with pytest.raises(ConfigurationError, match=r"agent\.toml: expected UTF-8, line 9 is not"):
        read_configuration(path)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_example_can_be_read(path: Path) -> None:
    assert read_configuration(path).name


def test_there_are_examples() -> None:
    assert len(list(EXAMPLES.glob("*.toml"))) >= 2
