"""The asset, built for real: what is in it, how large it is, and that it starts alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.asset import SOURCE_MEBIBYTES, zipped_mebibytes
from infra.asset import ROOT, staged
from infra.dependencies import SERVICES, AssetError, installed, refuse_native_code, trimmed_endpoints, undocumented
from infra.names import snake_case
from infra.permissions import PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Properties = Callable[[str], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def asset() -> Iterator[Path]:
    """The asset as it would be uploaded."""
    with staged() as folder:
        yield folder


def run_alone(asset: Path, code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `code` in a Python that sees its standard library and the asset, nothing else."""
    program = f"import sys; sys.path.insert(0, {str(asset)!r})\n{code}"
    return subprocess.run(  # noqa: S603  our own interpreter and code
        [sys.executable, "-I", "-S", "-B", "-c", program],
        env={"AWS_DEFAULT_REGION": "eu-central-1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def digest(folder: Path) -> dict[str, tuple[str, float, int]]:
    """What each file of `folder` is: content, time and rights."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime,
            path.stat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_asset_is_pure_python_without_metadata(asset: Path) -> None:
    names = {path.name for path in asset.rglob("*")}

    assert {"dxmacsec", "botocore", "aws_lambda_powertools"} <= names
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dist-info"))]


def test_asset_is_at_most_four_mebibytes_when_zipped(tmp_path: Path) -> None:
    with staged(byte_code=False) as folder:
        assert not list(folder.rglob("__pycache__"))
        assert zipped_mebibytes(folder, tmp_path / "source.zip") <= SOURCE_MEBIBYTES


def test_same_source_gives_the_same_asset(asset: Path) -> None:
    with staged() as again:
        assert digest(again) == digest(asset)


def test_asset_without_dependencies_is_the_source_alone() -> None:
    with staged(dependencies=False) as folder:
        assert {path.name for path in folder.iterdir()} == {"dxmacsec"}


def test_asset_holds_the_data_of_the_services_in_use_and_no_others(asset: Path) -> None:
    data = asset / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == set(SERVICES)


def test_client_of_every_service_in_use_can_be_made_from_the_asset_alone(asset: Path) -> None:
    code = (
        "from botocore.session import get_session\n"
        f"for name in {SERVICES}: print(get_session().create_client(name).meta.endpoint_url)"
    )

    outcome = run_alone(asset, code, {})

    assert outcome.returncode == 0, outcome.stderr
    assert len(outcome.stdout.splitlines()) == len(SERVICES)
    assert all(".eu-central-1.amazonaws.com" in url for url in outcome.stdout.splitlines())


def test_trimmed_data_is_the_pinned_sdk_s_own(asset: Path) -> None:
    pinned = files("botocore") / "data"

    for service in SERVICES:
        for path in (asset / "botocore" / "data" / service).rglob("*.gz"):
            source = json.loads(gzip.decompress((pinned / service / path.parent.name / path.name).read_bytes()))
            expected = undocumented(source) if path.name == "service-2.json.gz" else source
            assert json.loads(gzip.decompress(path.read_bytes())) == expected


def test_a_member_that_is_called_documentation_is_none() -> None:
    shape = {"type": "structure", "documentation": "words", "members": {"documentation": {"shape": "Text"}}}

    assert undocumented([shape]) == [
        {"type": "structure", "documentation": "", "members": {"documentation": {"shape": "Text"}}}
    ]


def test_trimmed_endpoints_are_those_of_the_source_for_the_services_in_use(asset: Path) -> None:
    source = json.loads((files("botocore") / "data" / "endpoints.json").read_text())
    kept = json.loads((asset / "botocore" / "data" / "endpoints.json").read_text())

    in_use = frozenset(service for partition in kept["partitions"] for service in partition["services"])

    assert kept == trimmed_endpoints(source, in_use)
    assert {"directconnect", "dynamodb", "states"} <= in_use


def test_every_handler_starts_from_the_asset_alone(asset: Path, properties: Properties) -> None:
    [environment] = {
        json.dumps(function["Environment"]["Variables"], sort_keys=True)
        for function in properties("AWS::Lambda::Function").values()
    }
    variables = {
        name: value if isinstance(value, str) else "made-by-the-stack"
        for name, value in json.loads(environment).items()
    }
    modules = [f"dxmacsec.handlers.{snake_case(function_id)}" for function_id in PERMISSIONS]
    code = f"import importlib\nfor name in {modules}: assert callable(importlib.import_module(name).handler), name"

    outcome = run_alone(asset, code, variables)

    assert outcome.returncode == 0, outcome.stderr


def test_every_handler_has_a_function() -> None:
    handlers = {path.stem for path in (ROOT / "functions" / "dxmacsec" / "handlers").glob("*.py")}

    assert {snake_case(function_id) for function_id in PERMISSIONS} <= handlers


def test_refuses_a_dependency_that_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "yaml").mkdir()
    (tmp_path / "yaml" / "_yaml.cpython-313-aarch64-linux-gnu.so").touch()

    with pytest.raises(AssetError, match=r"not pure Python.*: yaml/_yaml\.cpython-313-aarch64-linux-gnu\.so"):
        refuse_native_code(tmp_path)


def test_dependencies_are_installed_once_for_a_lock() -> None:
    cache = ROOT / ".cache" / "asset"
    lock = ROOT / "requirements" / "runtime.txt"

    first = installed(lock, cache)
    made_at = first.stat().st_ctime_ns

    assert installed(lock, cache) == first
    assert first.stat().st_ctime_ns == made_at


def test_refuses_a_lock_that_pip_can_not_install(tmp_path: Path) -> None:
    lock = tmp_path / "runtime.txt"
    lock.write_text("dacite==1.9.2 --hash=sha256:" + "0" * 64)

    with pytest.raises(AssetError, match=r"pip could not install runtime\.txt"):
        installed(lock, tmp_path / "cache")

    assert not [path for path in (tmp_path / "cache").iterdir() if path.name.startswith("dependencies-")]
