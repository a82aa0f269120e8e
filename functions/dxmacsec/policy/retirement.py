"""When a link is a link no more, and what is written and said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dxmacsec.compliance import Change, Prompt, PromptKind, Standing
from dxmacsec.model import Link
from dxmacsec.policy.commands import restore_by_aws
from dxmacsec.policy.letters import Words, framed

ENDING = frozenset({"deleting", "deleted", "rejected"})
"""States out of which no connection or LAG comes back; AWS goes on listing it for a while.

https://docs.aws.amazon.com/directconnect/latest/APIReference/API_Connection.html
"""

WEIGHT = {kind: number for number, kind in enumerate(reversed(PromptKind))}


def is_ending(link: Link) -> bool:
    """Tell whether AWS is taking a link away, or has."""
    return link.state in ENDING


def weightiest(prompts: Iterable[Prompt]) -> Prompt:
    """Return the prompt that allows most, the newest of several such."""
    return max(prompts, key=lambda prompt: (WEIGHT[prompt.kind], prompt.change.at))


def gone_reason(lag: Link | None) -> str:
    """Return why a link is none any more: deleted, or a member of a LAG, which holds the keys."""
    return "JoinedLag" if lag else "LinkDeleted"


def gone_sentence(link: str, lag: Link | None) -> str:
    """Say what became of a link."""
    if lag:
        return f"{link} is a member of {lag.id} now: the LAG holds the keys and the mode."
    return f"Direct Connect knows no {link} any more."


def gone_record(standing: Standing, lag: Link | None, change: Change | None) -> dict[str, Any]:
    """Return the last record of a link, for the ledger and the bus."""
    return {
        "schema": 1,
        "link": standing.link,
        "before": {"status": str(standing.status), "reasons": list(standing.reasons)},
        "after": None,
        "reason": gone_reason(lag),
        "sentence": gone_sentence(standing.link, lag),
        "change": {**asdict(change), "at": change.at.isoformat()} if change else None,
    }


def gone_letter(standing: Standing, change: Change | None, *, secret: str) -> tuple[str, str]:
    """Return what people are told when a link was deleted; of one that had keys, the router still has them."""
    who = f"{change.call} by {change.by} at {change.at.isoformat()}" if change else "found by the sweep"
    kept = f"dxmacsec/{standing.link}"
    words = Words(
        happened=f"{standing.link} was deleted ({who}).",
        line="there is none any more.",
        did=secret,
        todo="take its keys off the router." if standing.keyed else "",
        until="no hurry; a key secret that was scheduled for deletion can be restored for 30 days."
        if standing.keyed
        else "",
        by_aws=(restore_by_aws(kept),) if standing.keyed else (),
        heading="LinkDeleted",
    )
    return f"dxmacsec {standing.link}: LinkDeleted", framed(words)
