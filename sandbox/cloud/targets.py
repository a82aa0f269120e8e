"""What a rule or a schedule sends to its targets, and how each kind of target gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.cloud.principals import role_name
from sandbox.cloud.vocabulary import Client

if TYPE_CHECKING:
    from sandbox.cloud.moto_patches.hooks import Event  # the mends deliver, too: at run time it would be a circle

ClientFor = Callable[[str, str], Any]
"""Makes the client of a service for a caller."""

EVENTS = "events.amazonaws.com"
"""The caller of targets that need no role, as AWS calls the service."""


class UnknownTargetError(Exception):
    """A target of a kind that the sandbox can't deliver to."""


def value_at(event: Event, path: str) -> Client:
    """Return what a path such as `$.detail.name` points to, None if there is nothing."""
    value: Client = event
    for part in path.removeprefix("$").split("."):
        if part:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def input_for(target: Mapping[str, Any], event: Event) -> str:
    """Return the text that a target gets: its fixed input, a part, a transformation, or the whole event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(value_at(event, target["InputPath"]))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event)
    return json.dumps(event)


def _transformed(transformer: Mapping[str, Any], event: Event) -> str:
    """Fill the template: a value inside quotes goes in as text, elsewhere as JSON.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    values = {name: value_at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values["aws.events.event.json"] = dict(event)
    template = str(transformer["InputTemplate"])

    def fill(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        value = values[found[1]]
        quoted = template[: found.start()].replace('\\"', "").count('"') % 2 == 1
        text = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(text)[1:-1] if quoted else json.dumps(value)

    return re.sub(r"<([\w.-]+)>", fill, template)


def send(client_for: ClientFor, target: Mapping[str, Any], text: str) -> None:
    """Send a text to a target by the API of its service, as the role that the target names.

    Raises:
        UnknownTargetError: the sandbox has no delivery for this kind of ARN.
        botocore.exceptions.ClientError: the target refused.
    """
    service = service_of(target)
    deliver = _DELIVERIES.get(service)
    if deliver is None:
        detail = f"the sandbox can't deliver to {target['Arn']}"
        raise UnknownTargetError(detail)
    boto_service = "stepfunctions" if service == "states" else service
    deliver(client_for(boto_service, caller_for(target)), target, text)


def service_of(target: Mapping[str, Any]) -> str:
    """Return the service that a target belongs to, as its ARN has it."""
    return str(target["Arn"]).split(":")[2]


def caller_for(target: Mapping[str, Any]) -> str:
    """Return who delivers to a target: the role that the target names, else EventBridge itself."""
    return role_name(target["RoleArn"]) if "RoleArn" in target else EVENTS


def _start_machine(client: Client, target: Mapping[str, Any], text: str) -> None:
    client.start_execution(stateMachineArn=target["Arn"], input=text)


def _invoke_function(client: Client, target: Mapping[str, Any], text: str) -> None:
    client.invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=text.encode())


def _send_message(client: Client, target: Mapping[str, Any], text: str) -> None:
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    queue_url = queue_url_of(client, str(target["Arn"]))
    client.send_message(QueueUrl=queue_url, MessageBody=text, **({"MessageGroupId": group} if group else {}))


def queue_url_of(client: Client, queue_arn: str) -> str:
    """Return the URL of a queue at the sandbox that a client calls, by the queue's ARN."""
    *_, account, name = queue_arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"


def _publish(client: Client, target: Mapping[str, Any], text: str) -> None:
    client.publish(TopicArn=target["Arn"], Message=text)


_DELIVERIES: dict[str, Callable[[Any, Mapping[str, Any], str], None]] = {
    "states": _start_machine,
    "lambda": _invoke_function,
    "sqs": _send_message,
    "sns": _publish,
}
