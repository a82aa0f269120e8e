"""Lambda's event source mappings of queues: pollers, as on AWS.

moto hands every message to the function inside SendMessage, one by one, and knows no window and no partial
failure. What breaks when moto moves: `create_event_source_mapping`, `lambda_event_source_mappings` of a queue.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

from typing import Any, Final

from sandbox.cloud.account import REGION, account_of
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.moto_patches.queue_poller import QueuePoller
from sandbox.cloud.vocabulary import Private

LARGEST_BATCH_WITHOUT_WINDOW: Final = 10
_INVALID = "InvalidParameterValueException"


def mend(mends: Mends, hooks: Hooks) -> None:
    """Let a poller serve each mapping of a queue, and refuse the mappings that AWS refuses."""
    backend: Private = private("moto.awslambda.models").LambdaBackend
    create = backend.create_event_source_mapping

    def create_event_source_mapping(self: Private, spec: dict[str, Any]) -> Private:
        queue = _queue(str(spec.get("EventSourceArn")))
        if queue is None:
            return create(self, spec)
        _check(self, spec, queue)
        mapping = create(self, spec)
        queue.lambda_event_source_mappings.clear()
        hooks.add_worker(QueuePoller(hooks, mapping, queue, self).run)
        return mapping

    mends.replace(backend, "create_event_source_mapping", create_event_source_mapping)


def waiting() -> list[str]:
    """Say of each queue that an enabled mapping serves how many messages it still holds, if any."""
    accounts = list(private("moto.awslambda.models").lambda_backends.values())
    mappings = [each for regions in accounts for each in list(regions[REGION]._event_source_mappings.values())]
    arns = {each.event_source_arn for each in mappings if each.enabled}
    held = [(queue.name, len(queue._messages)) for arn in sorted(arns) if (queue := _queue(arn)) is not None]
    return [f"{count} messages in {name}" for name, count in held if count]


def _queue(arn: str) -> Private:
    queues = private("moto.sqs.models").sqs_backends[account_of(arn)][REGION].queues
    return next((queue for queue in list(queues.values()) if queue.queue_arn == arn), None)


def _check(functions: Private, spec: dict[str, Any], queue: Private) -> None:
    """Refuse what AWS refuses, and what the poller does not play."""
    rest_error: Private = private("moto.core.exceptions").JsonRESTError
    function = functions.get_function(str(spec.get("FunctionName")))
    wrong = ""
    if queue.visibility_timeout < int(function.timeout):
        wrong = (
            f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
            f"Function timeout: {function.timeout} seconds"
        )
    elif int(spec.get("BatchSize", 10)) > LARGEST_BATCH_WITHOUT_WINDOW and not spec.get(
        "MaximumBatchingWindowInSeconds"
    ):
        wrong = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    elif spec.get("FilterCriteria"):
        wrong = "The sandbox plays no FilterCriteria"
    if wrong:
        raise rest_error(_INVALID, wrong)
