"""The lines of every platform parse under a public parser, and say what they must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hier_config import Platform as Parser
from hier_config import get_hconfig

from agent.platforms import PLATFORMS
from agent.platforms.platform import HeldKey, Place, UnreadableError
from agent.platforms.rendering import KeyChange, Part, Step, parts, text

PARSERS = {
    "ios-xe": Parser.CISCO_IOS,
    "ios-xr": Parser.CISCO_XR,
    "nx-os": Parser.CISCO_NXOS,
    "junos": Parser.JUNIPER_JUNOS,
    "eos": Parser.ARISTA_EOS,
}
VERIFY = {
    "ios-xe": "show mka sessions interface Hu0/0/0/1 detail",
    "ios-xr": "show macsec mka session interface Hu0/0/0/1 detail",
    "nx-os": "show macsec mka session interface Hu0/0/0/1 details",
    "junos": "show security mka sessions interface Hu0/0/0/1",
    "eos": "show mac security participants Hu0/0/0/1 detail",
}
JUNOS_CHAIN = "security authentication-key-chains key-chain DX"
NEW, OLD, CAK = "ab" * 32, "cd" * 32, "c0ffee15" * 8
NOW = datetime(2026, 3, 1, 2, 30, 5, tzinfo=UTC)
EVERY = pytest.mark.parametrize("name", sorted(PLATFORMS))


def change(*, old: tuple[str, ...] = (OLD,), cak: str = CAK, offset: int = 0) -> KeyChange:
    return KeyChange(
        link="dxlag-1",
        places={"dxcon-1": Place("Hu0/0/0/1", "DX", offset), "dxcon-2": Place("Hu0/0/0/2", "DX", offset)},
        ckn=NEW,
        cak=cak,
        old_ckns=old,
        now=NOW,
        at=NOW.replace(minute=40, second=0),
    )


def steps(name: str, made: KeyChange) -> dict[Step, Part]:
    return {part.step: part for part in parts(PLATFORMS[name], made, Step)}


@EVERY
@pytest.mark.parametrize("step", [Step.ADD, Step.PREFER, Step.REMOVE])
@pytest.mark.parametrize("cak", [CAK, "<CAK: dxmacsec router-config dxlag-1 --platform x --reveal>"])
def test_a_public_parser_reads_the_lines_and_loses_none(name: str, step: Step, cak: str) -> None:
    lines = steps(name, change(cak=cak))[step].lines
    assert lines

    read = get_hconfig(PARSERS[name], "\n".join(lines)).dump_simple()

    typed = [line.strip() for line in lines]
    # A block that is entered twice is one block to the parser.
    assert [line.strip() for line in read] == list(dict.fromkeys(typed))
    assert _depths(list(read), 2) == _depths(_once(lines), 3 if name == "eos" else 0)


def _once(lines: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(lines))


def _depths(lines: list[str], width: int) -> list[int]:
    """Return how deep each line stands; with no width given, the least indentation of the lines is one."""
    spaces = [len(line) - len(line.lstrip()) for line in lines]
    step = width or min((each for each in spaces if each), default=1)
    return [each // step for each in spaces]


@EVERY
def test_every_step_speaks_of_its_own_key_only(name: str) -> None:
    made = steps(name, change())

    add, remove = "\n".join(made[Step.ADD].lines), "\n".join(made[Step.REMOVE].lines)
    assert NEW in add
    assert CAK in add
    assert OLD not in add
    assert NEW not in remove
    assert CAK not in "\n".join((*made[Step.PREFER].lines, *made[Step.VERIFY].lines, *made[Step.REMOVE].lines))


@EVERY
def test_verify_asks_every_port_and_names_the_key(name: str) -> None:
    part = steps(name, change())[Step.VERIFY]

    assert part.lines == (VERIFY[name], VERIFY[name].replace("Hu0/0/0/1", "Hu0/0/0/2"))
    assert part.enter is None
    assert any(NEW in note for note in part.notes)


@EVERY
def test_rule_and_hazards_are_comments_of_the_platform(name: str) -> None:
    known = PLATFORMS[name]

    shown = text(known, parts(known, change(), Step))

    for sentence in (*known.rule, *known.hazards):
        assert f"{known.comment} " in shown
        assert any(line.startswith(known.comment) and line.endswith(sentence) for line in shown.splitlines())
    assert known.enter in shown.splitlines()
    for line in known.leave:
        assert line in shown.splitlines()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ios-xe", "  lifetime local 00:00:00 Jan 01 2000 02:40:00 Mar 01 2026"),
        ("ios-xr", "   lifetime 02:40:00 march 01 2026 infinite"),
        ("nx-os", "    send-lifetime 00:00:00 Jan 01 2000 02:40:00 Mar 01 2026"),
        ("junos", f"set {JUNOS_CHAIN} key <NUMBER-OF-abababab> start-time 2026-03-01.02:40:00"),
    ],
)
def test_the_session_moves_at_the_time_that_was_asked_for(name: str, line: str) -> None:
    assert line in steps(name, change())[Step.PREFER].lines


def test_eos_swaps_the_two_keys_in_one_session() -> None:
    part = steps("eos", change())[Step.PREFER]

    assert part.enter == "configure session dxmacsec"
    roles = [(line.split()[1][:2], line.endswith("fallback")) for line in part.lines if line.strip().startswith("key")]
    assert roles == [("ab", False), ("cd", True)]


@EVERY
def test_without_an_old_key_nothing_is_preferred_or_removed(name: str) -> None:
    made = steps(name, change(old=()))

    assert made[Step.PREFER].lines == made[Step.REMOVE].lines == ()
    assert PLATFORMS[name].first_time(change().places["dxcon-1"])[0] in "\n".join(made[Step.ADD].notes)


def test_junos_gives_a_number_that_is_free() -> None:
    junos = PLATFORMS["junos"]
    place = Place("et-0/0/1", "DX")
    full = tuple(HeldKey(f"{slot:064x}", slot=slot) for slot in range(64))

    assert "key 44 " in junos.add(place, NEW, CAK, (full[43],), NOW)[0]
    with pytest.raises(UnreadableError, match="no number from 0 to 63 is free"):
        junos.add(place, NEW, CAK, full, NOW)


@pytest.mark.parametrize("old", [(OLD,), ()])
def test_no_line_for_people_guesses_a_number_that_a_key_may_have_on_junos(old: tuple[str, ...]) -> None:
    made = steps("junos", change(old=old))

    def numbers(step: Step) -> set[str]:
        return {line.split(" key ")[1].split()[0] for line in made[step].lines}

    assert numbers(Step.ADD) == {"<FREE-NUMBER>"}
    assert numbers(Step.PREFER) == ({"<NUMBER-OF-abababab>"} if old else set())
    assert numbers(Step.REMOVE) == ({"<NUMBER-OF-cdcdcdcd>"} if old else set())


@pytest.mark.parametrize("step", [Step.ADD, Step.PREFER, Step.REMOVE])
def test_people_look_at_the_numbers_before_they_type_one_and_no_secret_is_shown(step: Step) -> None:
    (part,) = parts(PLATFORMS["junos"], change(), (step,))

    shown = text(PLATFORMS["junos"], (part,)).splitlines()
    look = (
        "#   show configuration security authentication-key-chains key-chain DX | display set | except secret | no-more"
    )
    assert shown.index(look) < shown.index(part.lines[0])


def test_a_driver_that_sees_the_chain_types_real_numbers() -> None:
    junos, place = PLATFORMS["junos"], Place("et-0/0/1", "DX")

    seen = (HeldKey(OLD, slot=7), HeldKey(NEW, starts=datetime(2001, 1, 1), slot=9))  # noqa: DTZ001 - the device's own time

    assert "key 9 start-time" in junos.prefer(place, NEW, (OLD,), seen, NOW)[0]
    assert junos.remove(place, (OLD,), seen) == ("delete security authentication-key-chains key-chain DX key 7",)


def test_a_key_that_waits_is_older_than_every_other() -> None:
    place = Place("et-0/0/1", "DX")
    old = HeldKey(OLD, starts=datetime(1995, 5, 5), slot=1)  # noqa: DTZ001 - the device's own time

    assert "start-time 1995-05-04.23:59:00" in PLATFORMS["junos"].add(place, NEW, CAK, (old,), NOW)[2]
    assert "23:59:00 may 04 1995" in PLATFORMS["ios-xr"].add(place, NEW, CAK, (old,), NOW)[-1]


def test_a_key_that_was_ended_may_be_preferred_again() -> None:
    place = Place("Ethernet1/1", "DX")
    ended = HeldKey(NEW, starts=NOW.replace(tzinfo=None), ends=NOW.replace(tzinfo=None) - timedelta(days=1))

    lines = PLATFORMS["nx-os"].prefer(place, NEW, (OLD,), (ended,), NOW)

    assert lines[-1].endswith("infinite")


@pytest.mark.parametrize("name", ["ios-xe", "nx-os"])
def test_a_key_of_another_link_keeps_its_lifetime(name: str) -> None:
    keys = (HeldKey(OLD), HeldKey("ef" * 32), HeldKey(NEW))

    lines = PLATFORMS[name].prefer(Place("Ethernet1/1", "DX"), NEW, (OLD,), keys, NOW)

    assert any(OLD in line for line in lines)
    assert not any("ef" * 32 in line for line in lines)


@pytest.mark.parametrize("stored", ["7 06070E234E4D", "8a $Z1QxYz=="])
def test_eos_keys_are_read_whatever_the_type_of_their_stored_cak(stored: str) -> None:
    shown = f"mac security\n   profile DX\n      cipher aes256-gcm-xpn\n      key {OLD} {stored}\n"

    assert PLATFORMS["eos"].read_keys(Place("Et1", "DX"), shown) == (HeldKey(OLD, stored=stored),)


def test_a_fallback_session_counts_only_where_no_other_is_secured() -> None:
    block = "Status: {}\nCAK Name (CKN) : {}\nCA Authentication Mode : {}\n"
    fallback = block.format("SECURED - Secured", OLD, "FALLBACK-PSK")

    read = PLATFORMS["ios-xr"].in_use

    assert read(fallback + block.format("SECURED - Secured", NEW, "PRIMARY-PSK")) == NEW
    assert read(fallback + block.format("INITIALIZING", NEW, "PRIMARY-PSK")) == OLD


def test_an_answer_of_another_shape_is_unreadable_not_silence() -> None:
    with pytest.raises(UnreadableError, match="another shape"):
        PLATFORMS["eos"].in_use("Interface: Ethernet1\n    CKN: ab\n    Something new: 1\n")
