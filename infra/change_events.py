"""What may have changed a link's encryption, and how `HearChange` gets to hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.secret_patterns import BY_CLOUDTRAIL, SECRETS_MANAGER, of_other_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sqs as sqs

# The calls that can change a link's encryption, its keys, its members or its tags, but for the one with a CAK.
# https://docs.aws.amazon.com/directconnect/latest/UserGuide/logging-api-calls.html
_CALLS = (
    "AllocateConnectionOnInterconnect",
    "AllocateHostedConnection",
    "AssociateConnectionWithLag",
    "AssociateHostedConnection",
    "ConfirmConnection",
    "CreateConnection",
    "CreateInterconnect",
    "CreateLag",
    "DeleteConnection",
    "DeleteInterconnect",
    "DeleteLag",
    "DisassociateConnectionFromLag",
    "DisassociateMacSecKey",
    "TagResource",
    "UntagResource",
    "UpdateConnection",
    "UpdateLag",
)
# The one call that carries a CAK in its parameters. CloudTrail may write it down in clear, so of this call nothing
# travels but what is named here. All of it is in each call that AWS took: EventBridge leaves out a value that an
# event doesn't have, and what is left would be no JSON.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
_CALL_WITH_A_CAK = "AssociateMacSecKey"
_OF_THE_EVENT = ("id", "source", "detail-type", "account", "time", "region")
_OF_THE_CALL = ("eventName", "eventTime", "eventSource", "userIdentity")
_OWN_EVENTS = ("MACsec Enforcement Ended", "MACsec Link Freed", "MACsec Link Recovered", "MACsec Rotation Ended")
# The most that a batch may hold, and the least that a source may be limited to: a burst of events is few calls
# of the function, never many side by side.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_BATCH = 1000
_SIDE_BY_SIDE = 2


class ChangeEvents(Construct):
    """The rules, each into the queue of changes, and the queue's way to the function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        hear_change: lambda_.IFunction,
        queue: sqs.IQueue,
        undelivered: sqs.IQueue,
        window_seconds: int,
    ) -> None:
        """Make them; a batch is gathered for `window_seconds`, and `undelivered` gets what a rule could not send."""
        super().__init__(scope, construct_id)
        whole = targets.SqsQueue(queue, dead_letter_queue=undelivered)
        self._call_rule("Calls", "calls of Direct Connect", {"eventName": list(_CALLS)}, whole)
        # No dead-letter queue: it would get the event as it came, not as it is passed on, and so the CAK. What is
        # lost after a day of tries the sweep makes good. A refused call changes nothing, and may lack its parameters.
        self._call_rule(
            "NewKeys",
            "new keys of links, without the keys",
            {"eventName": [_CALL_WITH_A_CAK], "errorCode": events.Match.does_not_exist()},
            targets.SqsQueue(queue, message=_without_the_cak()),
        )
        self._rule(
            "Secrets",
            "secrets that come and go",
            SECRETS_MANAGER,
            BY_CLOUDTRAIL,
            {"eventName": ["DeleteSecret", "RestoreSecret"], **of_other_secrets(self)},
            target=whole,
        )
        self._rule("Own", "what dxmacsec did itself", ["dxmacsec"], _OWN_EVENTS, target=whole)
        lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=hear_change,
            event_source_arn=queue.queue_arn,
            batch_size=_BATCH,
            max_batching_window=Duration.seconds(window_seconds),
            max_concurrency=_SIDE_BY_SIDE,
            report_batch_item_failures=True,
        )

    def _call_rule(self, construct_id: str, what: str, calls: Mapping[str, object], target: targets.SqsQueue) -> None:
        detail = {"eventSource": ["directconnect.amazonaws.com"], **calls}
        self._rule(construct_id, what, ["aws.directconnect"], ["AWS API Call via CloudTrail"], detail, target=target)

    def _rule(
        self,
        construct_id: str,
        what: str,
        source: list[str],
        kinds: Sequence[str],
        detail: Mapping[str, object] | None = None,
        *,
        target: targets.SqsQueue,
    ) -> None:
        events.Rule(
            self,
            construct_id,
            description=f"dxmacsec: {what}, for HearChange",
            event_pattern=events.EventPattern(source=source, detail_type=list(kinds), detail=detail),
            targets=[target],
        )


def _without_the_cak() -> events.RuleTargetInput:
    """Return an event of the shape that CloudTrail's has, with the link and the caller and no other parameter."""
    link = {"connectionId": events.EventField.from_path("$.detail.requestParameters.connectionId")}
    call = {name: events.EventField.from_path(f"$.detail.{name}") for name in _OF_THE_CALL}
    event = {name: events.EventField.from_path(f"$.{name}") for name in _OF_THE_EVENT}
    return events.RuleTargetInput.from_object({**event, "detail": {**call, "requestParameters": link}})
