from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.findings import SecurityHubFindings
from dxmacsec.adapters.home import Home
from dxmacsec.compliance import Action, Change, Finding, Judgement, Remedy, Standing, Status
from dxmacsec.errors import AccessDenied, ServiceFault, Throttled, UnknownAnswer
from dxmacsec.model import Link, LinkKind
from tests.worlds.turning_clock import START, TurningClock

if TYPE_CHECKING:
    from boto3 import Session

HOME = Home.of("arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts")
LINK = Link(
    id="dxcon-fg5678gh",
    kind=LinkKind.CONNECTION,
    state="available",
    mode="should_encrypt",
    macsec_capable=True,
    name="north-a",
    location="EqDC2",
)
SINCE = START - timedelta(days=1)
CHANGE = Change("event-1", "UpdateConnection", "arn:aws:iam::123456789012:user/ada", SINCE)
ACTION = Action(Remedy.ENFORCE, "arn:execution", SINCE)
STANDING = Standing(
    LINK.id, 7, Status.NON_COMPLIANT, ("ModeNotEnforced",), "It is clear.", SINCE, change=CHANGE, action=ACTION
)


def judged(status: Status, reason: str = "ModeNotEnforced", sentence: str = "It is clear.") -> Judgement:
    return Judgement(LINK.id, status, (Finding(reason, sentence, status), Finding("KeyTooOld", "Old.", status)))


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("securityhub")


@pytest.fixture
def clock() -> TurningClock:
    return TurningClock()


@pytest.fixture
def desk(client: Any, clock: TurningClock) -> SecurityHubFindings:  # noqa: ANN401 - see above
    return SecurityHubFindings(client, HOME, clock)


@pytest.fixture
def hub(client: Any, desk: SecurityHubFindings) -> Hub:  # noqa: ANN401 - see above
    return Hub(client, desk)


class Hub:
    """Takes findings in, by the SDK's own model of them, and shows the last."""

    def __init__(self, client: Any, desk: SecurityHubFindings) -> None:  # noqa: ANN401 - see above
        self._client = client
        self.desk = desk
        client.enable_security_hub()

    def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get_findings()["Findings"]
        return found

    def only(self) -> dict[str, Any]:
        (finding,) = self.all()
        return finding


def test_says_whose_finding_it_is_what_was_seen_and_what_to_type(hub: Hub) -> None:
    hub.desk.report(LINK, judged(Status.NON_COMPLIANT), STANDING)

    finding = hub.only()
    assert finding["Id"] == "dxmacsec/us-gov-west-1/123456789012/dxcon-fg5678gh"
    assert finding["ProductArn"] == (
        "arn:aws-us-gov:securityhub:us-gov-west-1:123456789012:product/123456789012/default"
    )
    assert (finding["AwsAccountId"], finding["GeneratorId"]) == ("123456789012", "dxmacsec-compliance")
    assert finding["Title"] == "MACsec of dxcon-fg5678gh: ModeNotEnforced"
    assert finding["Description"] == "It is clear. Old."
    assert "docs/runbook.md, heading ModeNotEnforced" in finding["Remediation"]["Recommendation"]["Text"]
    assert finding["FindingProviderFields"]["Types"] == [
        "Software and Configuration Checks/Industry and Regulatory Standards"
    ]
    (resource,) = finding["Resources"]
    assert resource["Id"] == "arn:aws-us-gov:directconnect:us-gov-west-1:123456789012:dxcon/dxcon-fg5678gh"
    assert (resource["Type"], resource["Partition"], resource["Region"]) == ("Other", "aws-us-gov", "us-gov-west-1")
    seen = resource["Details"]["Other"]
    assert (seen["EncryptionMode"], seen["Reasons"]) == ("should_encrypt", "ModeNotEnforced, KeyTooOld")
    told = finding["ProductFields"]
    assert told["dxmacsec/ChangedBy"] == "arn:aws:iam::123456789012:user/ada"
    assert told["dxmacsec/Execution"] == "arn:execution"


@pytest.mark.parametrize(
    ("status", "severity", "compliance", "record_state"),
    [
        (Status.NON_COMPLIANT, "HIGH", "FAILED", "ACTIVE"),
        (Status.WARNING, "MEDIUM", "WARNING", "ACTIVE"),
        (Status.EXEMPT, "INFORMATIONAL", "NOT_AVAILABLE", "ACTIVE"),
        (Status.COMPLIANT, "INFORMATIONAL", "PASSED", "ARCHIVED"),
        (Status.NOT_APPLICABLE, "INFORMATIONAL", "NOT_AVAILABLE", "ARCHIVED"),
    ],
)
def test_each_status_has_its_words(status: Status, severity: str, compliance: str, record_state: str, hub: Hub) -> None:
    hub.desk.report(LINK, judged(status), STANDING)

    finding = hub.only()
    assert finding["FindingProviderFields"]["Severity"] == {"Label": severity}
    assert finding["Compliance"] == {"Status": compliance}
    assert finding["RecordState"] == record_state


def test_a_later_verdict_updates_the_same_finding_and_is_newer(hub: Hub, clock: TurningClock) -> None:
    hub.desk.report(LINK, judged(Status.NON_COMPLIANT), STANDING)
    before = hub.only()
    clock.sleep(0.25)
    hub.desk.report(LINK, judged(Status.COMPLIANT, "Compliant"), STANDING)

    after = hub.only()
    assert after["Title"].endswith("Compliant")
    assert _at(after["UpdatedAt"]) - _at(before["UpdatedAt"]) == timedelta(seconds=0.25)
    assert _at(after["CreatedAt"]) == SINCE


def test_the_finding_of_a_link_that_is_no_more_is_archived(hub: Hub) -> None:
    lag = replace(STANDING, link="dxlag-fgt5r4e3", change=None, action=None)

    hub.desk.resolve("dxlag-fgt5r4e3", lag, "Direct Connect knows it no more.")

    finding = hub.only()
    assert finding["RecordState"] == "ARCHIVED"
    assert finding["Description"] == "Direct Connect knows it no more."
    assert finding["Resources"][0]["Id"].endswith(":dxlag/dxlag-fgt5r4e3")
    assert "dxmacsec/ChangedBy" not in finding["ProductFields"]


def test_a_finding_is_never_older_than_it_is_new(hub: Hub) -> None:
    hub.desk.report(LINK, judged(Status.WARNING), replace(STANDING, since=START + timedelta(minutes=1)))

    finding = hub.only()
    assert _at(finding["CreatedAt"]) == _at(finding["UpdatedAt"]) == START


def test_long_stories_are_cut_to_what_the_hub_takes(hub: Hub) -> None:
    by = replace(STANDING, change=replace(CHANGE, by="x" * 5000))

    hub.desk.report(LINK, judged(Status.WARNING, sentence="y" * 5000), by)

    finding = hub.only()
    assert len(finding["Description"]) == 1024
    assert finding["Description"].endswith("y…")
    assert len(finding["ProductFields"]["dxmacsec/ChangedBy"]) == 2048


def test_a_hub_that_is_off_is_said_so(client: Any, desk: SecurityHubFindings) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("batch_import_findings", "InvalidAccessException", "not subscribed", 401)

        with pytest.raises(AccessDenied, match="Security Hub is off in this account and Region: enable it, or set"):
            desk.report(LINK, judged(Status.WARNING), STANDING)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("LimitExceededException", 429, Throttled), ("InternalException", 500, ServiceFault)],
)
def test_other_failures_take_the_common_road(
    code: str,
    status: int,
    expected: type[Exception],
    client: Any,  # noqa: ANN401
    desk: SecurityHubFindings,
) -> None:
    with Stubber(client) as wire:
        wire.add_client_error("batch_import_findings", code, "no", status)

        with pytest.raises(expected, match="import the finding dxmacsec/us-gov-west-1"):
            desk.resolve(LINK.id, STANDING, "Gone.")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(
            {"FailedFindings": [{"Id": "x", "ErrorCode": "InvalidInput", "ErrorMessage": "Title is too long"}]},
            "InvalidInput: Title is too long",
            id="with its reason",
        ),
        pytest.param({}, "no reason given", id="without one"),
    ],
)
def test_a_finding_that_was_refused_inside_a_good_answer_is_an_error(
    more: dict[str, Any],
    said: str,
    client: Any,  # noqa: ANN401
    desk: SecurityHubFindings,
) -> None:
    with Stubber(client) as wire:
        wire.add_response("batch_import_findings", {"FailedCount": 1, "SuccessCount": 0, **more})

        with pytest.raises(UnknownAnswer, match=said):
            desk.report(LINK, judged(Status.WARNING), STANDING)


@pytest.mark.parametrize("arn", ["arn:topic", "alerts", "arn:aws:s3:::bucket", ""])
def test_what_names_no_region_and_account_is_no_home(arn: str) -> None:
    with pytest.raises(ValueError, match="no ARN of a Region and an account"):
        Home.of(arn)


def _at(moment: Any) -> datetime:  # noqa: ANN401 - text, or what moto made of it
    return datetime.fromisoformat(str(moment)).astimezone(UTC)
