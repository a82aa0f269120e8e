"""Which labels a key secret's versions should carry: the truth about what each pair is."""

from __future__ import annotations

from dataclasses import dataclass

from dxmacsec.model import KeyVersion, Label, Link, Rotation


@dataclass(frozen=True, slots=True)
class LabelMove:
    """Put a label on a version, or take it off."""

    version_id: str
    label: str
    on: bool


def holder(versions: tuple[KeyVersion, ...], label: str) -> KeyVersion | None:
    """Find the version that carries a label."""
    return next((version for version in versions if version.has(label)), None)


def version_of(versions: tuple[KeyVersion, ...], ckn: str) -> KeyVersion | None:
    """Find the version that holds a CKN's pair."""
    return next((version for version in versions if version.has(Label.ckn(ckn))), None)


def failed_version(versions: tuple[KeyVersion, ...]) -> KeyVersion | None:
    """Find the pair to use again: a failed one, or one that a dead rotation left as new.

    A version that is also in use is none: its promotion was cut short after the label that counts.
    """
    marked = (holder(versions, label) for label in (Label.FAILED, Label.NEW))
    return next((version for version in marked if version and not version.has(Label.IN_USE)), None)


def promotion(versions: tuple[KeyVersion, ...], new_version_id: str) -> tuple[LabelMove, ...]:
    """List the moves that make a version the one in use; none when it already is.

    The version before gets its `DxOld-…` first, so that no moment leaves it without a label.
    """
    before = holder(versions, Label.IN_USE)
    new = next((version for version in versions if version.version_id == new_version_id), None)
    moves = []
    if before and before.version_id != new_version_id and before.ckn:
        moves.append(LabelMove(before.version_id, Label.old(before.ckn), on=True))
    if new is None:
        return tuple(moves)
    moves += [LabelMove(new_version_id, label, on=True) for label in (Label.IN_USE, Label.CURRENT)]
    moves += [LabelMove(new_version_id, label, on=False) for label in (Label.NEW, Label.FAILED, Label.PENDING)]
    if new.ckn:
        moves.append(LabelMove(new_version_id, Label.old(new.ckn), on=False))
    return needed(versions, tuple(moves))


def failure(versions: tuple[KeyVersion, ...], rotation: Rotation) -> tuple[LabelMove, ...]:
    """List the moves that mark the new pair as failed: kept, and used again by the next rotation."""
    version_id = _new_version_id(versions, rotation)
    if version_id is None:
        return ()
    moves = (
        LabelMove(version_id, Label.FAILED, on=True),
        LabelMove(version_id, Label.NEW, on=False),
        LabelMove(version_id, Label.PENDING, on=False),
    )
    return needed(versions, moves)


def _new_version_id(versions: tuple[KeyVersion, ...], rotation: Rotation) -> str | None:
    """Return the new pair's version; where CreateKey failed half-way, only its label tells.

    A rotation that ends before CreateKey still answers for the pair that Secrets Manager's createSecret made.
    """
    if rotation.new_key is not None:
        return rotation.new_key.version_id
    if (rotation.failure or {}).get("state") == "CreateKey":
        half_made = holder(versions, Label.NEW)
    else:
        half_made = _handed_over(versions, rotation.request.version_id)
    return half_made.version_id if half_made else None


def _handed_over(versions: tuple[KeyVersion, ...], version_id: str | None) -> KeyVersion | None:
    pending = holder(versions, Label.PENDING)
    if pending is None or pending.version_id != version_id:
        return None
    return pending if pending.labels & {Label.NEW, Label.FAILED} else None


def restoration(versions: tuple[KeyVersion, ...], rotation: Rotation) -> tuple[LabelMove, ...]:
    """List the moves after the old key came back: it is in use again, the new one failed."""
    back = rotation.retiring
    moves: tuple[LabelMove, ...] = ()
    if back and back.version_id:
        moves = (
            LabelMove(back.version_id, Label.IN_USE, on=True),
            LabelMove(back.version_id, Label.CURRENT, on=True),
            LabelMove(back.version_id, Label.old(back.ckn), on=False),
        )
    elif rotation.promoted and rotation.new_key:
        moves = (LabelMove(rotation.new_key.version_id, Label.IN_USE, on=False),)
    return needed(versions, (*moves, *failure(versions, rotation)))


def tidying(versions: tuple[KeyVersion, ...], link: Link) -> tuple[LabelMove, ...]:
    """List the labels to take off superseded pairs that the link holds no more."""
    moves = []
    for version in versions:
        if version.ckn is None or link.key(version.ckn) is not None or not version.has(Label.old(version.ckn)):
            continue
        moves.append(LabelMove(version.version_id, Label.old(version.ckn), on=False))
        if not version.labels & {Label.IN_USE, Label.NEW, Label.FAILED}:
            moves.append(LabelMove(version.version_id, Label.ckn(version.ckn), on=False))
    return needed(versions, tuple(moves))


def needed(versions: tuple[KeyVersion, ...], moves: tuple[LabelMove, ...]) -> tuple[LabelMove, ...]:
    """Leave out the moves that are already true."""
    labels = {version.version_id: version.labels for version in versions}
    return tuple(move for move in moves if (move.label in labels.get(move.version_id, frozenset())) != move.on)
