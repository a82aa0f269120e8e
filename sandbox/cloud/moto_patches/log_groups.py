"""CloudWatch Logs: writing what functions print, and reading it, without a request a line.

What breaks when moto moves: the signatures of its logs backend.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from sandbox.cloud.account import REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private


def messages(account: str) -> list[str]:
    """Return every line of every log group of an account, those of a stream in their order."""
    backend: Private = private("moto.logs.models").logs_backends[account][REGION]
    streams = [stream for group in list(backend.groups.values()) for stream in list(group.streams.values())]
    return [event.message for stream in streams for event in list(stream.events)]


def append(account: str, group: str, stream: str, lines: Sequence[str]) -> None:
    """Append lines to a log stream of an account; group and stream are made when they aren't there."""
    if not lines:
        return
    backend: Private = private("moto.logs.models").logs_backends[account][REGION]
    backend.ensure_log_group(group)
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    now_milliseconds = int(time.time() * 1000)
    events = [{"timestamp": now_milliseconds, "message": line} for line in lines]
    backend.put_log_events(group, stream, events)
