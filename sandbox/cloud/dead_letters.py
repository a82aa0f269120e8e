"""Dead letters: what a rule or a schedule could not deliver goes to the queue that its target names.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from sandbox.cloud.targets import EVENTS, ClientFor, UnknownTargetError, queue_url_of, send

_LOG = logging.getLogger(__name__)

Undelivered = ClientError | UnknownTargetError
"""What `send` raises."""


def send_or_bury(client_for: ClientFor, target: Mapping[str, Any], text: str, letter: str, *, by: str = EVENTS) -> None:
    """Send a text to a target; if the target refuses, send the letter to the target's dead-letter queue.

    AWS first tries again, for a day by default; here the first refusal counts. `by` sends the dead letter.

    Raises:
        ClientError: the target refused and names no queue, or the queue refused too.
        UnknownTargetError: the sandbox has no delivery for this kind of target, and the target names no queue.
    """
    try:
        send(client_for, target, text)
    except (ClientError, UnknownTargetError) as error:
        queue_arn = target.get("DeadLetterConfig", {}).get("Arn")
        if queue_arn is None:
            raise
        _LOG.warning("what %s refused goes to %s: %s", target["Arn"], queue_arn, error)
        _bury(client_for("sqs", by), str(queue_arn), str(target["Arn"]), letter, error)


def _bury(client: Any, queue_arn: str, target_arn: str, letter: str, error: Undelivered) -> None:  # noqa: ANN401 - a boto3 client
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    told = {"TARGET_ARN": target_arn, "ERROR_CODE": code, "ERROR_MESSAGE": str(error)[:1024]}
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
    client.send_message(QueueUrl=queue_url_of(client, queue_arn), MessageBody=letter, MessageAttributes=attributes)
