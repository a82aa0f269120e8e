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

# The calls that can change a link's encryption, its keys, its members or its tags.
# https://docs.aws.amazon.com/directconnect/latest/UserGuide/logging-api-calls.html
_CALLS = (
    "AllocateConnectionOnInterconnect",
    "AllocateHostedConnection",
    "AssociateConnectionWithLag",
    "AssociateHostedConnection",
    "AssociateMacSecKey",
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
        self._target = targets.SqsQueue(queue, dead_letter_queue=undelivered)
        calls = {"eventSource": ["directconnect.amazonaws.com"], "eventName": list(_CALLS)}
        self._rule("Calls", "calls of Direct Connect", ["aws.directconnect"], ["AWS API Call via CloudTrail"], calls)
        self._rule(
            "Secrets",
            "secrets that come and go",
            SECRETS_MANAGER,
            BY_CLOUDTRAIL,
            {"eventName": ["DeleteSecret", "RestoreSecret"], **of_other_secrets(self)},
        )
        self._rule("Own", "what dxmacsec did itself", ["dxmacsec"], _OWN_EVENTS)
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

    def _rule(
        self,
        construct_id: str,
        what: str,
        source: list[str],
        kinds: Sequence[str],
        detail: Mapping[str, object] | None = None,
    ) -> None:
        events.Rule(
            self,
            construct_id,
            description=f"dxmacsec: {what}, for HearChange",
            event_pattern=events.EventPattern(source=source, detail_type=list(kinds), detail=detail),
            targets=[self._target],
        )
