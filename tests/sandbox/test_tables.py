"""DynamoDB's promises hold although every call has a thread of its own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private

LONG_SECONDS = 0.3


def _row(name: str, **values: str) -> dict[str, Any]:
    return {key: {"S": value} for key, value in {"id": name, **values}.items()}


def _slowly(monkeypatch: pytest.MonkeyPatch, owner: Private, name: str) -> None:
    """Let an operation of moto take its time before it does its work."""
    act = getattr(owner, name)

    def slow(self: Private, *args: Private, **kwargs: Private) -> Private:
        time.sleep(LONG_SECONDS)
        return act(self, *args, **kwargs)

    monkeypatch.setattr(owner, name, slow)


def test_nobody_writes_between_anothers_condition_and_its_write(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, table = sandbox.client("dynamodb"), sandbox.outputs["Table"]
    models: Private = private("moto.dynamodb.models.table")
    judge = models.get_filter_expression

    def judge_slowly(*args: Private) -> Private:
        condition = judge(*args)
        held = condition.expr

        def hold(item: Private) -> bool:
            holds = bool(held(item))
            time.sleep(LONG_SECONDS)
            return holds

        condition.expr = hold
        return condition

    monkeypatch.setattr(models, "get_filter_expression", judge_slowly)

    def take(owner: str) -> bool:
        lock = _row("lock", owner=owner)
        try:
            client.put_item(TableName=table, Item=lock, ConditionExpression="attribute_not_exists(id)")
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor() as takers:
        assert sorted(takers.map(take, ["one", "other"])) == [False, True]


def test_a_cancelled_transaction_undoes_nobody_elses_write(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    client, table = sandbox.client("dynamodb"), sandbox.outputs["Table"]
    refused = {"TableName": table, "Item": _row("refused"), "ConditionExpression": "attribute_exists(id)"}
    _slowly(monkeypatch, private("moto.dynamodb.models").DynamoDBBackend, "get_item")

    def cancelled() -> None:
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=[{"Put": refused}])

    with ThreadPoolExecutor() as callers:
        waiting = callers.submit(cancelled)
        time.sleep(LONG_SECONDS / 3)
        client.put_item(TableName=table, Item=_row("beside"))
        waiting.result()

    assert client.get_item(TableName=table, Key=_row("beside"))["Item"] == _row("beside")
