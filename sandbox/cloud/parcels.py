"""What is on its way to targets: messages to one queue travel ten at a time, everything else by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from sandbox.cloud.dead_letters import send_or_bury
from sandbox.cloud.targets import ClientFor, UnknownTargetError, caller_for, queue_url_of, service_of

_LOG = logging.getLogger(__name__)

BATCH_MESSAGES: Final = 10
BATCH_BYTES: Final = 256 * 1024
"""What SendMessageBatch takes at most."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A text for a target, by the rule that sends it, with the letter for the dead-letter queue."""

    rule: str
    target: Mapping[str, Any]
    text: str
    letter: str


def dispatch(client_for: ClientFor, parcels: Sequence[Parcel]) -> None:
    """Send parcels, those for one target in their order; what can't be delivered is logged."""
    queued: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        if _goes_in_batches(parcel.target):
            queued.setdefault(str(parcel.target["Arn"]), []).append(parcel)
        else:
            _send(client_for, parcel)
    for waiting in queued.values():
        for batch in _batches(waiting):
            _send_batch(client_for, batch)


def _goes_in_batches(target: Mapping[str, Any]) -> bool:
    return service_of(target) == "sqs" and "SqsParameters" not in target


def _batches(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    batch: list[Parcel] = []
    for parcel in parcels:
        size = sum(len(each.text.encode()) for each in (*batch, parcel))
        if batch and (len(batch) == BATCH_MESSAGES or size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(parcel)
    yield batch


def _send_batch(client_for: ClientFor, batch: Sequence[Parcel]) -> None:
    """Send one batch to one queue; what it refuses is sent again singly, and fails with a reason of its own."""
    refused: Sequence[Parcel] = batch
    if len(batch) > 1:
        target = batch[0].target
        client = client_for("sqs", caller_for(target))
        entries = [{"Id": str(at), "MessageBody": parcel.text} for at, parcel in enumerate(batch)]
        try:
            answer = client.send_message_batch(QueueUrl=queue_url_of(client, target["Arn"]), Entries=entries)
        except ClientError as error:
            _LOG.info("a batch was refused and is sent singly: %s", error)
        else:
            refused = [batch[int(each["Id"])] for each in answer.get("Failed", [])]
    for parcel in refused:
        _send(client_for, parcel)


def _send(client_for: ClientFor, parcel: Parcel) -> None:
    try:
        send_or_bury(client_for, parcel.target, parcel.text, parcel.letter)
    except (ClientError, UnknownTargetError):
        _LOG.exception("rule %s could not deliver to %s", parcel.rule, parcel.target["Arn"])
