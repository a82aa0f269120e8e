"""The queue of changes: what may have changed a link waits here for `HearChange`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.sizes import size_of

if TYPE_CHECKING:
    from infra.config import Config

# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_TIME_OUTS_HIDDEN = 6
_RECEIVES_BEFORE_DEAD_LETTER = 5
_KEPT_DAYS = 14


class Changes(Construct):
    """Queue and dead-letter queue; both refuse plain HTTP.

    They are encrypted under SQS's own key: an event names links and people, never a secret's value (the rule of
    the call that carries a CAK leaves it out), and EventBridge then needs no right to decrypt with the key that
    guards the CAKs.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        """Make the queues; a message is hidden for as long as a batch with it may be tried."""
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(_KEPT_DAYS),
        )
        hidden_seconds = _TIME_OUTS_HIDDEN * size_of("HearChange", config).seconds + config.changes_window_seconds
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(hidden_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_RECEIVES_BEFORE_DEAD_LETTER
            ),
        )
