"""The driver that runs a program: real processes, none of them longer than it must be."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from dataclasses import replace
from pathlib import Path
from shutil import which
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from agent.driver import NobodyWaitsError, RouterDriverError
from agent.program.driver import ProgramDriver, ProgramSettings
from agent.task import parse_task
from dxmacsec.model import Cak, KeyPair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.task import RouterTask

LINK, NEW, CAK = "dxcon-fg5678gh", "ab" * 32, "c0ffee15" * 8


@pytest.fixture
def task(body: Callable[..., dict[str, Any]]) -> RouterTask:
    return parse_task(json.dumps(body()))


def program(tmp_path: Path, text: str, seconds: float = 20) -> ProgramDriver:
    path = tmp_path / "rotate"
    path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return ProgramDriver(ProgramSettings((str(path), "--site", "north"), seconds))


def test_the_program_reads_the_task_and_answers_for_every_port(tmp_path: Path, task: RouterTask) -> None:
    seen = tmp_path / "seen"
    driver = program(
        tmp_path,
        f"task = json.load(sys.stdin); open({str(seen)!r}, 'w').write(json.dumps([task, sys.argv, dict(os.environ)]))\n"
        "print(json.dumps({'ports': {port: task['ckn'] for port in task['ports']}}))",
    )

    ports = driver.install(task, KeyPair(NEW, Cak(CAK)))

    document, argv, environment = json.loads(seen.read_text())
    assert ports == {LINK: NEW}
    assert (document["task"], document["cak"], document["old_ckns"]) == ("install", CAK, ["cd" * 32])
    assert argv[1:] == ["--site", "north"]
    assert CAK not in json.dumps([argv, environment])
    assert "token" not in json.dumps(document)


@pytest.mark.parametrize("name", ["prove", "confirm", "remove"])
def test_no_other_task_tells_the_cak(name: str, tmp_path: Path, task: RouterTask) -> None:
    driver = program(
        tmp_path,
        "task = json.load(sys.stdin); assert 'cak' not in task; print(json.dumps({'ports': {task['link']: None}}))",
    )

    assert getattr(driver, name)(task) == {LINK: None}


def test_a_program_that_fails_is_a_failure_in_its_own_words_without_the_cak(tmp_path: Path, task: RouterTask) -> None:
    driver = program(tmp_path, "print('bad line:', json.load(sys.stdin)['cak'].upper(), file=sys.stderr); sys.exit(3)")

    with pytest.raises(RouterDriverError) as caught:
        driver.install(task, KeyPair(NEW, Cak(CAK)))

    assert "ended with 3: bad line: (…)" in str(caught.value)
    assert CAK not in str(caught.value).lower()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "done",
        "[]",
        '{"ports": []}',
        '{"ports": {}}',
        '{"ports": {"dxcon-other": null}}',
        f'{{"ports": {{"{LINK}": "x"}}}}',
    ],
)
def test_what_is_no_answer_for_exactly_these_ports_is_a_failure(said: str, tmp_path: Path, task: RouterTask) -> None:
    with pytest.raises(RouterDriverError, match=f"with {LINK} on stdout"):
        program(tmp_path, f"print({said!r})").confirm(task)


def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path: Path, task: RouterTask) -> None:
    child = tmp_path / "child"
    driver = program(
        tmp_path,
        "import subprocess\n"
        f"open({str(child)!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))\ntime.sleep(60)",
        seconds=1,
    )
    begun = monotonic()

    with pytest.raises(RouterDriverError, match="took longer than 1 s"):
        driver.confirm(task)

    assert monotonic() - begun < 15
    assert _ends(int(child.read_text()))


LEFT_BEHIND = """import subprocess
child = subprocess.Popen(['sleep', '30'], start_new_session=True)
open({path!r}, 'w').write(str(child.pid))"""
"""A program that starts another of its own session, which holds the output."""


@pytest.fixture
def left_behind(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "left"
    yield LEFT_BEHIND.format(path=str(path))
    os.kill(int(path.read_text()), signal.SIGKILL)


def test_the_time_limit_holds_for_a_program_whose_output_another_holds_open(
    left_behind: str, tmp_path: Path, task: RouterTask
) -> None:
    begun = monotonic()

    with pytest.raises(RouterDriverError, match="took longer than 1 s"):
        program(tmp_path, left_behind + "\ntime.sleep(60)", seconds=1).confirm(task)

    assert monotonic() - begun < 15


def test_a_program_is_over_when_it_ends_and_not_when_its_output_does(
    left_behind: str, tmp_path: Path, task: RouterTask
) -> None:
    answer = f"\nprint(json.dumps({{'ports': {{{LINK!r}: None}}}}))"
    begun = monotonic()

    ports = program(tmp_path, left_behind + answer).confirm(task)

    assert ports == {LINK: None}
    assert monotonic() - begun < 15


def test_a_long_task_and_a_long_answer_pass_the_pipes(tmp_path: Path, body: Callable[..., dict[str, Any]]) -> None:
    ports = [f"dxcon-{number:08x}" for number in range(20_000)]
    driver = program(
        tmp_path,
        "time.sleep(0.5); task = json.load(sys.stdin); print('x' * 200_000, file=sys.stderr)\n"
        "print(json.dumps({'ports': dict.fromkeys(task['ports'])}))",
    )

    answer = driver.confirm(parse_task(json.dumps(body(task="confirm", ports=ports))))

    assert answer == dict.fromkeys(ports)


def _ends(pid: int) -> bool:
    """Tell whether a process ends within seconds: a signal is sent at once and heard when the machine comes to it."""
    until = monotonic() + 60
    while _runs(pid) and monotonic() < until:
        sleep(0.01)
    return not _runs(pid)


def _runs(pid: int) -> bool:
    """Tell whether a process works; one that is dead and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


EXAMPLE = Path(__file__).parents[2] / "agent" / "examples" / "rotate.sh"
ROUTER = """#!/bin/sh
echo "$*" >> "$0.asked"
case "$1" in
install) jq -e '.cak | length == 64' > /dev/null ;;
in-use) echo "{used}" ;;
esac
"""


@pytest.mark.skipif(which("jq") is None, reason="the example needs jq")
@pytest.mark.parametrize("used", [NEW, ""])
def test_the_example_in_shell_does_every_task(
    used: str, tmp_path: Path, body: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    router = tmp_path / "router"
    router.write_text(ROUTER.replace("{used}", used))
    router.chmod(0o700)
    monkeypatch.setenv("DXMACSEC_ROUTER", str(router))
    driver = ProgramDriver(ProgramSettings((str(EXAMPLE),)))

    answers = [driver.install(parse_task(json.dumps(body())), KeyPair(NEW, Cak(CAK)))]
    answers += [
        getattr(driver, name)(parse_task(json.dumps(body(task=name)))) for name in ("prove", "confirm", "remove")
    ]

    asked = Path(f"{router}.asked").read_text()
    assert answers == [{LINK: used or None}] * 4
    assert [line.split()[0] for line in asked.splitlines() if "in-use" not in line] == ["install", "prefer", "remove"]
    assert f"remove {'cd' * 32}" in asked
    assert CAK not in asked


HANGS = """#!/bin/sh
trap '' TERM
echo > "$TMPDIR/hangs"
sleep 30
"""
"""A program that the scripts start: deaf to SIGTERM, as one that waits for a router may be."""


@pytest.mark.skipif(which("jq") is None, reason="the examples need jq")
@pytest.mark.parametrize("name", ["rotate.sh", "playbook.sh"])
def test_no_example_leaves_the_cak_on_the_disk_when_its_time_is_over(
    name: str, tmp_path: Path, task: RouterTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hanging in ("router", "ansible-playbook"):
        (tmp_path / hanging).write_text(HANGS)
        (tmp_path / hanging).chmod(0o700)
    monkeypatch.setenv("DXMACSEC_ROUTER", str(tmp_path / "router"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    driver = ProgramDriver(ProgramSettings((str(EXAMPLE.with_name(name)),), 1))

    with pytest.raises(RouterDriverError, match="took longer than 1 s"):
        driver.install(task, KeyPair(NEW, Cak(CAK)))

    assert (tmp_path / "hangs").exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and CAK in path.read_text()] == []


def test_a_program_that_nobody_waits_for_any_more_is_stopped(tmp_path: Path, task: RouterTask) -> None:
    begun = monotonic()
    asked = replace(task, still_wanted=lambda: monotonic() < begun + 1)

    with pytest.raises(NobodyWaitsError, match="nobody waits for it"):
        program(tmp_path, "time.sleep(60)").confirm(asked)

    assert monotonic() - begun < 15


def test_a_program_is_not_even_started_for_a_task_that_nobody_waits_for(tmp_path: Path, task: RouterTask) -> None:
    started = tmp_path / "started"

    with pytest.raises(NobodyWaitsError):
        program(tmp_path, f"open({str(started)!r}, 'w')").confirm(replace(task, still_wanted=lambda: False))

    assert not started.exists()


def test_a_program_may_clean_up_when_its_time_is_over(tmp_path: Path, task: RouterTask) -> None:
    cleaned = tmp_path / "cleaned"
    driver = program(
        tmp_path,
        f"import signal\nsignal.signal(signal.SIGTERM, lambda *_: (open({str(cleaned)!r}, 'w'), sys.exit()))\n"
        "time.sleep(60)",
        seconds=1,
    )

    with pytest.raises(RouterDriverError, match="took longer than 1 s"):
        driver.confirm(task)

    assert cleaned.exists()


def test_a_program_that_does_not_want_to_end_is_killed(tmp_path: Path, task: RouterTask) -> None:
    pid = tmp_path / "pid"
    driver = program(
        tmp_path,
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)",
        seconds=1,
    )

    with pytest.raises(RouterDriverError, match="took longer than 1 s"):
        driver.confirm(task)

    assert _ends(int(pid.read_text()))


def test_a_program_that_is_not_there_is_a_failure(task: RouterTask) -> None:
    with pytest.raises(RouterDriverError, match="/nonexistent can't be run: No such file"):
        ProgramDriver(ProgramSettings(("/nonexistent",))).confirm(task)


def test_a_program_that_reads_nothing_is_no_failure(tmp_path: Path, task: RouterTask) -> None:
    driver = program(tmp_path, f"os.close(0); print(json.dumps({{'ports': {{{LINK!r}: None}}}}))")

    assert driver.install(task, KeyPair(NEW, Cak(CAK))) == {LINK: None}
