"""The CloudTrail trail without which EventBridge hears of no call: then only the sweep finds a drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.doctor.check import Check, failed, not_checked, ok

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.doctor.check import Patient

TRAIL = "CloudTrail"
MAKE_ONE = (
    "aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail; "
    "aws cloudtrail start-logging --name NAME"
)


def trail(patient: Patient) -> Iterator[Check]:
    """Look for a trail that logs write management events of this Region.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """
    if patient.in_sandbox:
        yield not_checked(TRAIL, "The sandbox tells of calls by itself and keeps no trail.")
        return
    client, unclear, off = patient.client("cloudtrail"), [], []
    for each in client.describe_trails(includeShadowTrails=True)["trailList"]:
        if not (each.get("IsMultiRegionTrail") or each.get("HomeRegion") == patient.region):
            continue
        arn = each["TrailARN"]
        try:
            if not client.get_trail_status(Name=arn)["IsLogging"]:
                off.append(f"{each['Name']} is switched off")
            elif logs_changes(client.get_event_selectors(TrailName=arn)):
                yield ok(TRAIL, f"{each['Name']} logs management events in {patient.region}")
                return
            else:
                off.append(f"{each['Name']} leaves management events out")
        except ClientError as error:
            unclear.append(f"{each['Name']} ({error.response['Error']['Code']})")
    if unclear:
        yield not_checked(TRAIL, f"There is a trail that can't be looked at from here: {', '.join(unclear)}.")
        return
    found = "; ".join(off) or f"No trail covers {patient.region}"
    yield failed(TRAIL, f"{found}: EventBridge hears of no change, only the sweep finds them.", MAKE_ONE)


def logs_changes(selectors: Mapping[str, Any]) -> bool:
    """Tell whether a trail's selectors, of either kind, take in management events that write."""
    if any(
        each.get("IncludeManagementEvents") and each.get("ReadWriteType") in ("All", "WriteOnly")
        for each in selectors.get("EventSelectors") or ()
    ):
        return True
    return any(_takes_changes(each["FieldSelectors"]) for each in selectors.get("AdvancedEventSelectors") or ())


def _takes_changes(fields: list[dict[str, Any]]) -> bool:
    values = {each["Field"]: each.get("Equals", []) for each in fields}
    return "Management" in values.get("eventCategory", []) and values.get("readOnly", ["false"]) == ["false"]
