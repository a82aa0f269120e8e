"""What the build leaves of the SDK is what the functions use: an update of the SDK or a new call can't drift away."""

from __future__ import annotations

import ast
import gzip
import json
from collections import defaultdict
from typing import TYPE_CHECKING

import botocore.session
import pytest
from botocore import xform_name
from botocore.loaders import Loader

from dxmacsec.handlers import wiring
from infra.asset import ROOT, staged
from infra.dependencies import SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUNCTIONS = ROOT / "functions" / "dxmacsec"
ADAPTERS = FUNCTIONS / "adapters"
OWN_CLIENTS = {"FindingsClient": "securityhub", "RoleClient": "sts", "ShelfClient": "s3"}
"""Clients that are typed here, because there are no types of theirs to install."""
OF_MEMBERS = {"lambda": {"invoke"}, "stepfunctions": {"describe_execution", "start_execution"}}
"""What the coordinator asks of clients that its adapter makes itself, with a member's role."""
NO_OPERATIONS = {"exceptions", "meta"}
FEWEST_OPERATIONS = 30


def trees(folder: Path) -> Iterator[ast.Module]:
    for path in sorted(folder.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def services_made() -> set[str]:
    """The first text that each call which makes a client is given."""
    made = set()
    for node in (node for tree in trees(FUNCTIONS) for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
            *("late", "LateClient", "create_client", "client", "_client", "resource")
        }:
            made |= {each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return made


def operations_called() -> dict[str, set[str]]:
    """What the adapters ask of anything that is typed as a client, by service."""
    called = defaultdict(set, {service: set(names) for service, names in OF_MEMBERS.items()})
    for tree in trees(ADAPTERS):
        nodes = list(ast.walk(tree))
        types = dict(OWN_CLIENTS)
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mypy_boto3_"):
                service = (node.module or "").split(".")[0].removeprefix("mypy_boto3_")
                types |= {each.name: service for each in node.names if each.name.endswith("Client")}
        annotated = {
            node.arg: ast.unparse(node.annotation) for node in nodes if isinstance(node, ast.arg) and node.annotation
        }
        clients = {name: types[kind] for name, kind in annotated.items() if kind in types}
        for node in nodes:
            if isinstance(node, ast.Attribute):
                receiver = ast.unparse(node.value).removeprefix("self.").removeprefix("_")
                if receiver in clients and not node.attr.startswith("_"):
                    called[clients[receiver]].add(node.attr)
    return {service: names - NO_OPERATIONS for service, names in called.items()}


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with staged(byte_code=False) as folder:
        yield folder / "botocore" / "data"


def test_clients_are_made_of_the_services_in_the_asset_and_of_no_others() -> None:
    assert services_made() == set(SERVICES) == set(wiring.SERVICES)


def test_adapters_call_every_service_in_the_asset() -> None:
    assert set(operations_called()) == set(SERVICES)


def test_every_operation_that_adapters_call_is_in_the_asset(data: Path) -> None:
    called = operations_called()

    for service, names in called.items():
        model = max((data / service).glob("*/service-2.json.gz"))
        known = json.loads(gzip.decompress(model.read_bytes()))["operations"]
        assert names <= {xform_name(operation) for operation in known}, service
    assert sum(map(len, called.values())) >= FEWEST_OPERATIONS


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_of_every_service_is_made_from_the_data_in_the_asset(service: str, data: Path) -> None:
    session = botocore.session.Session()
    own_data = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", own_data)

    client = session.create_client(
        service,
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - opens nothing
    )

    # What a call asks of the model before it is sent; there the SDK takes documentation for granted.
    model = client.meta.service_model
    pinned = botocore.session.Session().get_service_model(service)
    assert [each.name for each in model.client_context_parameters] == [
        each.name for each in pinned.client_context_parameters
    ]
