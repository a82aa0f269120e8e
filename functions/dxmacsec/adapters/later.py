"""A second look at a change, by a message to our own queue that comes after a while."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import aws_call
from dxmacsec.adapters.herald import SOURCE
from dxmacsec.policy.change_events import written

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

    from dxmacsec.compliance import Change

LONGEST = timedelta(minutes=15)
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


class SqsLater:
    """The queue of changes, whose messages have the form of the bus's events."""

    def __init__(self, sqs: SQSClient, changes_url: str) -> None:
        """Take a client of SQS and the queue that HearChange reads."""
        self._sqs = sqs
        self._changes_url = changes_url

    def look_again(self, link: str, change: Change, after: timedelta) -> None:
        """Have a link looked at again after a while, at most a quarter of an hour; a repeat means one more look.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        event = {
            "id": change.event_id,
            "source": SOURCE,
            "detail-type": "MACsec Look Again",
            "detail": {"link": link, "change": written(change)},
        }
        seconds = math.ceil(min(after, LONGEST).total_seconds())
        with aws_call(f"have {link} looked at again"):
            self._sqs.send_message(QueueUrl=self._changes_url, MessageBody=json.dumps(event), DelaySeconds=seconds)
