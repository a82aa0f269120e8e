"""The queue that an agent on premises polls for router tasks, and where unanswerable ones end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

if TYPE_CHECKING:
    from infra.config import Config

# What SQS allows: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
_SHORTEST_RETENTION_SECONDS = 60
_LONGEST_RETENTION_DAYS = 14
_RECEIVES_BEFORE_DEAD_LETTER = 5


class RouterTasks(Construct):
    """Encrypted queue and dead-letter queue; both refuse plain HTTP."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, config: Config) -> None:
        """Make the queues.

        A task is kept no longer than its deadline: the execution that waits for it has moved on by then. It
        is hidden for one heartbeat: an agent that died in the middle lets another one try at once.
        """
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(_LONGEST_RETENTION_DAYS),
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.seconds(
                max(_SHORTEST_RETENTION_SECONDS, math.floor(config.router_deadline_hours * 3600))
            ),
            visibility_timeout=Duration.seconds(math.ceil(config.router_heartbeat_minutes * 60)),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_RECEIVES_BEFORE_DEAD_LETTER
            ),
        )
