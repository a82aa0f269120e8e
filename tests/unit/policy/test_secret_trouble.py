from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dxmacsec.model import KeyVersion, Label, RotationRun
from dxmacsec.policy.secret_events import Happening, SecretTrouble
from dxmacsec.policy.secret_trouble import is_explained, letter, runs_to_ask

AT = datetime(2026, 1, 2, tzinfo=UTC)
LINK = "dxcon-fg5678gh"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/dxcon-fg5678gh-a1b2c3"
FAILED = SecretTrouble(Happening.FAILED, ARN, AT, "Lambda said no")
DELETED = SecretTrouble(Happening.DELETED, ARN, AT)


def run(status: str, ended_at: datetime | None = None) -> RotationRun:
    return RotationRun("name", status, ended_at=ended_at)


@pytest.mark.parametrize(
    ("runs", "explained"),
    [
        pytest.param([], False, id="nothing of ours ran"),
        pytest.param([run("RUNNING")], True, id="ours runs"),
        pytest.param([run("FAILED", AT - timedelta(hours=23))], True, id="ours ended today"),
        pytest.param([run("FAILED", AT - timedelta(hours=25))], False, id="ours ended long ago"),
    ],
)
def test_a_failure_is_explained_by_a_rotation_of_ours(runs: list[RotationRun], *, explained: bool) -> None:
    assert bool(is_explained(FAILED, runs)) is explained


def test_asks_about_the_pending_version_first() -> None:
    pending = KeyVersion("p", None, frozenset({Label.PENDING}))
    others = KeyVersion("f", None, frozenset({Label.FAILED})), KeyVersion("u", None, frozenset({Label.IN_USE}))

    assert runs_to_ask((*others, pending)) == ("p",)
    assert runs_to_ask(others) == ("f", "u")


@pytest.mark.parametrize(
    ("trouble", "reason", "command"),
    [
        (FAILED, "RotationFailed", f"aws secretsmanager rotate-secret --secret-id {ARN}"),
        (SecretTrouble(Happening.ABANDONED, ARN, AT), "RotationAbandoned", "aws secretsmanager describe-secret"),
        (DELETED, "KeySecretDeleted", f"aws secretsmanager restore-secret --secret-id {ARN}"),
        (SecretTrouble(Happening.DELETED, ARN, AT, for_ever=True), "KeySecretDeleted", "start-execution"),
    ],
)
def test_a_letter_says_what_happened_and_what_to_type(trouble: SecretTrouble, reason: str, command: str) -> None:
    told = letter(trouble, LINK)

    assert told.reason == reason
    assert command in told.by_aws
    assert told.text.index(f"  {told.command}\n") < told.text.index(f"  {told.by_aws}\n")
    assert LINK in told.sentence


def test_a_failure_is_told_in_secrets_managers_words() -> None:
    assert "Lambda said no" in letter(FAILED, LINK).sentence
