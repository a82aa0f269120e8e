from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from audits.imports import NEVER_IMPORTED, imported, packages_of, with_requirements
from audits.licences import ALLOWED_LICENCES, LICENCES, declares, is_pure_python
from audits.locks import DEVELOPMENT, NPM, RUNTIME, LockError, addresses, locked, loose_in_npm, runtime_packages

LOCKS = [RUNTIME, DEVELOPMENT]
HASH = "--hash=sha256:" + "0a" * 32


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_pinned_and_hashed_and_has_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert len(locked(text)) == len(re.findall(r"^[a-z]", text, flags=re.MULTILINE)) > 5
    assert addresses(text) == []


def test_what_is_installed_to_develop_holds_what_runs_in_the_same_versions() -> None:
    development = {each.name: each for each in locked(DEVELOPMENT.read_text(encoding="utf-8"))}

    assert {name: development[name].version for name in runtime_packages()} == {
        name: package.version for name, package in runtime_packages().items()
    }


@pytest.mark.parametrize(
    "line",
    [
        "rich==15.0.0",
        f"rich>=15.0.0 {HASH}",
        f"rich {HASH}",
        "rich==15.0.0 --hash=md5:0a0a",
        f"rich==15.0.0 {HASH} --hash=sha256:short",
        f"rich @ https://example.com/rich.whl {HASH}",
        "-e .",
        "-r other.txt",
    ],
)
def test_a_line_that_is_not_pinned_and_hashed_is_refused(line: str) -> None:
    with pytest.raises(LockError, match="neither pinned nor hashed"):
        locked(f"six==1.17.0 \\\n    {HASH}\n    # via x\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.com/simple",
        "--extra-index-url=//example.com",
        "-i x",
        "--find-links wheels",
        "rich @ git+ssh://example.com/rich",
        "rich @ file:rich.whl",
    ],
)
def test_an_address_in_a_lock_is_found(line: str) -> None:
    assert addresses(f"# https://in.a.remark\nsix==1.17.0\n{line}\n") == [line]


def test_npms_lock_has_a_hash_for_each_package_and_no_address() -> None:
    text = NPM.read_text(encoding="utf-8")

    assert len(json.loads(text)["packages"]) > 1
    assert loose_in_npm(text) == []
    assert not re.search(r"[a-z]+://", text)


@pytest.mark.parametrize(
    "package", [{}, {"integrity": "sha1-abc"}, {"integrity": "sha512-" + "A" * 86 + "==", "resolved": "x"}]
)
def test_a_package_of_npm_without_its_hash_or_with_an_address_is_found(package: dict[str, str]) -> None:
    assert loose_in_npm(json.dumps({"packages": {"": {}, "node_modules/x": package}})) == ["node_modules/x"]


def test_nothing_runs_that_the_functions_do_not_need() -> None:
    needed = with_requirements(packages_of(imported()) | NEVER_IMPORTED.keys())

    assert set(runtime_packages()) == needed
    assert not NEVER_IMPORTED.keys() & packages_of(imported())


def test_an_import_that_only_a_type_checker_sees_needs_no_package(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from typing import TYPE_CHECKING\nimport own, json, rich.pretty\nfrom six.moves import x\n"
        "if TYPE_CHECKING:\n    import boto3\ndef f():\n    import late_one\n"
    )

    assert imported(tmp_path) == {"rich", "six", "late_one"}
    assert packages_of({"six", "nobodys"}) == {"six", "nobodys"}


def test_what_runs_is_under_a_licence_that_asks_nothing_of_the_deployer() -> None:
    assert set(runtime_packages()) == set(LICENCES)
    assert set(LICENCES.values()) <= set(ALLOWED_LICENCES)
    assert [name for name, licence in LICENCES.items() if not declares(name, licence)] == []
    assert not declares("six", "Apache-2.0")


def test_what_runs_is_pure_python() -> None:
    assert [name for name in runtime_packages() if not is_pure_python(name)] == []
    assert not is_pure_python("PyYAML")
