"""How long a function may run and how much memory it gets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.config import Config

# They look at a link again and again inside one call, and sleep in between: the smallest machine does.
LOOKING = frozenset({"AwaitAssociated", "AwaitRetired", "RestoreKey", "AwaitEncryption", "WatchMode"})
_LOOK_MARGIN_SECONDS = 30
_LOOKING_MEGABYTES = 128


@dataclass(frozen=True)
class Size:
    """A function's time-out and memory."""

    seconds: int
    megabytes: int


# Long enough for a few calls with all retries of the SDK. A lock whose execution died stays for longer than
# the time-out of any function that changes a link, because a call may still be on its way to AWS
# (docs/design.md).
_DEFAULT = Size(60, 256)
# Both judge many links in one call, and change none of them. What a call of HearChange could not finish comes
# again after six of its time-outs, so that one is no longer than a burst of a thousand events needs.
_MANY_LINKS = {"HearChange": Size(120, 512), "SweepLinks": Size(900, 512)}
# The coordinator's. TurnMember waits for a member's sweep, which may take as long as a function can. The two that read
# what came back hold the answers of all members at once.
_OF_THE_ORGANISATION = {
    "GatherMembers": Size(60, 256),
    "TurnMember": Size(900, 256),
    "OrderMembers": Size(900, 1024),
    "ReportOrganisation": Size(900, 1024),
}


def size_of(function_id: str, config: Config) -> Size:
    """The size of the function under this id; one that looks may do so for as long as `config` says."""
    if function_id in LOOKING:
        return Size(math.ceil(config.look_seconds) + _LOOK_MARGIN_SECONDS, _LOOKING_MEGABYTES)
    return _MANY_LINKS.get(function_id, _DEFAULT)


def size_of_coordinator(function_id: str) -> Size:
    """The size of the coordinator's function under this id."""
    return _OF_THE_ORGANISATION[function_id]
