"""Whatever is on the line is counted: no frame makes the judge fail, and no changed frame passes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxmacsec.model import Cak, KeyPair
from tests.mka.judge import judge_capture
from tests.mka.judge_builder import NewSak, Speaker, parameter_set, pcap, peer_list
from tests.mka.judge_pcap import NotACapture
from tests.mka.judge_report import CaptureReport, Finding

PAIR = KeyPair("0a" * 32, Cak("11" * 32))
SPEAKER = Speaker.of(PAIR)
SAK = NewSak(b"s" * 16)
DISTRIBUTION = SPEAKER.mkpdu(
    peer_list(1, (bytes(12), 1)), parameter_set(3, 0x30, bytes(40)), SPEAKER.distributing(SAK), indicator=True
)
GOOD = [
    DISTRIBUTION,
    SPEAKER.mkpdu(),
    SPEAKER.secured(SAK, 1, b"\x08\x00 a short frame"),
    SPEAKER.secured(SAK, 2, b"\x08\x00 a frame of full length" + bytes(200), explicit_sci=False),
    SPEAKER.secured(SAK, 3, b"\x08\x00 to be read by everybody", encrypted=False),
]
PASSED = {Finding.MKPDU_VALID, Finding.OPENED, Finding.OPENED_READABLE}
KINDS_OF_START = st.sampled_from([b"", b"\x88\x8e", b"\x88\x8e\x03\x05", b"\x88\xe5", b"\x08\x00"])
STRANGE_FRAMES = st.builds(lambda start, rest: bytes(12) + start + rest, KINDS_OF_START, st.binary(max_size=200))
FUZZ = settings(max_examples=200, deadline=None)


def judged(*frames: bytes) -> CaptureReport:
    return judge_capture(pcap([(1.0, frame) for frame in (DISTRIBUTION, *frames)]), [PAIR])


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_the_frames_that_are_changed_below_pass_as_they_are(number: int) -> None:
    assert judged(GOOD[number]).verdicts[1].finding in PASSED


@FUZZ
@given(st.lists(STRANGE_FRAMES | st.binary(max_size=40), max_size=8))
def test_any_frames_are_all_counted_and_none_passes(frames: list[bytes]) -> None:
    report = judged(*frames)

    assert report.mka + report.macsec + report.clear + report.other == report.frames == len(frames) + 1
    assert PASSED.isdisjoint(verdict.finding for verdict in report.verdicts[1:])


@FUZZ
@given(st.sampled_from(GOOD), st.data())
def test_a_frame_with_one_changed_bit_never_passes(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 8 * len(frame) - 1))
    changed = bytearray(frame)
    changed[at // 8] ^= 1 << at % 8

    assert judged(bytes(changed)).verdicts[1].finding not in PASSED


@FUZZ
@given(st.sampled_from(GOOD), st.data())
def test_a_frame_with_octets_cut_out_or_put_in_never_passes(frame: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(frame) - 1))
    end = data.draw(st.integers(start, len(frame)))
    changed = frame[:start] + data.draw(st.binary(max_size=20)) + frame[end:]

    report = judged(changed)

    padded = len(changed) > len(frame) and changed.startswith(frame)
    assert report.verdicts[1].finding not in PASSED or changed == frame or padded


@FUZZ
@given(st.binary(max_size=120), st.integers(0, 24), st.lists(st.sampled_from(GOOD), max_size=3))
def test_any_octets_are_a_capture_or_refused_as_none(octets: bytes, keep: int, frames: list[bytes]) -> None:
    file = pcap([(1.0, frame) for frame in frames])[: keep or None] + octets

    try:
        report = judge_capture(file, [PAIR])
    except NotACapture:
        assert keep < 24 or octets
        return

    assert report.mka + report.macsec + report.clear + report.other == report.frames
