"""Where router tasks go: people (SNS), the agent (SQS), or nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, aws_call, error_code, translate
from dxmacsec.adapters.router_text import router_letter, router_subject
from dxmacsec.adapters.sns_text import sns_subject, sns_text
from dxmacsec.model import RouterMode

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_stepfunctions.client import SFNClient

ANSWERED = frozenset({"TaskTimedOut", "TaskDoesNotExist"})
"""What Step Functions says of a token whose task is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRouterDesk:
    """Sends router tasks; a task's token is the right to answer it, so only these two places get it."""

    sqs: SQSClient
    sns: SNSClient
    step_functions: SFNClient
    tasks_url: str
    topic_arn: str
    key_secret_prefix: str

    def send(self, mode: RouterMode, message: dict[str, Any]) -> None:
        """Send a router task with its token and its key secret's name; in mode `none` to nobody.

        A repeat sends the same task again: the agent answers a token once, people see it twice.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            UnknownAnswer: the queue or the topic refused it.
        """
        doing = f"send the router task {message['task_id']}"
        message = {**message, "key_secret": f"{self.key_secret_prefix}{message['link']}"}
        if mode is RouterMode.AGENT:
            with aws_call(doing):
                self.sqs.send_message(QueueUrl=self.tasks_url, MessageBody=json.dumps(message))
        elif mode is RouterMode.MANUAL:
            with aws_call(doing):
                self.sns.publish(
                    TopicArn=self.topic_arn,
                    Subject=sns_subject(router_subject(message)),
                    Message=sns_text(router_letter(message)),
                )

    def declare(self, token: str, answer: dict[str, Any]) -> None:
        """Answer our own task where the owner declares that routers fetch keys by themselves.

        A repeat finds the task over and leaves it so.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            UnknownAnswer: Step Functions refused the answer.
        """
        try:
            self.step_functions.send_task_success(taskToken=token, output=json.dumps(answer))
        except SdkError as error:
            if error_code(error) not in ANSWERED:
                raise translate(error, f"declare {answer.get('task_id', 'a router task')}") from error
