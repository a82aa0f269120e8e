"""What a cold start loads and looks through, in the asset as it is uploaded: counts, which no machine changes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.asset import staged
from infra.dependencies import SERVICES
from infra.names import snake_case
from infra.permissions import PERMISSIONS

NOT_LOADED = ("aws_xray_sdk", "boto3", "pydantic")
MOST_LISTINGS = 60
MOST_CLIENTS = 5
"""No function calls more services than these in one call; `make bench` shows which."""
MOST_MODULES = 400
"""Those of the asset, all functions in one process; Python's own differ from version to version."""

LOOK = """
import importlib, json, sys
listed = []
sys.addaudithook(lambda event, args: listed.append(args[0]) if event in ("os.listdir", "os.scandir") else None)
handlers, services = json.loads(sys.argv[1])
for name in handlers:
    importlib.import_module(name)
wiring = importlib.import_module("dxmacsec.handlers.wiring")
session = wiring.own_session()
for service in services:
    wiring.LateClient(session, service).meta
print(json.dumps({"modules": sorted(sys.modules), "listed": [str(each) for each in listed]}))
"""


@pytest.fixture(scope="module")
def asset() -> Iterator[Path]:
    with staged(byte_code=False) as folder:
        yield folder


def look(asset: Path, handlers: list[str], services: tuple[str, ...]) -> dict[str, Any]:
    """Load handlers and make clients in a fresh process that sees the asset and its standard library."""
    environment = {"PYTHONPATH": str(asset), "AWS_DEFAULT_REGION": "eu-central-1", "HOME": str(asset)}
    outcome = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-S", "-B", "-c", LOOK, json.dumps([handlers, services])],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(outcome.stdout)
    return seen


@pytest.fixture(scope="module")
def everything(asset: Path) -> dict[str, Any]:
    """All functions in one process, with a client of every service."""
    return look(asset, [f"dxmacsec.handlers.{snake_case(function)}" for function in PERMISSIONS], SERVICES)


def test_no_function_loads_what_it_does_not_need(everything: dict[str, Any]) -> None:
    loaded = {name.split(".")[0] for name in everything["modules"]}

    assert loaded.isdisjoint(NOT_LOADED)
    assert {"botocore", "dxmacsec"} <= loaded


def test_all_functions_together_load_no_more_modules_than_they_did(everything: dict[str, Any]) -> None:
    shipped = [name for name in everything["modules"] if name.split(".")[0] not in sys.stdlib_module_names]

    assert len(shipped) <= MOST_MODULES


@pytest.mark.parametrize("function", ["CloseRecovery", "HearChange"])
def test_a_function_that_calls_most_services_lists_few_folders(asset: Path, function: str) -> None:
    seen = look(asset, [f"dxmacsec.handlers.{snake_case(function)}"], SERVICES[:MOST_CLIENTS])

    assert len(seen["listed"]) <= MOST_LISTINGS, seen["listed"]


def test_the_data_of_services_is_not_searched_for_what_is_there(everything: dict[str, Any]) -> None:
    looked = [each for each in everything["listed"] if "/botocore/data/" in each]

    assert {Path(each).name for each in looked} == set(SERVICES)
    assert len(looked) <= 2 * len(SERVICES)
