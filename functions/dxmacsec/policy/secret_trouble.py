"""What happened to a secret: whom it concerns, whether people must hear of it, and what they type next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from dxmacsec.model import KeyVersion, Label, RotationRun
from dxmacsec.policy.labels import holder
from dxmacsec.policy.secret_events import Happening, SecretTrouble

EXPLAINED_FOR = timedelta(days=1)
"""How long after its end a rotation of ours explains a failure in Secrets Manager, which repeats its steps."""

RESTORE = "aws secretsmanager restore-secret --secret-id"


@dataclass(frozen=True, slots=True)
class Letter:
    """What people are told: the reason has a heading in the runbook."""

    reason: str
    sentence: str
    command: str


def runs_to_ask(versions: tuple[KeyVersion, ...]) -> tuple[str, ...]:
    """Return the names under which the rotation that Secrets Manager speaks of may have run: its version's id.

    A pending version is it; else it was settled, well or not, and is the one in use or the failed one.
    """
    pending = holder(versions, Label.PENDING)
    if pending is not None and not pending.has(Label.CURRENT):
        return (pending.version_id,)
    settled = (holder(versions, label) for label in (Label.FAILED, Label.IN_USE))
    return tuple(version.version_id for version in settled if version)


def is_explained(trouble: SecretTrouble, runs: Iterable[RotationRun]) -> bool:
    """Tell whether a rotation of ours is what Secrets Manager calls failed: its own end tells people."""
    return any(run.running or (run.ended_at and trouble.at - run.ended_at < EXPLAINED_FOR) for run in runs)


def we_moved_on(versions: tuple[KeyVersion, ...]) -> bool:
    """Tell whether the version for which Secrets Manager gave up is one that a rotation of ours brought in."""
    current = holder(versions, Label.CURRENT)
    return current is not None and current.has(Label.IN_USE)


def letter(trouble: SecretTrouble, link: str) -> Letter:
    """Return what people are told of trouble with the key secret of a link."""
    if trouble.happening is Happening.DELETED:
        return _key_secret_deleted(trouble, link)
    if trouble.happening is Happening.ABANDONED:
        return Letter(
            str(trouble.happening),
            f"Secrets Manager gave up its rotation of the key secret of {link}: somebody wrote a new version "
            "meanwhile. A rotation of ours that had started goes on by itself.",
            f"aws secretsmanager describe-secret --secret-id {trouble.secret}",
        )
    return Letter(
        str(trouble.happening),
        f"Secrets Manager could not rotate the key secret of {link}, and no rotation of the link was started: "
        f"{trouble.message or 'it gave no reason'}. The link keeps the key that it has.",
        f"aws secretsmanager rotate-secret --secret-id {trouble.secret}",
    )


def _key_secret_deleted(trouble: SecretTrouble, link: str) -> Letter:
    if trouble.for_ever:
        return Letter(
            "KeySecretDeleted",
            f"The key secret of {link} was deleted for ever: its CAKs are on the router only. The link is not "
            "touched, and its keys count as adopted from now on. Give it a key that we know: rotate it.",
            "aws stepfunctions start-execution --state-machine-arn $(out RotateKeyArn)"
            f' --input \'{{"link":"{link}"}}\'',
        )
    return Letter(
        "KeySecretDeleted",
        f"The key secret of {link} is scheduled for deletion. The link is not touched, but it can't be rotated, and "
        "its CAKs are lost when the deletion comes.",
        f"{RESTORE} {trouble.secret}",
    )
