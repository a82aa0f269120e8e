"""Read a classic capture file, as tcpdump writes it: every frame with its time.

The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ETHERNET = 1
FILE_HEADER_OCTETS = 24
RECORD_HEADER_OCTETS = 16

TICKS_PER_SECOND = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
}
"""What the first four octets say: the byte order of all headers, and what a second's fraction counts."""


class NotACapture(ValueError):
    """The octets are no capture file of Ethernet frames."""


@dataclass(frozen=True, slots=True)
class CapturedFrame:
    """One frame as it was on the line, from its destination address on, without its checksum."""

    seconds: float
    octets: bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """The frames in the file's order; `cut_short` when the last record is not whole, as after a kill of tcpdump."""

    frames: tuple[CapturedFrame, ...]
    cut_short: bool


def read_pcap(pcap: bytes) -> Capture:
    """Return the frames of a capture file.

    A frame that tcpdump itself shortened (`-s`) is returned as short as it is: such a MACsec frame can't be opened.

    Raises:
        NotACapture: no capture file, or not of Ethernet (`tcpdump -i any` writes another link type).
    """
    order, ticks = _file_header(pcap)
    record = struct.Struct(order + "IIII")
    frames = []
    at = FILE_HEADER_OCTETS
    while at + RECORD_HEADER_OCTETS <= len(pcap):
        whole_seconds, fraction, octets, _on_the_line = record.unpack_from(pcap, at)
        start = at + RECORD_HEADER_OCTETS
        if start + octets > len(pcap):
            break
        frames.append(CapturedFrame(whole_seconds + fraction / ticks, pcap[start : start + octets]))
        at = start + octets
    return Capture(tuple(frames), cut_short=at != len(pcap))


def _file_header(pcap: bytes) -> tuple[str, int]:
    if len(pcap) < FILE_HEADER_OCTETS or pcap[:4] not in TICKS_PER_SECOND:
        message = "expected a classic pcap file"
        raise NotACapture(message)
    order, ticks = TICKS_PER_SECOND[pcap[:4]]
    (link_type,) = struct.unpack_from(order + "I", pcap, FILE_HEADER_OCTETS - 4)
    if link_type & 0xFFFF != ETHERNET:
        message = f"expected Ethernet frames (link type {ETHERNET}), found link type {link_type & 0xFFFF}"
        raise NotACapture(message)
    return order, ticks
