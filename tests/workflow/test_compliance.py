"""`must_encrypt` holds on the deployed product: what anybody changes comes back, where that is safe."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from infra.permissions.excused import BY_AWS
from sandbox.cloud import Sandbox
from sandbox.cloud.envelope import envelope
from sandbox.routers import answering
from sandbox.twin import Estate, LagPlan, PortPlan
from sandbox.twin.building import hand_made_pair
from sandbox.twin.estates import LOCATIONS
from tests.conftest import OneSandbox
from tests.sandbox.waiting import eventually
from tests.workflow.deployed import Deployed
from tests.workflow.messages import Messages
from tests.workflow.roles import covers, excused, granted, used

pytestmark = pytest.mark.deployed

SWEEP = "dxmacsec-SweepLinks"
LAG = "dxlag-driftlag"
PATIENCE_SECONDS = 120
CHANGED = "MACsec Compliance Changed"
MOST_CALLS = 100
"""Reads of Direct Connect that a burst of 1,000 events about two links may lead to."""


def _port(name: str, **more: Any) -> PortPlan:  # noqa: ANN401 - the fields of a PortPlan
    tags = {"dxmacsec:redundancy-group": name, **more.pop("tags", {})}
    return PortPlan(f"dxcon-{name}", name, "EqDC2", mode="must_encrypt", keys=1, tags=tags, **more)


ESTATE = Estate(
    locations=LOCATIONS,
    connections=(
        *(_port(name) for name in ("drift001", "drift002", "darkone1", "lastkey1", "noevent1", "burst001", "burst002")),
        *(_port(name) for name in ("deleted1", "ordered1")),
        _port("audited1", tags={"dxmacsec:enforcement": "audit"}),
        _port("exempt01", tags={"dxmacsec:exempt-until": "2099-12-31"}),
        replace(_port("branch01"), bandwidth="1Gbps", macsec=False, keys=0, mode="no_encrypt"),
    ),
    lags=(
        LagPlan(
            LAG,
            "driftlag",
            "EqNY5",
            members=tuple(
                PortPlan(f"dxcon-{name}", name, "EqNY5", bandwidth="10Gbps")
                for name in ("driftm01", "driftm02", "leaver01")
            ),
            mode="must_encrypt",
            keys=1,
            tags={"dxmacsec:redundancy-group": LAG},
        ),
    ),
)
SETTINGS = {"onboard": "on", "security_hub": True, "tags_may_loosen": True, "changes_window_seconds": 1}


@dataclass(frozen=True)
class Watched:
    """The product on the embedded AWS, with everything that it says."""

    deployed: Deployed
    messages: Messages

    @property
    def sandbox(self) -> Sandbox:
        return self.deployed.sandbox

    @property
    def direct_connect(self) -> Any:  # noqa: ANN401 - a boto3 client
        return self.sandbox.client("directconnect")

    def mode(self, link: str) -> str:
        return str(self.deployed.described(link)["encryptionMode"])

    def standing(self, link: str) -> dict[str, Any]:
        rows = [row for row in self.deployed.rows() if (row["pk"], row["sk"]) == ("COMPLIANCE", link)]
        return dict(rows[0]) if rows else {}

    def reasons(self, link: str) -> list[str]:
        return list(self.standing(link).get("reasons", []))

    def sweep(self) -> None:
        self.sandbox.delivery.fire_schedule(SWEEP)
        self.sandbox.settle()

    def changes(self, link: str) -> list[dict[str, Any]]:
        told = (each["detail"] for each in self.sandbox.events if each["detail-type"] == CHANGED)
        return [detail for detail in told if detail["link"] == link]

    def letters(self, link: str) -> list[str]:
        return [each["Subject"] for each in self.messages.take() if link in each["Subject"]]

    def enforcements(self, link: str) -> list[str]:
        client = self.sandbox.client("stepfunctions")
        machine = self.sandbox.outputs["EnforceEncryptionArn"]
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine)
        return [each["executionArn"] for page in pages for each in page["executions"] if f"-{link}-" in each["name"]]

    def comes_back(self, link: str) -> None:
        eventually(lambda: self.mode(link), lambda mode: mode == "must_encrypt", PATIENCE_SECONDS)
        eventually(lambda: self.reasons(link), lambda seen: seen and "ModeNotEnforced" not in seen, PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def product(one_sandbox: OneSandbox) -> Watched:
    sandbox = one_sandbox.of("compliance", lambda: Sandbox(estate=ESTATE, context_overrides={"dxmacsec": SETTINGS}))
    sandbox.client("securityhub").enable_security_hub()
    messages = Messages(sandbox)
    answering(sandbox)
    product = Watched(Deployed(sandbox), messages)
    for link in ("dxcon-drift001", "dxcon-burst001", "dxcon-burst002", "dxcon-exempt01"):
        adopt(product, link)
    product.sweep()
    return product


@pytest.fixture
def watched(product: Watched) -> Iterator[Watched]:
    yield product
    product.sandbox.settle()


def adopt(product: Watched, link: str) -> None:
    """Tell the key secret of the pair that the link has had all along, as a person who knows it may."""
    pair = hand_made_pair(link, 1)
    client = product.sandbox.client("secretsmanager")
    secret = product.sandbox.outputs["KeySecretPrefix"] + link
    client.create_secret(Name=secret, SecretString="{}")
    client.put_secret_value(
        SecretId=secret,
        SecretString=json.dumps({"ckn": pair.ckn, "cak": pair.cak.reveal()}),
        VersionStages=["AWSCURRENT", "DxInUse", f"DxCkn-{pair.ckn.lower()}"],
    )


def test_the_first_sweep_judges_every_link_and_writes_one_letter_for_all(product: Watched) -> None:
    assert product.reasons("dxcon-drift001") == ["Compliant"]
    assert product.reasons("dxcon-drift002") == ["KeyUnknown"]
    assert product.reasons("dxcon-branch01") == ["NotMacSecCapable"]
    assert product.letters("dxcon-drift002") == []
    assert [each["Subject"] for each in product.messages.take()][:1] == ["dxmacsec: 8 links need somebody"]


@pytest.mark.parametrize(("link", "mode"), [("dxcon-drift001", "should_encrypt"), ("dxcon-drift002", "no_encrypt")])
def test_a_connection_that_somebody_lowers_comes_back_by_itself(watched: Watched, link: str, mode: str) -> None:
    watched.direct_connect.update_connection(connectionId=link, encryptionMode=mode)

    watched.comes_back(link)
    watched.sandbox.settle()

    assert watched.letters(link) == []
    drifted, mended = watched.changes(link)[-2:]
    assert "ModeNotEnforced" in drifted["after"]["reasons"]
    assert drifted["change"]["by"].endswith(":user/person")
    assert drifted["did"]["remedy"] == "enforce"
    assert "ModeNotEnforced" not in mended["after"]["reasons"]
    assert len(watched.enforcements(link)) == 1


def test_no_encrypt_is_left_by_way_of_should_encrypt(watched: Watched) -> None:
    link = "dxcon-drift002"
    by_us = watched.deployed.calls("UpdateConnection", link)

    modes = [event["detail"]["requestParameters"]["encryptionMode"] for event in _own_updates(watched, link)]
    assert len(by_us) == len(modes) == 2
    assert modes == ["should_encrypt", "must_encrypt"]


def _own_updates(watched: Watched, link: str) -> list[dict[str, Any]]:
    return [
        dict(event)
        for event in watched.sandbox.events
        if event["detail"].get("eventName") == "UpdateConnection"
        and event["detail"]["requestParameters"]["connectionId"] == link
        and event["detail"]["userIdentity"]["type"] == "AssumedRole"
    ]


def test_a_lag_that_somebody_lowers_comes_back_by_itself(watched: Watched) -> None:
    watched.direct_connect.update_lag(lagId=LAG, encryptionMode="should_encrypt")

    watched.comes_back(LAG)


def test_a_link_whose_encryption_is_down_is_not_raised_and_an_alert_says_why(watched: Watched) -> None:
    link = "dxcon-darkone1"
    router = watched.sandbox.twin.router(link)
    watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")
    watched.comes_back(link)
    held = router.keys()
    for ckn in held:
        router.remove(ckn)
    eventually(lambda: watched.deployed.encryption(link), lambda seen: seen == {"Encryption Down"}, 30)

    watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")
    eventually(lambda: watched.reasons(link), lambda seen: seen[:1] == ["EncryptionDown"])
    watched.sandbox.settle()

    assert watched.mode(link) == "should_encrypt"
    assert "ModeNotEnforced" in watched.reasons(link)
    assert watched.letters(link)[-1] == f"dxmacsec {link}: EncryptionDown"
    assert len(watched.enforcements(link)) == 1


def test_audit_changes_nothing_and_the_finding_is_there(watched: Watched) -> None:
    link = "dxcon-audited1"
    watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")

    eventually(lambda: watched.reasons(link), lambda seen: "ModeNotEnforced" in seen)
    watched.sandbox.settle()

    assert watched.mode(link) == "should_encrypt"
    assert watched.enforcements(link) == []
    found = watched.sandbox.client("securityhub").get_findings()["Findings"]
    (finding,) = [each for each in found if each["Id"].endswith(link)]
    assert finding["Compliance"]["Status"] == "FAILED"
    assert finding["RecordState"] == "ACTIVE"


def test_an_exempt_link_is_left_alone(watched: Watched) -> None:
    link = "dxcon-exempt01"
    watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")

    eventually(lambda: watched.reasons(link), lambda seen: seen[:1] == ["Exempt"])
    watched.sandbox.settle()

    assert watched.mode(link) == "should_encrypt"
    assert watched.letters(link) == []


def test_removing_the_last_key_is_aws_own_downgrade_and_ends_with_a_new_key(watched: Watched) -> None:
    link = "dxcon-lastkey1"
    (key,) = watched.deployed.keys(link)
    watched.direct_connect.disassociate_mac_sec_key(connectionId=link, secretARN=key["secretARN"])

    eventually(lambda: watched.letters(link), lambda seen: seen[:1] == [f"dxmacsec {link}: NoKey"])
    watched.comes_back(link)
    eventually(lambda: watched.reasons(link), lambda seen: seen == ["Compliant"], PATIENCE_SECONDS)

    (new,) = watched.deployed.keys(link)
    assert new["ckn"] != key["ckn"]
    assert watched.deployed.encryption(link) == {"Encryption Up"}


def test_a_mode_that_changed_without_an_event_is_found_by_the_sweep(watched: Watched) -> None:
    link = "dxcon-noevent1"
    observers = list(watched.sandbox.twin.on_call)
    watched.sandbox.twin.on_call.clear()
    watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")
    watched.sandbox.twin.on_call.extend(observers)
    time.sleep(2)
    assert watched.mode(link) == "should_encrypt"

    watched.sandbox.delivery.fire_schedule(SWEEP)

    watched.comes_back(link)
    (drifted,) = [each for each in watched.changes(link) if "ModeNotEnforced" in each["after"]["reasons"]]
    assert drifted["change"] is None


def test_a_connection_that_leaves_its_lag_is_a_link_of_its_own_and_gets_its_key(watched: Watched) -> None:
    link = "dxcon-leaver01"
    watched.direct_connect.disassociate_connection_from_lag(connectionId=link, lagId=LAG)

    eventually(lambda: watched.reasons(link), bool)
    watched.comes_back(link)

    assert len(watched.deployed.keys(link)) == 1
    assert watched.deployed.encryption(link) == {"Encryption Up"}


def test_a_new_connection_gets_its_first_key_and_must_encrypt(watched: Watched) -> None:
    made = watched.direct_connect.create_connection(
        location="EqDC2", bandwidth="10Gbps", connectionName="new", requestMACSec=True
    )
    link = made["connectionId"]
    eventually(lambda: watched.reasons(link), lambda seen: seen == ["NeverKeyed"])
    eventually(lambda: watched.deployed.described(link)["connectionState"], lambda state: state == "available", 60)

    watched.sweep()

    watched.comes_back(link)
    assert watched.deployed.encryption(link) == {"Encryption Up"}


def test_a_deleted_link_is_retired_with_its_key_secret(watched: Watched) -> None:
    link = "dxcon-deleted1"
    adopt(watched, link)
    watched.direct_connect.delete_connection(connectionId=link)

    eventually(lambda: watched.standing(link), lambda seen: seen == {}, 60)

    secret = watched.sandbox.outputs["KeySecretPrefix"] + link
    assert "DeletedDate" in watched.sandbox.client("secretsmanager").describe_secret(SecretId=secret)
    watched.sandbox.settle()
    assert watched.letters(link)[-1] == f"dxmacsec {link}: LinkDeleted"
    assert f"dxmacsec {link}: KeySecretDeleted" not in watched.letters(link)


def test_a_thousand_events_in_bursts_end_as_each_once_with_few_calls(watched: Watched) -> None:
    links = ("dxcon-burst001", "dxcon-burst002")
    for link in links:
        watched.direct_connect.update_connection(connectionId=link, encryptionMode="should_encrypt")
    told = [
        dict(event)
        for event in watched.sandbox.events
        if event["detail"].get("eventName") == "UpdateConnection"
        and event["detail"]["requestParameters"]["connectionId"] in links
        and event["detail"]["userIdentity"]["type"] != "AssumedRole"
    ]
    before = len(_heard_calls(watched))
    burst = [each for event in told for each in _again(event, 500)]
    random.Random(4).shuffle(burst)  # noqa: S311 - an order, no secret

    for number, event in enumerate(burst):
        if number % 250 == 0:
            time.sleep(1)
        watched.sandbox.publish(event)
    for link in links:
        watched.comes_back(link)
    watched.sandbox.settle()

    after = len(_heard_calls(watched))
    calls = after - before
    assert len(burst) == 1000
    assert calls <= MOST_CALLS
    for link in links:
        assert watched.reasons(link) == ["Compliant"]
        assert len(watched.enforcements(link)) <= 2
    time.sleep(3)
    watched.sandbox.settle()
    assert len(_heard_calls(watched)) == after


def _again(event: dict[str, Any], times: int) -> list[dict[str, Any]]:
    """Return an event as often as it is delivered: half of them the very same, half of them called anew."""
    same = [event] * (times // 2)
    anew = [envelope(event["source"], event["detail-type"], event["detail"]) for _ in range(times - times // 2)]
    return same + anew


def _heard_calls(watched: Watched) -> list[Any]:
    calls = watched.deployed.calls()
    names = {call.principal: watched.deployed.function_of(call.principal) for call in calls}
    return [call for call in calls if names[call.principal] == "hear_change"]


JUDGES = {"hear_change", "sweep_links"}


def test_the_two_judges_stay_inside_their_grants_and_use_them(watched: Watched) -> None:
    watched.sandbox.settle()
    uses = [use for use in used(watched.deployed) if use.function in JUDGES]
    grants = [grant for grant in granted(watched.deployed) if grant.function in JUDGES]

    outside = [use for use in uses if not any(covers(grant, use) for grant in grants)]
    called = {(use.function, use.action) for use in uses}
    idle = {(grant.function, grant.action) for grant in grants if grant.action not in BY_AWS} - called

    assert outside == []
    assert sorted(idle - excused()) == []


def test_nothing_is_left_that_nobody_heard(watched: Watched) -> None:
    watched.sandbox.settle()
    sqs = watched.sandbox.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        if "people" in url or "RouterTasks" in url:
            continue
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert counted["Attributes"]["ApproximateNumberOfMessages"] == "0", url
