"""What people read at the end of a rotation, an enforcement or a recovery; and whether they read anything at all."""

from __future__ import annotations

from dxmacsec.model import SHOULD_ENCRYPT, Enforcement, Link, LinkKind, Outcome, Recovery, Rotation, RouterMode
from dxmacsec.policy import commands
from dxmacsec.policy.advice import advice
from dxmacsec.policy.letters import Letter, Words, framed
from dxmacsec.policy.lines import Alarm, Line, Pauses, line_now
from dxmacsec.policy.outcome import REFUSED, SUCCEEDED, uses_new_key
from dxmacsec.policy.recovery import has_promoted
from dxmacsec.policy.waves import FLEET_REASON

ASKED_BY_SECRETS_MANAGER = "Secrets Manager asked for it"
"""The reason of a rotation that Secrets Manager shows the end of by itself."""

DARK = frozenset({"LinkDark", "HeldDark", "RemoveSent"})
LOUD = frozenset({"LinkDark", "Restored"})
NOT_OURS = frozenset({"HostedConnection", "NotMacSecCapable", "Exempt"})
"""Ends of what never touches the line, because it is not ours to encrypt: in clear it is as it was ordered."""

PAUSED = "Automation of this link is paused: nothing rotates it until somebody clears that."
ENFORCEMENT_PAUSED = "Enforcement of this link is paused: nothing raises its mode until somebody clears that."
AT_ONCE = "at once: the line is not as it shall be."
NOT_BEFORE_CLEARED = "nothing happens by itself before the pause is cleared."
NO_HURRY = "no hurry for the line. While its key is due, each scheduled run tries the link again."
SWEPT = "the sweep looks again within the hour."
AILING = "look at the line: it is not encrypted on every port, although the rotation ended well."
TAKE_OFF = "take them off: Direct Connect holds them no more, so that nothing depends on them."


def tells_of_rotation(rotation: Rotation, outcome: Outcome) -> bool:
    """Tell whether people get a letter: of everything but a success that nobody waits to hear of.

    Who was asked at the router, or started it by hand, hears of the end. A run of the fleet tells of its
    rotations in one letter, and Secrets Manager shows those that it asked for.
    """
    if outcome.status != SUCCEEDED or rotation.remove_note or rotation.router_mode is RouterMode.MANUAL:
        return True
    reason = rotation.request.reason or ""
    return not reason.startswith(FLEET_REASON) and reason != ASKED_BY_SECRETS_MANAGER


def rotation_letter(rotation: Rotation, outcome: Outcome, line: Line, pauses: Pauses) -> Letter:
    """Return what people read of a rotation's end."""
    link, facts = rotation.link, {"Link": rotation.link, "Rotation": rotation.id, "Execution": rotation.execution}
    ended = {**facts, "Ended": f"{outcome.status}, {outcome.reason}"}
    if outcome.status == SUCCEEDED:
        return f"{line.alarm}dxmacsec {link}: {outcome.reason}", framed(_done(rotation, outcome, line, ended))
    refused = outcome.status == REFUSED
    words = Words(
        happened=outcome.sentence,
        line=line.words,
        did=PAUSED if outcome.pause else "",
        todo=advice(outcome.reason, refused=refused, used=uses_new_key(rotation)),
        until=_until(outcome, line),
        commands=_own(link, outcome, pauses),
        by_aws=_by_aws(link, rotation.link_kind, outcome, pauses),
        facts=ended,
        heading=outcome.reason,
    )
    return f"{_alarm(outcome, line, dark=outcome.reason in LOUD)}dxmacsec {link}: {outcome.reason}", framed(words)


def _done(rotation: Rotation, outcome: Outcome, line: Line, facts: dict[str, str]) -> Words:
    """Say in a few lines that it is done; keys that stayed on the router, or a line that is ill, leave something."""
    new = f"New CKN: {rotation.new_key.ckn}" if rotation.new_key else ""
    note = rotation.remove_note
    return Words(
        happened=outcome.sentence,
        line=line.words,
        did=f"The superseded keys were not taken off the router: {note}." if note else new,
        todo=" ".join(todo for todo in (AILING if line.alarm else "", TAKE_OFF if note else "") if todo),
        until=AT_ONCE if line.alarm else "no hurry." if note else "",
        commands=(commands.status(rotation.link),),
        lists={"Keys to take off the router": rotation.retired} if note else {},
        facts=facts,
    )


def _until(outcome: Outcome, line: Line) -> str:
    if outcome.reason in DARK or _alarm(outcome, line):
        return AT_ONCE
    if outcome.pause:
        return NOT_BEFORE_CLEARED
    return "" if outcome.status == REFUSED else NO_HURRY


def _alarm(outcome: Outcome, line: Line, *, dark: bool = False) -> Alarm:
    """Return what the subject begins with: what was seen of the line; `dark` is what the end itself says of it."""
    if outcome.reason in NOT_OURS:
        return Alarm.NONE
    return Alarm.DARK if dark and line.alarm in (Alarm.NONE, Alarm.UNSEEN) else line.alarm


def _own(link: str, outcome: Outcome, pauses: Pauses) -> tuple[str, ...]:
    """Return what to type after a rotation that did not succeed: look, end a pause that is there, start again."""
    if outcome.reason == "EnforcementFailed":
        raised_again = (commands.clear(link, enforcement=True),) if pauses.enforcement else ()
        return (commands.status(link), *raised_again)
    ended = commands.end_pause(link, pauses.automation) if _is_paused(outcome) else ()
    return (commands.status(link), *ended, commands.rotate(link))


def _by_aws(link: str, kind: LinkKind, outcome: Outcome, pauses: Pauses) -> tuple[str, ...]:
    if outcome.reason == "EnforcementFailed":
        raised_again = (commands.clear_by_aws(link, enforcement=True),) if pauses.enforcement else ()
        return (*raised_again, commands.enforce_by_aws(link))
    lower = (commands.set_mode_by_aws(link, kind, SHOULD_ENCRYPT),) if outcome.reason in DARK else ()
    cleared = (commands.clear_by_aws(link),) if _is_paused(outcome) and pauses.automation else ()
    return (*lower, *cleared, commands.rotate_by_aws(link))


def _is_paused(outcome: Outcome) -> bool:
    return outcome.pause or outcome.reason == "LinkPaused"


def enforcement_letter(enforcement: Enforcement, outcome: Outcome, line: Line) -> Letter:
    """Return what people read of an enforcement's end that left the mode as it must not be."""
    link = enforcement.link
    cleared = outcome.pause or outcome.reason == "EnforcementPaused"
    alarm = _alarm(outcome, line, dark=outcome.reason == "HeldDark")
    lower = commands.set_mode_by_aws(link, enforcement.link_kind, SHOULD_ENCRYPT)
    words = Words(
        happened=outcome.sentence,
        line=line.words,
        did=ENFORCEMENT_PAUSED if outcome.pause else "",
        todo=advice(outcome.reason, refused=outcome.status == REFUSED),
        until=AT_ONCE if outcome.reason in DARK or alarm else NOT_BEFORE_CLEARED if outcome.pause else SWEPT,
        commands=(commands.status(link), *((commands.clear(link, enforcement=True),) if cleared else ())),
        by_aws=(
            *((lower,) if outcome.reason == "HeldDark" else ()),
            *((commands.clear_by_aws(link, enforcement=True),) if cleared else ()),
            commands.enforce_by_aws(link),
        ),
        facts={
            "Link": link,
            "Execution": enforcement.execution,
            "Ended": f"{outcome.status}, {outcome.reason}",
        },
        heading=outcome.reason,
    )
    return f"{alarm}dxmacsec {link}: {outcome.reason}", framed(words)


def recovery_letter(recovery: Recovery, outcome: Outcome, link: Link, pauses: Pauses) -> Letter:
    """Return what people read once an execution was stopped and what it left was finished."""
    line = line_now(link)
    alarm = _alarm(outcome, line, dark=outcome.pause or "restore" in recovery.done)
    words = Words(
        happened=outcome.sentence,
        line=line.words,
        did=PAUSED if outcome.pause else "",
        todo=advice(outcome.reason, used=has_promoted(recovery, link)),
        until=_until(outcome, line),
        commands=_own(recovery.link, outcome, pauses),
        by_aws=_by_aws(recovery.link, link.kind, outcome, pauses),
        facts={
            "Link": recovery.link,
            "Stopped execution": recovery.nested or recovery.dead,
            "Recovered by": recovery.execution,
            "Ended": f"{outcome.status}, {outcome.reason}",
        },
        heading=outcome.reason,
    )
    return f"{alarm}dxmacsec {recovery.link}: recovered after {outcome.reason}", framed(words)
