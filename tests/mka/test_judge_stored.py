"""Captures of real peers, judged again in every test run, without a kernel.

`captures/<name>.pcap` is what tcpdump wrote on the line between two ends, from before MKA began; `captures/<name>.json`
holds its pairs, made for that one capture, and what is in it:

    {"what": "one sentence: whose MKA, which kernel, what happened",
     "pairs": [{"ckn": "…", "cak": "…"}],
     "expected": {"frames": 0, "mka": 0, "macsec": 0, "opened": {"<ckn>": 0}}}

`real.pcap` is the one that must be there: a make-before-break rotation between two stock wpa_supplicants, with the
pairs in their order and a numbered flow from each end throughout.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.model import Cak, KeyPair
from tests.mka.judge import judge_capture

CAPTURES = Path(__file__).parent / "captures"
REAL = CAPTURES / "real.pcap"
STORED = [pytest.param(path, id=path.stem) for path in sorted(CAPTURES.glob("*.pcap"))]
OCTETS_AT_MOST = 300_000
IPV4_HEADER, UDP = bytes.fromhex("080045"), 17
FLOW_OCTETS = 2 + 20 + 8 + 4
GREETING = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture with its pairs and what was counted when it was stored."""

    pcap: bytes
    pairs: tuple[KeyPair, ...]
    expected: dict[str, Any]

    @classmethod
    def at(cls, path: Path) -> Stored:
        """Read a capture and the JSON beside it."""
        beside = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        pairs = tuple(KeyPair(pair["ckn"].lower(), Cak(pair["cak"])) for pair in beside["pairs"])
        return cls(path.read_bytes(), pairs, beside["expected"])


def test_a_capture_of_real_peers_is_stored_with_a_rotation_in_it() -> None:
    stored = Stored.at(REAL)

    assert len(stored.pairs) >= 2
    assert len(stored.pcap) <= OCTETS_AT_MOST


@pytest.mark.parametrize("path", STORED)
def test_every_frame_on_the_line_is_signed_or_encrypted_under_one_of_the_pairs(path: Path) -> None:
    stored = Stored.at(path)

    report = judge_capture(stored.pcap, stored.pairs)

    assert (report.clear, report.not_opened, report.mkpdus_malformed) == (0, 0, 0)
    assert {verdict.ethertype for verdict in report.verdicts} <= {0x888E, 0x88E5}
    assert not report.mkpdus_strange
    assert not report.cut_short
    for key in report.keys.values():
        assert key.mkpdus_valid > 0
        assert (key.mkpdus_invalid, key.saks_not_unwrapped, key.opened_readable) == (0, 0, 0)
        assert key.saks > 0
        assert key.opened > 0


def test_in_the_real_capture_each_ends_numbered_flow_is_whole_and_moves_once_from_pair_to_pair() -> None:
    stored = Stored.at(REAL)
    flows: defaultdict[bytes, list[tuple[int, str | None]]] = defaultdict(list)

    for verdict in judge_capture(stored.pcap, stored.pairs).verdicts:
        number = _number_of(verdict.user_data)
        if number is not None:
            flows[verdict.source].append((number, verdict.ckn))

    assert len(flows) == 2
    for flow in flows.values():
        assert [number for number, _ in flow] == list(range(len(flow)))
        assert [ckn for ckn, _ in groupby(ckn for _, ckn in flow)] == [pair.ckn for pair in stored.pairs]


@pytest.mark.parametrize("path", STORED)
def test_the_figures_are_those_that_were_counted_when_it_was_stored(path: Path) -> None:
    stored = Stored.at(path)

    report = judge_capture(stored.pcap, stored.pairs)

    assert stored.expected == {
        "frames": report.frames,
        "mka": report.mka,
        "macsec": report.macsec,
        "opened": {ckn: key.opened for ckn, key in report.keys.items()},
    }


@pytest.mark.parametrize("path", STORED)
def test_with_one_digit_of_each_cak_wrong_nothing_is_valid_and_nothing_opens(path: Path) -> None:
    stored = Stored.at(path)
    wrong = [KeyPair(pair.ckn, Cak(_one_digit_off(pair.cak.reveal()))) for pair in stored.pairs]

    report = judge_capture(stored.pcap, wrong)

    assert report.not_opened == report.macsec > 0
    assert all((key.mkpdus_valid, key.opened) == (0, 0) for key in report.keys.values())


@pytest.mark.parametrize("path", STORED)
def test_with_one_digit_of_each_ckn_wrong_nothing_is_valid_and_nothing_opens(path: Path) -> None:
    stored = Stored.at(path)
    wrong = [KeyPair(_one_digit_off(pair.ckn), pair.cak) for pair in stored.pairs]

    report = judge_capture(stored.pcap, wrong)

    assert report.not_opened == report.macsec > 0
    assert sum(report.mkpdus_strange.values()) == report.mka > 0


def _number_of(user_data: bytes | None) -> int | None:
    """Return the number of a datagram of the flow: one little-endian word over UDP, no greeting."""
    if user_data is None or len(user_data) != FLOW_OCTETS or user_data[:3] != IPV4_HEADER or user_data[11] != UDP:
        return None
    number = int.from_bytes(user_data[-4:], "little")
    return None if number == GREETING else number


def _one_digit_off(digits: str) -> str:
    return digits[:-1] + f"{int(digits[-1], 16) ^ 1:x}"
