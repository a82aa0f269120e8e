"""What happened to a secret: whom it concerns, whether people must hear of it, and what they type next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from dxmacsec.model import KeyVersion, Label, RotationRun
from dxmacsec.policy import commands
from dxmacsec.policy.labels import holder
from dxmacsec.policy.letters import Words, framed
from dxmacsec.policy.secret_events import Happening, SecretTrouble

EXPLAINED_FOR = timedelta(days=1)
"""How long after its end a rotation of ours explains a failure in Secrets Manager, which repeats its steps."""

KEEPS = "as it was: the link keeps the key that it has."


@dataclass(frozen=True, slots=True)
class Letter:
    """What people are told: the reason has a heading in the runbook; `command` is the product's own, if it helps."""

    reason: str
    sentence: str
    todo: str
    until: str
    by_aws: str
    command: str

    @property
    def text(self) -> str:
        """Return the letter's text."""
        return framed(
            Words(
                happened=self.sentence,
                line=KEEPS,
                todo=self.todo,
                until=self.until,
                commands=(self.command,),
                by_aws=(self.by_aws,),
                heading=self.reason,
            )
        )


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
            "nothing, if you know who wrote it. Else look at the labels.",
            "no hurry.",
            f"aws secretsmanager describe-secret --secret-id {trouble.secret}",
            commands.status(link),
        )
    return Letter(
        str(trouble.happening),
        f"Secrets Manager could not rotate the key secret of {link}, and no rotation of the link was started: "
        f"{trouble.message or 'it gave no reason'}.",
        "mend what it says, then ask again.",
        "its next schedule asks again by itself.",
        f"aws secretsmanager rotate-secret --secret-id {trouble.secret}",
        commands.rotate(link),
    )


def _key_secret_deleted(trouble: SecretTrouble, link: str) -> Letter:
    if trouble.for_ever:
        return Letter(
            "KeySecretDeleted",
            f"The key secret of {link} was deleted for ever: its CAKs are on the router only. The link is not "
            "touched, and its keys count as adopted from now on.",
            "give it a key that we know: rotate it.",
            "no hurry for the line; but what it runs on can't be put on another router.",
            commands.rotate_by_aws(link),
            commands.rotate(link),
        )
    return Letter(
        "KeySecretDeleted",
        f"The key secret of {link} is scheduled for deletion. The link is not touched, but it can't be rotated, and "
        "its CAKs are lost when the deletion comes.",
        "take the deletion back, and find out who asked for it.",
        "7 to 30 days after the call, as the call said.",
        commands.restore_by_aws(trouble.secret),
        commands.status(link),
    )
