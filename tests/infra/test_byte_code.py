"""Byte code in the asset: of the runtime's own Python or none, never compared with its source, the same each time."""

from __future__ import annotations

import importlib.util
import marshal
import sys
from typing import TYPE_CHECKING

import pytest

from infra import byte_code
from infra.asset import staged
from infra.byte_code import OWN, TASK_ROOT, Interpreter, compile_all, interpreter_of

if TYPE_CHECKING:
    from pathlib import Path

UNCHECKED_HASH = 1
"""The flags of byte code that is never compared with its source (PEP 552)."""


def a_program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def other_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole path, while the Python that runs this is said to be 3.9."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(byte_code, "OWN", Interpreter(sys.executable, "3.9.1"))
    return tmp_path / "bin"


def test_takes_the_python_that_runs_the_build_where_it_is_of_the_version() -> None:
    assert interpreter_of("{}.{}".format(*sys.version_info)) == OWN


def test_takes_the_python_of_the_path_by_what_it_says_of_itself(other_version: Path) -> None:
    a_program(other_version, "python3.13", "echo 3.13.2; echo /opt/python/bin/python3.13")

    assert interpreter_of("3.13") == Interpreter("/opt/python/bin/python3.13", "3.13.2")


@pytest.mark.parametrize("text", ["exit 127", "echo 3.12.7; echo /usr/bin/python3.12", "echo 3.130.0", "true"])
def test_a_name_on_the_path_that_is_no_such_python_is_none(other_version: Path, text: str) -> None:
    a_program(other_version, "python3.13", text)

    assert interpreter_of("3.13") is None


def test_without_any_such_python_there_is_none(other_version: Path) -> None:
    assert not other_version.exists()
    assert interpreter_of("3.13") is None


def test_byte_code_is_not_compared_with_its_source_and_names_the_task_root(tmp_path: Path) -> None:
    module = tmp_path / "package" / "module.py"
    module.parent.mkdir()
    module.write_text("def answer(): return 42\n")

    compile_all(tmp_path, tmp_path, OWN)

    made = module.parent / "__pycache__" / f"module.{sys.implementation.cache_tag}.pyc"
    data = made.read_bytes()
    assert data[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(data[4:8], "little") == UNCHECKED_HASH
    assert marshal.loads(data[16:]).co_filename == f"{TASK_ROOT}/package/module.py"  # noqa: S302 - made just now


def test_an_asset_without_such_a_python_is_source_and_says_so(
    other_version: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not other_version.exists()

    with staged() as folder:
        assert not list(folder.rglob("*.pyc"))

    assert capsys.readouterr().err.count("\n") == 1


def test_an_asset_with_such_a_python_has_byte_code_for_every_module_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infra.asset.interpreter_of", lambda _version: OWN)

    with staged() as one, staged() as other:
        modules = {path.relative_to(one) for path in one.rglob("*.py")}
        made = {path.relative_to(one): path.read_bytes() for path in one.rglob("*.pyc")}
        assert made == {path.relative_to(other): path.read_bytes() for path in other.rglob("*.pyc")}

    assert {importlib.util.source_from_cache(str(path)) for path in made} == {str(path) for path in modules}


def test_byte_code_of_another_version_changes_nothing_for_who_runs_the_asset(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("ANSWER = 42\n")
    stale = tmp_path / "__pycache__" / "module.cpython-399.pyc"
    stale.parent.mkdir()
    stale.write_bytes(b"of another Python")

    spec = importlib.util.spec_from_file_location("module", module)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)

    assert loaded.ANSWER == 42
