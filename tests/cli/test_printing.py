from __future__ import annotations

import pytest

from cli.printing import PIPE_COLUMNS, console, show

LONG = "a command of many words " * 12


def test_what_is_piped_is_wider_than_a_terminal_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    assert (console().width, console(stderr=True).width) == (PIPE_COLUMNS, PIPE_COLUMNS)


def test_a_width_that_a_person_gives_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")

    assert console().width == 90


def test_a_line_that_is_copied_from_is_never_broken(capsys: pytest.CaptureFixture[str]) -> None:
    show({}, LONG, as_json=False, unbroken=True)
    unbroken = capsys.readouterr().out
    show({}, LONG, as_json=False)

    assert unbroken == f"{LONG}\n"
    assert capsys.readouterr().out.count("\n") > 1
