"""What runs beside the server until the sandbox stops."""

from __future__ import annotations

import threading
from collections.abc import Callable

Worker = Callable[[threading.Event], None]
"""Runs beside the server until the event is set."""


class Workers:
    """The workers that were started, and the event that ends them."""

    def __init__(self) -> None:
        """Start with none."""
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def add(self, worker: Worker) -> None:
        """Run something beside the server."""
        thread = threading.Thread(target=worker, args=(self._stopping,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End all of them and wait for it; repeating it is safe."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
