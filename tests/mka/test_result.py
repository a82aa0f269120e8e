from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from real_mka import __main__ as command
from real_mka.controls import Control
from real_mka.customer_end import Answers
from real_mka.flows import Direction, Loss, Moment
from real_mka.image import _Archive, _depends
from real_mka.packages import KERNEL, PackagesUnavailable, _requirement, fetched, refuse_other_releases
from real_mka.report import printed
from real_mka.result import Captured, Misled, Result, Rotated, differences

FIRST, NEW = "0d" * 32, "ab" * 32
WHOLE = Direction(10_000, 0, 0, 1.4)
LOSING = Direction(1_000, 300, 0, 3.0)
DONE = (Moment(1.0, "the router begins to prove"), Moment(2.0, "the router has done: prove"))
CAPTURE = Captured(
    frames=20_100, mkpdus=100, macsec=20_000, clear=0, other=0, not_opened=0,
    mkpdus_invalid=0, mkpdus_unknown=0, opened_readable=0,
)  # fmt: skip


def rotated(number: int) -> Rotated:
    return Rotated(
        number=number,
        status="SUCCEEDED",
        error="",
        seconds=25,
        ckn=NEW,
        frames_opened=3_000,
        moved_after_seconds=4.0,
        twin_moved_after_seconds=0.0,
        old_last_traffic_seconds=-8.0,
        real_in_use=NEW,
        twin_in_use=NEW,
        twin_up=True,
    )


GOOD = Result(
    rotated=tuple(rotated(number) for number in range(1, 6)),
    to_aws=WHOLE,
    from_aws=WHOLE,
    captured=CAPTURE,
    controls=(Control("key swapped in place", LOSING, WHOLE),),
    misled=Misled(
        status="FAILED",
        error="RouterOnOldKey",
        to_aws=WHOLE,
        from_aws=WHOLE,
        captured=replace(CAPTURE, mkpdus_invalid=20),
        opened_under_new=0,
        real_in_use=FIRST,
        twin_in_use=None,
        twin_up=False,
        old=FIRST,
        moments=DONE,
        twin_dropped_seconds=15.0,
    ),
    answers=(Answers("dxcon-a", "prove", NEW, NEW, NEW, *DONE), Answers("dxcon-b", "prove", NEW, FIRST, None, *DONE)),
    moments=(Moment(5.0, "AWS's end holds abababab"), Moment(9.0, "AWS's end is on abababab")),
    twin_dropped_seconds=0.0,
    seconds=200.0,
)


def wrong(result: Result) -> list[str]:
    return [check.what for check in result.checks() if not check.holds]


def test_a_run_without_a_loss_holds_and_is_written_whole() -> None:
    assert wrong(GOOD) == []

    document = json.loads(json.dumps(GOOD.to_json()))
    assert document["holds"] is True
    assert document["captured"]["frames"] == 20_100


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (replace(GOOD, rotated=GOOD.rotated[:4]), "rotations in a row that succeeded"),
        (
            replace(GOOD, rotated=(*GOOD.rotated[:4], replace(GOOD.rotated[4], status="FAILED"))),
            "rotations in a row that succeeded",
        ),
        (replace(GOOD, from_aws=Direction(10_000, 1, 0, 0)), "five rotations: datagrams lost"),
        (replace(GOOD, to_aws=Direction(0, 0, 0, 0)), "five rotations: datagrams lost"),
        (replace(GOOD, captured=replace(CAPTURE, clear=1, frames=20_101)), "five rotations: frames in clear"),
        (replace(GOOD, captured=replace(CAPTURE, not_opened=1)), "five rotations: frames in clear"),
        (replace(GOOD, captured=replace(CAPTURE, opened_readable=1)), "five rotations: frames in clear"),
        (replace(GOOD, captured=replace(CAPTURE, mkpdus_unknown=1)), "five rotations: frames in clear"),
        (replace(GOOD, captured=replace(CAPTURE, mkpdus_invalid=1)), "MKPDUs with a wrong ICV"),
        (
            replace(GOOD, rotated=(*GOOD.rotated[:4], replace(GOOD.rotated[4], frames_opened=0))),
            "frames that open under the CAK of each key secret",
        ),
        (
            replace(GOOD, rotated=(replace(GOOD.rotated[0], old_last_traffic_seconds=0.5), *GOOD.rotated[1:])),
            "rotations with traffic under the old key after its removal",
        ),
        (
            replace(GOOD, rotated=(replace(GOOD.rotated[0], old_last_traffic_seconds=None), *GOOD.rotated[1:])),
            "rotations with traffic under the old key after its removal",
        ),
        (replace(GOOD, controls=(Control("swap", WHOLE, WHOLE),)), "control: swap"),
        (
            replace(GOOD, misled=replace(GOOD.misled, status="SUCCEEDED", error="")),
            "wrong CAK: the rotation ends at the prove gate",
        ),
        (
            replace(GOOD, misled=replace(GOOD.misled, error="AssociationTimedOut")),
            "wrong CAK: the rotation ends at the prove gate",
        ),
        (replace(GOOD, misled=replace(GOOD.misled, to_aws=LOSING)), "wrong CAK: datagrams lost"),
        (replace(GOOD, misled=replace(GOOD.misled, opened_under_new=1)), "wrong CAK: the new key never carries"),
        (replace(GOOD, misled=replace(GOOD.misled, real_in_use=NEW)), "wrong CAK: the new key never carries"),
        (replace(GOOD, misled=replace(GOOD.misled, captured=CAPTURE)), "wrong CAK: the new key never carries"),
    ],
)
def test_a_run_that_broke_a_promise_does_not_hold_and_says_which(bad: Result, what: str) -> None:
    assert wrong(bad) == [what]
    assert bad.to_json()["holds"] is False


def test_what_does_not_hold_is_said_last_with_where_it_happened() -> None:
    lost = replace(GOOD, from_aws=Direction(10_000, 2, 0, 0.1, (Loss(2, 9.25),)))
    odd = replace(lost, captured=replace(CAPTURE, mkpdus_unknown=3))
    text = StringIO()

    printed(odd, Console(file=text, width=200))

    lost_line, odd_line = text.getvalue().splitlines()[-2:]
    where = "from AWS: 2 lost 0.25 s after: AWS's end is on abababab"
    assert lost_line == f"does not hold: five rotations: datagrams lost: 2 of 20,000; {where}"
    assert odd_line.endswith("frames in clear: 0 of 20,100, 3 MKPDUs of no key that we know")


def test_of_a_run_that_holds_nothing_is_said_not_to() -> None:
    text = StringIO()

    printed(GOOD, Console(file=text, width=200))

    assert "does not hold" not in text.getvalue()


def test_where_the_twin_differs_is_told_with_both_words() -> None:
    assert differences(GOOD) == [
        ("dxcon-b, prove: key in use", FIRST[:8], "none"),
        ("wrong CAK: key in use at AWS's end", FIRST[:8], "none"),
        ("wrong CAK: encryption", "up", "down"),
        ("from associated to in use at AWS's end", "4.0 to 4.0 s", "0.0 to 0.0 s"),
        ("wrong CAK: seconds without traffic", "0.0 s", "15.0 s"),
    ]


def test_where_the_packages_can_not_be_had_the_command_says_why_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unavailable(_cache: object) -> None:
        reason = "apt-get is not here"
        raise PackagesUnavailable(reason)

    monkeypatch.setattr(command, "fetched", unavailable)

    console = Console(record=True, file=StringIO())

    assert command.shown(console) == 0
    assert "skipped: apt-get is not here" in console.export_text().splitlines()


def test_another_processor_is_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")

    with pytest.raises(PackagesUnavailable, match="the packages are for x86_64, this machine is aarch64"):
        fetched(tmp_path)


def test_a_machine_without_apt_is_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _tool: None)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")

    with pytest.raises(PackagesUnavailable, match="apt-get is not here"):
        fetched(tmp_path)


def test_what_was_unpacked_before_is_used_without_asking_anybody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda _tool: None)
    (tmp_path / "root/boot").mkdir(parents=True)
    (tmp_path / "root/packages.txt").write_text("a=1\nb=2\n")
    (tmp_path / "root/boot/vmlinuz-6.1.0-1-amd64").touch()

    packages = fetched(tmp_path)

    assert packages.names == ("a=1", "b=2")
    assert packages.kernel_release == "6.1.0-1-amd64"


def test_a_package_is_named_with_its_version_as_apt_wrote_it() -> None:
    line = "'http://mirror.example/pool/w/wpa.deb' wpasupplicant_2%3a2.10-12+deb12u3_amd64.deb 1419440 SHA256:00"

    assert _requirement(line) == "wpasupplicant=2:2.10-12+deb12u3"
    assert KERNEL == "linux-image-amd64"


def test_another_release_is_a_reason() -> None:
    refuse_other_releases(["libc6=2.36", "python3.11-minimal=3.11.2"])

    with pytest.raises(PackagesUnavailable, match="are not those of Debian 12"):
        refuse_other_releases(["libc6=2.41", "python3.13-minimal=3.13.5"])


def test_an_archive_is_what_a_kernel_unpacks() -> None:
    archive = _Archive()
    archive.file("a/b/odd", b"12345", executable=True)
    body = archive.finished()

    assert _unpacked(body) == [
        ("a", 0o40755, b""),
        ("a/b", 0o40755, b""),
        ("a/b/odd", 0o100755, b"12345"),
        ("TRAILER!!!", 0, b""),
    ]


def test_a_module_names_what_it_depends_on(tmp_path: Path) -> None:
    module = tmp_path / "a.ko"
    module.write_bytes(b"ELF\0license=GPL\0depends=gf128mul,ghash-generic\0name=a\0")
    alone = tmp_path / "b.ko"
    alone.write_bytes(b"ELF\0depends=\0name=b\0")

    assert list(_depends(module)) == ["gf128mul", "ghash-generic"]
    assert list(_depends(alone)) == []


def _unpacked(body: bytes) -> list[tuple[str, int, bytes]]:
    """Read an archive of the format `newc` by its description: cpio(5)."""
    entries, at = [], 0
    while at < len(body):
        assert body[at : at + 6] == b"070701"
        numbers = [int(body[at + 6 + 8 * each : at + 14 + 8 * each], 16) for each in range(13)]
        name_end = at + 110 + numbers[11]
        name = body[at + 110 : name_end - 1].decode()
        start = name_end + -(name_end) % 4
        entries.append((name, numbers[1], body[start : start + numbers[6]]))
        at = start + numbers[6] + -(start + numbers[6]) % 4
    return entries
