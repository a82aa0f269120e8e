"""HearLabel: AWSCURRENT moved in a key secret; own key material goes to the link, our own doing nowhere."""

from __future__ import annotations

from dxmacsec.errors import BadKeyPair
from dxmacsec.interfaces import World
from dxmacsec.model import Verdict
from dxmacsec.policy.commands import status
from dxmacsec.policy.hearing import Heard
from dxmacsec.policy.letters import Words, framed
from dxmacsec.policy.own_material import REASON, may_use, whose_doing
from dxmacsec.policy.secret_events import LabelMoved, read_label_moved


def hear_label(event: object, world: World) -> Heard:
    """Return `start` where a rotation to somebody's own pair was started, `refused`, or `nothing`.

    Running it twice is safe: the rotation is named after the event, so one event starts one. A version that
    holds no valid pair changes nothing; people are told which field is wrong.

    Raises:
        BadInput: the event is none of a moved label.
        KeyPairMissing: the version went away between two looks.
    """
    moved = read_label_moved(event)
    link = world.key_secrets.link_of(moved.secret)
    if link is None:
        return Heard("", "nothing", "NotOurs", f"{moved.secret} is no key secret.")
    verdict = _verdict(link, moved, world)
    if verdict.next == "start":
        request = {"link": link, "version_id": moved.version_id, "reason": REASON}
        world.rotations.start(f"label-{moved.event_id}", request)
    elif verdict.next == "refused":
        _tell(link, moved, verdict, world)
    return Heard(link, verdict.next, verdict.reason, verdict.sentence)


def _verdict(link: str, moved: LabelMoved, world: World) -> Verdict:
    versions = world.key_secrets.versions(link) or ()
    verdict = whose_doing(link, moved.version_id, versions)
    if verdict.next != "look":
        return verdict
    try:
        pair = world.key_secrets.pair(link, moved.version_id)
    except BadKeyPair as error:
        return Verdict("refused", "BadKeyPair", str(error))
    return may_use(link, moved.version_id, pair.ckn, versions)


def _tell(link: str, moved: LabelMoved, verdict: Verdict, world: World) -> None:
    words = Words(
        happened=f"Somebody made version {moved.version_id} AWSCURRENT in the key secret {moved.secret}, and {link} "
        f"can't use it: {verdict.sentence}",
        line="as it was: nothing was changed, and the link keeps the key that it has.",
        todo="write another version: two new random numbers of 64 hexadecimal digits.",
        until="no hurry: the pair in use stays in use.",
        commands=(status(link),),
        by_aws=(f"aws secretsmanager put-secret-value --secret-id {moved.secret} --secret-string file://pair.json",),
        heading=verdict.reason,
    )
    world.herald.alert(f"dxmacsec {link}: {verdict.reason}", framed(words))
