"""Keeping a task alive while a slow device works on it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOGGER = logging.getLogger(__name__)


@contextmanager
def heartbeats(beat: Callable[[], bool], every_seconds: float) -> Iterator[Callable[[], bool]]:
    """Call `beat` again and again while the block runs, until it returns False; yield whether it has not yet.

    A beat that fails is only noted: the next one may reach AWS, and the task's own deadline decides.
    """
    ended, dead = Event(), Event()

    def keep_beating() -> None:
        while not ended.wait(every_seconds):
            try:
                if not beat():
                    dead.set()
                    return
            except (BotoCoreError, ClientError) as error:
                LOGGER.warning("a heartbeat failed: %s", type(error).__name__)

    thread = Thread(target=keep_beating, name="heartbeats", daemon=True)
    thread.start()
    try:
        yield lambda: not dead.is_set()
    finally:
        ended.set()
        thread.join()
