"""A Region with thousands of connections: one connection as the twin describes it, repeated under other ids.

The twin itself moves every link's traffic at every call, which thousands of links don't need here.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.fleet import Fleet, KeySince
from dxmacsec.interfaces import World
from dxmacsec.model import Execution, KeyPair, Label
from dxmacsec.steps.plan_fleet import plan_fleet
from sandbox.twin.client import TwinClient
from tests.worlds.estates import LINK, a_connection
from tests.worlds.outside import FakeManagedSecrets
from tests.worlds.scene import Scene, a_scene

MOST_A_PAGE = 100
GROUP_TAG = "dxmacsec:redundancy-group"
OLD = timedelta(days=100)


class Pages:
    """Answers the reads of a Region in pages, and counts the calls."""

    def __init__(self, connections: list[dict[str, Any]]) -> None:
        """Take every connection as Direct Connect describes it."""
        self._connections = connections
        self.calls = 0

    @property
    def first(self) -> str:
        """Return the id of the first connection."""
        return str(self._connections[0]["connectionId"])

    def describe_connections(
        self,
        *,
        maxResults: int = MOST_A_PAGE,  # noqa: N803 - the API's names
        nextToken: str = "0",  # noqa: N803
        connectionId: str = "",  # noqa: N803
    ) -> dict[str, Any]:
        """Return a page of connections, or the one that is named."""
        self.calls += 1
        if connectionId:
            return {"connections": [each for each in self._connections if each["connectionId"] == connectionId]}
        start, end = int(nextToken), int(nextToken) + min(maxResults, MOST_A_PAGE)
        more = {"nextToken": str(end)} if end < len(self._connections) else {}
        return {"connections": self._connections[start:end], **more}

    def describe_interconnects(self, **_page: object) -> dict[str, Any]:
        """Return that there are none."""
        self.calls += 1
        return {"interconnects": []}

    def describe_lags(self, **_page: object) -> dict[str, Any]:
        """Return that there are none."""
        self.calls += 1
        return {"lags": []}

    def list_resiliency_groups(self, **_page: object) -> dict[str, Any]:
        """Return that the account has none: the groups are tags here."""
        self.calls += 1
        return {"resiliencyGroups": []}


def plan(world: World) -> Fleet:
    """Plan a run over everybody who is due."""
    arn = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateFleet:benchmark"
    return plan_fleet({}, Execution(arn, "benchmark", world.clock.now()), world)


def a_region(
    links: int, *, links_a_group: int = 2, due: bool = True, tags: Mapping[str, str] | None = None
) -> tuple[Scene, World, Pages]:
    """Return a world of so many connections with a key of ours each, all of them due or none; `tags` are on each."""
    scene = a_scene(a_connection(mode="must_encrypt"))
    one = TwinClient(scene.twin).describe_connections(connectionId=LINK)["connections"][0]
    ids = [f"dxcon-{number:08x}" for number in range(links)]
    group_of = {link: f"group-{number // links_a_group}" for number, link in enumerate(ids)}
    pages = Pages([_like(one, link, {GROUP_TAG: group, **(tags or {})}) for link, group in group_of.items()])
    client = cast("Any", pages)
    now = scene.clock.now()
    for link in ids:
        ckn = ckn_of(link)
        since = now - (OLD if due else timedelta(days=1))
        scene.fleet_ledger.set_key_since(link, KeySince(ckn, since, "r1"))
        scene.key_secrets.create(link)
        pair = KeyPair(ckn, scene.key_maker.pair().cak)
        scene.key_secrets.put(link, "v1", pair, frozenset({Label.IN_USE, Label.ckn(ckn)}))
    # The fakes without the trouble that tests can put before them: it counts every call that was made so far.
    world = replace(
        scene.world,
        direct_connect=AwsDirectConnect(client, client),
        key_secrets=scene.key_secrets,
        managed_secrets=FakeManagedSecrets(scene.managed),
        ledger=scene.ledger,
        fleet_ledger=scene.fleet_ledger,
        compliance_ledger=scene.compliance,
        herald=scene.herald,
        executions=scene.executions,
        remedies=scene.remedies,
        findings=scene.findings,
        later=scene.later,
    )
    return scene, world, pages


def ckn_of(link: str) -> str:
    """Return a link's CKN: its id's digits, repeated."""
    return link.removeprefix("dxcon-") * 8


def _like(one: dict[str, Any], link: str, tagged: Mapping[str, str]) -> dict[str, Any]:
    copied = copy.deepcopy(one)
    tags = [{"key": key, "value": value} for key, value in tagged.items()]
    keys = [{**key, "ckn": ckn_of(link)} for key in one["macSecKeys"]]
    return {**copied, "connectionId": link, "connectionName": link, "tags": tags, "macSecKeys": keys}
