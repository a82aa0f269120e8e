"""The CAK never travels: it is in the secrets, on the router, and nowhere that anybody else may read."""

from __future__ import annotations

import base64
import time
from collections import Counter

import pytest

from tests.workflow.conftest import Scene
from tests.workflow.evidence import Said, every_cak, everything, findings

pytestmark = pytest.mark.deployed

CAK = "0123456789abcdef" * 4

PLACES = {"event", "item", "router task", "letter", "template", "call", "output", "function", "execution"}


def test_no_cak_of_any_key_is_anywhere(scene: Scene) -> None:
    told = scene.stories.all_told()
    caks, said = every_cak(scene.deployed), everything(scene)

    found = findings(said, caks)

    assert {each.status for ended in told.values() for each in ended} == {"SUCCEEDED", "FAILED"}
    assert len(caks) > 20
    seen = Counter(each.place.split()[0] if each.place.startswith(("log", "history")) else each.place for each in said)
    print(f"{len(said)} texts in {len(seen)} places searched for {len(caks)} CAKs")  # noqa: T201 - a figure
    assert set(seen) >= PLACES | {"log", "history", "alarm", "rule", "stack"}
    assert found == []


def test_a_cak_that_a_log_line_holds_is_found(scene: Scene) -> None:
    scene.stories.begin("connection")
    assert scene.stories["connection"][0].status == "SUCCEEDED"
    (cak, *_) = sorted(every_cak(scene.deployed))
    client = scene.deployed.sandbox.client("logs")
    client.create_log_group(logGroupName="/planted")
    client.create_log_stream(logGroupName="/planted", logStreamName="one")
    line = {"timestamp": int(time.time() * 1000), "message": f"a careless line: {cak.upper()}"}
    client.put_log_events(logGroupName="/planted", logStreamName="one", logEvents=[line])

    found = findings(everything(scene), every_cak(scene.deployed))

    client.delete_log_group(logGroupName="/planted")
    assert found == ["log /planted"]


@pytest.mark.parametrize(
    "written",
    [
        CAK,
        CAK.upper(),
        base64.b64encode(bytes.fromhex(CAK)).decode(),
        base64.b64encode(CAK.encode()).decode(),
        base64.b64encode(f'{{"cak": "{CAK}"}}'.encode()).decode(),
        base64.b64encode(b"xx" + bytes.fromhex(CAK) + b"y").decode(),
    ],
    ids=["small letters", "capitals", "base64 of its bytes", "base64 of its digits", "base64 of JSON", "amid bytes"],
)
def test_the_search_knows_a_cak_in_every_clothing(written: str) -> None:
    said = [Said("here", f"before {written} after"), Said("there", "nothing")]

    assert findings(said, {CAK}) == ["here"]
