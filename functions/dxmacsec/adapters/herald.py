"""Events on the bus, and words to people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import aws_call, family
from dxmacsec.adapters.sns_text import sns_subject, sns_text

if TYPE_CHECKING:
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_sns.client import SNSClient

SOURCE = "dxmacsec"


class AwsHerald:
    """EventBridge's default bus for machines, an SNS topic for people."""

    def __init__(self, events: EventBridgeClient, sns: SNSClient, topic_arn: str) -> None:
        """Take clients of EventBridge and SNS, and the alert topic."""
        self._events = events
        self._sns = sns
        self._topic_arn = topic_arn

    def event(self, detail_type: str, detail: dict[str, Any]) -> None:
        """Put an event on the bus; a repeat puts it twice, which EventBridge may do by itself.

        PutEvents answers with 200 also when it took nothing, so its count of failures decides.
        https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            UnknownAnswer: the bus refused the event.
        """
        entry: PutEventsRequestEntryTypeDef = {
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
        }
        with aws_call(f"put the event {detail_type}"):
            answer = self._events.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            refused = answer["Entries"][0]
            code = refused.get("ErrorCode", "")
            message = f"put the event {detail_type}: {code}: {refused.get('ErrorMessage', '')}"
            raise family(code, status=0)(message)

    def alert(self, subject: str, text: str) -> None:
        """Tell people; a repeat tells them twice, which is better than not at all.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        with aws_call(f"publish the alert {subject}"):
            self._sns.publish(TopicArn=self._topic_arn, Subject=sns_subject(subject), Message=sns_text(text))
