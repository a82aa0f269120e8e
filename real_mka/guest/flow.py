"""A numbered flow of datagrams from one end of a line, and a note of those that arrive from the other.

    flow.py OWN_ADDRESS PEER_ADDRESS PORT FILE

First each end greets until it hears the other, so that nothing is sent to an end that isn't there yet. From then on
one numbered datagram every 10 ms, whatever becomes of it. Interrupted, it sends no more, hears for a while what is
still on its way, then writes FILE: how many were sent, then number and time of each that arrived.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import struct
import sys
import time
from pathlib import Path

EVERY_SECONDS = 0.01
LINGER_SECONDS = 3
GREETING = 2**32 - 1
BEGUN = "both ends are there"
COUNT = struct.Struct("<I")
ARRIVAL = struct.Struct("<Id")


class Flow:
    """Both directions of one end."""

    def __init__(self, own: str, peer: str, port: int) -> None:
        """Take the addresses and the port, which is that of both ends."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((own, port))
        self._socket.setblocking(False)  # noqa: FBT003 - the socket's own signature
        self._peer = (peer, port)
        self._until: float | None = None
        self._heard = False
        self.sent = 0
        self.arrivals: list[tuple[int, float]] = []

    def interrupt(self, *_: object) -> None:
        """Send no more, and end soon."""
        self._until = time.monotonic() + LINGER_SECONDS

    def run(self) -> None:
        """Send and hear until interrupted; a stall is made up for, so that numbers keep step with time."""
        due = time.monotonic()
        while self._until is None or time.monotonic() < self._until:
            now = time.monotonic()
            if now >= due:
                due += EVERY_SECONDS
                if self._until is None:
                    self._send()
            if select.select([self._socket], [], [], max(0.0, due - now))[0]:
                self._hear()

    def _send(self) -> None:
        number = GREETING
        if self._heard:
            number, self.sent = self.sent, self.sent + 1
        with contextlib.suppress(OSError):  # no route just now: the datagram is lost, and counts as such
            self._socket.sendto(COUNT.pack(number), self._peer)

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                (number,) = COUNT.unpack(self._socket.recv(COUNT.size))
                if not self._heard:
                    self._heard = True
                    print(BEGUN, flush=True)  # noqa: T201 - the host waits for it
                if number != GREETING:
                    self.arrivals.append((number, time.time()))


def main() -> None:
    """Run until interrupted, then write what arrived."""
    own, peer, port, path = sys.argv[1:]
    flow = Flow(own, peer, int(port))
    signal.signal(signal.SIGINT, flow.interrupt)
    flow.run()
    Path(path).write_bytes(COUNT.pack(flow.sent) + b"".join(ARRIVAL.pack(*each) for each in flow.arrivals))


if __name__ == "__main__":
    main()
