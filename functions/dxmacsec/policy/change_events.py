"""What tells that a link may have changed: calls that CloudTrail saw, and our own words, read into a prompt.

An event is a hint and nothing more: of all that it says only ids that look like a link's are used, and what
people read of it is cut and printable.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dxmacsec.compliance import Change, Prompt, PromptKind
from dxmacsec.errors import BadInput
from dxmacsec.policy.callers import made_by_us
from dxmacsec.policy.event_fields import maybe, part, text, time
from dxmacsec.policy.request import LINK_ID
from dxmacsec.policy.secret_events import secret_of

OURS = "dxmacsec"
DIRECT_CONNECT = "aws.directconnect"
SECRETS_MANAGER = "aws.secretsmanager"

BY_CLOUDTRAIL = frozenset({"AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"})
SECRET_CALLS = frozenset({"DeleteSecret", "RestoreSecret"})
ENDED = frozenset({"MACsec Enforcement Ended", "MACsec Rotation Ended", "MACsec Link Recovered"})
WAITED = {"MACsec Link Freed": PromptKind.FREED, "MACsec Look Again": PromptKind.AGAIN}
"""Our own words that bring a change back: it met a lock, or a line that was still coming up."""

ID_FIELDS = ("connectionId", "lagId", "interconnectId", "parentConnectionId")
LINK_ARN = re.compile(r"arn:[a-z-]+:directconnect:[a-z0-9-]+:\d{12}:dx(?:con|lag)/(.+)")
CALL = re.compile(r"[A-Za-z0-9]{1,64}")

LONGEST_ID = 64
LONGEST_NAME = 256
LONGEST_ARN = 2048


def read_prompt(event: object) -> Prompt:
    """Read an event of the bus.

    Raises:
        BadInput: it is none of those that the rules let through, or a field is missing or malformed; the
            message names the field.
    """
    source, detail_type = text(event, "source"), text(event, "detail-type")
    if source == OURS and detail_type in ENDED:
        return _ended(event, detail_type)
    if source == OURS and detail_type in WAITED:
        return _waited(event, WAITED[detail_type])
    if source == DIRECT_CONNECT and detail_type in BY_CLOUDTRAIL:
        return _call_on_links(event)
    if source == SECRETS_MANAGER and detail_type in BY_CLOUDTRAIL:
        return _call_on_a_secret(event)
    message = "source, detail-type: expected a call of Direct Connect or Secrets Manager, or an event of ours"
    raise BadInput(message)


def written(change: Change) -> dict[str, str]:
    """Return a change as our own events carry it; `read_prompt` gives it back."""
    return {"event_id": change.event_id, "call": change.call, "by": change.by, "at": change.at.isoformat()}


def _call_on_links(event: object) -> Prompt:
    """Both sides of a call are looked at: a connection and its LAG, an interconnect and what is hosted on it."""
    detail = part(event, "detail")
    links = frozenset(_named(maybe(detail, "requestParameters"))) | frozenset(_named(maybe(detail, "responseElements")))
    nothing = _nothing(event, detail) or (None if links else "NoLink")
    return Prompt(PromptKind.CHANGED, _change(event, detail), links, nothing=nothing)


def _call_on_a_secret(event: object) -> Prompt:
    detail = part(event, "detail")
    if text(detail, "eventName") not in SECRET_CALLS:
        message = f"eventName: expected one of {', '.join(sorted(SECRET_CALLS))}"
        raise BadInput(message)
    secret = secret_of(detail)
    if len(secret) > LONGEST_ARN or not secret.isprintable():
        message = f"responseElements.arn: expected printable text of at most {LONGEST_ARN} characters"
        raise BadInput(message)
    return Prompt(PromptKind.CHANGED, _change(event, detail), secret=secret, nothing=_nothing(event, detail))


def _ended(event: object, detail_type: str) -> Prompt:
    change = Change(_shown(text(event, "id"), LONGEST_ID), detail_type, OURS, time(event, "time"))
    return Prompt(PromptKind.ENDED, change, frozenset({_link(part(event, "detail"))}))


def _waited(event: object, kind: PromptKind) -> Prompt:
    """Give back the change that waited; of a sweep that waited no event and nobody is named."""
    detail = part(event, "detail")
    waited = part(detail, "change")
    event_id, call, by = (str(waited.get(name) or "") for name in ("event_id", "call", "by"))
    change = Change(
        _shown(event_id, LONGEST_ID), _shown(call, LONGEST_ID), _shown(by, LONGEST_NAME), time(waited, "at")
    )
    return Prompt(kind, change, frozenset({_link(detail)}))


def _nothing(event: object, detail: Mapping[str, Any]) -> str | None:
    """Return why a call needs no look: AWS refused it, or a role of ours in this account made it."""
    if detail.get("errorCode") is not None:
        return "CallRefused"
    return "OwnDoing" if made_by_us(event, detail) else None


def _change(event: object, detail: Mapping[str, Any]) -> Change:
    call = text(detail, "eventName")
    if not CALL.fullmatch(call):
        message = "eventName: expected the name of a call, letters and digits"
        raise BadInput(message)
    return Change(_shown(text(event, "id"), LONGEST_ID), call, _by(detail), time(detail, "eventTime"))


def _by(detail: Mapping[str, Any]) -> str:
    identity = maybe(detail, "userIdentity")
    named = (identity.get(name) for name in ("arn", "principalId", "invokedBy", "type"))
    return _shown(next((name for name in named if isinstance(name, str) and name), "nobody named"), LONGEST_NAME)


def _named(fields: Mapping[str, Any]) -> Iterator[str]:
    """Return the ids of connections and LAGs among a call's fields; an answer lists a LAG's members, too."""
    members = fields.get("connections")
    for named in (fields, *(members if isinstance(members, list) else ())):
        if isinstance(named, Mapping):
            yield from (each for name in ID_FIELDS if LINK_ID.fullmatch(each := str(named.get(name))))
    arn = LINK_ARN.fullmatch(str(fields.get("resourceArn") or ""))
    if arn and LINK_ID.fullmatch(arn[1]):
        yield arn[1]


def _link(detail: Mapping[str, Any]) -> str:
    link = text(detail, "link")
    if not LINK_ID.fullmatch(link):
        message = "link: expected the id of a connection or LAG, like dxcon-fg5678gh"
        raise BadInput(message)
    return link


def _shown(words: str, limit: int) -> str:
    return "".join(each if each.isprintable() else "?" for each in words[:limit])
