"""The report on whole captures that the builder makes: rotations, wrong keys, clear frames, broken files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.model import Cak, KeyPair
from tests.mka.judge import distributed_sak, judge_capture, mka_keys
from tests.mka.judge_builder import NewSak, Speaker, parameter_set, pcap, peer_list
from tests.mka.judge_frames import CipherSuite, Sak, salt_of
from tests.mka.judge_keys import SakNotUnwrapped
from tests.mka.judge_mkpdu import parse_mkpdu
from tests.mka.judge_pcap import NotACapture, read_pcap
from tests.mka.judge_report import CaptureReport, Finding, Kind

OLD = KeyPair("0a" * 32, Cak("11" * 32))
NEW = KeyPair("0b" * 32, Cak("22" * 32))
NEAR, FAR = "02005e000001", "02005e000002"
IP, ARP = b"\x08\x00", b"\x08\x06"
VLAN_101 = b"\x81\x00\x00\x65"
OLD_SAK, NEW_SAK = NewSak(b"o" * 16), NewSak(b"n" * 16)


def told(pair: KeyPair, *saks: NewSak) -> list[bytes]:
    """Return the MKPDUs by which the near end gives its SAKs to the far end, and the far end's own."""
    near, far = Speaker.of(pair, NEAR), Speaker.of(pair, FAR)
    heard = peer_list(1, (bytes(range(12)), 1))
    return [far.mkpdu(heard), *(near.mkpdu(near.distributing(sak), number=at) for at, sak in enumerate(saks))]


def flow(pair: KeyPair, sak: NewSak, count: int, *, port: int = 1) -> list[bytes]:
    """Return so many numbered frames from each end."""
    ends = [replace(Speaker.of(pair, address), port=port) for address in (NEAR, FAR)]
    return [end.secured(sak, at + 1, IP + b"datagram %d" % at) for at in range(count) for end in ends]


def seen(*frames: bytes) -> bytes:
    """Return a capture file with a frame a second."""
    return pcap([(100.0 + at, frame) for at, frame in enumerate(frames)])


def judged(*frames: bytes, pairs: tuple[KeyPair, ...] = (OLD, NEW)) -> CaptureReport:
    return judge_capture(seen(*frames), pairs)


def test_every_frame_of_a_rotation_is_said_to_be_under_the_key_that_carried_it() -> None:
    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 5), *told(NEW, NEW_SAK), *flow(NEW, NEW_SAK, 7, port=2))

    assert (report.frames, report.mka, report.macsec, report.clear, report.other) == (28, 4, 24, 0, 0)
    old, new = report.keys[OLD.ckn], report.keys[NEW.ckn]
    assert (old.mkpdus_valid, old.mkpdus_invalid, old.saks, old.opened) == (2, 0, 1, 10)
    assert (new.mkpdus_valid, new.mkpdus_invalid, new.saks, new.opened) == (2, 0, 1, 14)
    assert (old.first_seconds, old.last_seconds) == (102.0, 111.0)
    assert (new.first_seconds, new.last_seconds) == (114.0, 127.0)
    assert (report.not_opened, report.mkpdus_malformed, report.cut_short) == (0, 0, False)


@pytest.mark.parametrize("tag", [b"", VLAN_101, b"\x88\xa8\x00\x02" + VLAN_101])
def test_a_kernel_that_asks_for_its_neighbour_is_no_traffic(tag: bytes) -> None:
    near = Speaker.of(OLD, NEAR)
    traffic, probe = near.secured(OLD_SAK, 1, tag + IP + b"datagram"), near.secured(OLD_SAK, 2, tag + ARP + b"who has")

    old = judged(*told(OLD, OLD_SAK), traffic, probe).keys[OLD.ckn]

    assert (old.opened, old.last_seconds, old.last_traffic_seconds) == (2, 103.0, 102.0)


def test_a_key_without_traffic_has_no_last_traffic() -> None:
    probe = Speaker.of(OLD, NEAR).secured(OLD_SAK, 1, ARP + b"who has")

    report = judged(*told(OLD, OLD_SAK), probe)

    assert report.keys[OLD.ckn].last_traffic_seconds is None
    assert report.keys[NEW.ckn].last_traffic_seconds is None


def test_both_directions_are_opened_and_their_data_can_be_counted() -> None:
    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 3))

    opened = [(v.source.hex(), v.user_data) for v in report.verdicts if v.finding is Finding.OPENED]
    assert opened == [(end, IP + b"datagram %d" % at) for at in range(3) for end in (NEAR, FAR)]


def test_frames_of_both_keys_at_once_are_told_apart_though_address_and_number_are_the_same() -> None:
    mixed = [frame for two in zip(flow(OLD, OLD_SAK, 4), flow(NEW, NEW_SAK, 4), strict=True) for frame in two]

    report = judged(*told(OLD, OLD_SAK), *told(NEW, NEW_SAK), *mixed)

    assert [v.ckn for v in report.verdicts[4:]] == [OLD.ckn, NEW.ckn] * 8


def test_a_rekey_is_followed_through_all_association_numbers_and_round_again() -> None:
    saks = [NewSak(bytes([at]) * 16, at % 4, at + 1) for at in range(6)]

    report = judged(*told(OLD, *saks), *(frame for sak in saks for frame in flow(OLD, sak, 2)))

    assert (report.keys[OLD.ckn].saks, report.keys[OLD.ckn].opened, report.not_opened) == (6, 24, 0)


def test_a_sak_that_is_sent_again_counts_once() -> None:
    report = judged(*told(OLD, OLD_SAK, OLD_SAK, OLD_SAK), *flow(OLD, OLD_SAK, 1))

    assert (report.keys[OLD.ckn].mkpdus_valid, report.keys[OLD.ckn].saks) == (4, 1)


@pytest.mark.parametrize("suite", list(CipherSuite)[:2])
def test_a_sak_of_either_length_opens_its_frames(suite: CipherSuite) -> None:
    sak = NewSak(b"s" * suite.sak_octets, suite=suite, named=True)

    report = judged(*told(OLD, sak), *flow(OLD, sak, 2))

    assert (report.keys[OLD.ckn].opened, report.not_opened) == (4, 0)


def test_the_order_of_mkpdu_and_frame_in_the_file_does_not_matter() -> None:
    report = judged(*flow(OLD, OLD_SAK, 2), *told(OLD, OLD_SAK))

    assert report.keys[OLD.ckn].opened == 4


def test_a_wrong_cak_validates_nothing_and_opens_nothing() -> None:
    wrong = KeyPair(OLD.ckn, Cak("12" + "11" * 31))

    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 5), pairs=(wrong,))

    key = report.keys[OLD.ckn]
    assert (key.mkpdus_valid, key.mkpdus_invalid, key.saks, key.opened) == (0, 2, 0, 0)
    assert (key.first_seconds, key.last_seconds, report.not_opened) == (None, None, 10)


def test_a_wrong_ckn_validates_nothing_and_opens_nothing() -> None:
    wrong = KeyPair("0c" * 32, OLD.cak)

    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 5), pairs=(wrong,))

    assert (report.keys["0c" * 32].mkpdus_valid, report.keys["0c" * 32].opened) == (0, 0)
    assert (dict(report.mkpdus_strange), report.not_opened) == ({OLD.ckn: 2}, 10)


def test_a_ckn_that_differs_only_behind_its_sixteenth_octet_is_another_one() -> None:
    wrong = KeyPair(OLD.ckn[:-2] + "0c", OLD.cak)

    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 5), pairs=(wrong,))

    assert (report.keys[wrong.ckn].mkpdus_valid, report.not_opened) == (0, 10)


def test_the_case_of_a_ckn_means_nothing() -> None:
    report = judged(*told(OLD, OLD_SAK), *flow(OLD, OLD_SAK, 1), pairs=(KeyPair(OLD.ckn.upper(), OLD.cak),))

    assert report.keys[OLD.ckn].opened == 2


@pytest.mark.parametrize("at", [0, 6, 20, 30, 60, 100, -1])
def test_one_flipped_bit_makes_the_icv_wrong_and_its_sak_unknown(at: int) -> None:
    answer, distribution = told(OLD, OLD_SAK)
    changed = bytearray(distribution)
    changed[at] ^= 1

    report = judged(answer, bytes(changed), *flow(OLD, OLD_SAK, 1))

    key = report.keys[OLD.ckn]
    assert (key.mkpdus_valid, key.saks, key.opened, report.not_opened) == (1, 0, 0, 2)
    assert key.mkpdus_invalid + sum(report.mkpdus_strange.values()) + report.mkpdus_malformed == 1


def test_a_sak_from_somebody_without_the_cak_is_not_believed() -> None:
    near = Speaker.of(OLD)
    distribution = near.mkpdu(near.distributing(OLD_SAK))
    forged = distribution[:-16] + bytes(16)

    report = judged(forged, *flow(OLD, OLD_SAK, 1))

    assert (report.keys[OLD.ckn].mkpdus_invalid, report.not_opened) == (1, 2)


@pytest.mark.parametrize(
    "sak",
    [
        pytest.param(NewSak(b"o" * 16, suite=CipherSuite.GCM_AES_256, named=True), id="too short for its suite"),
        pytest.param(NewSak(b"o" * 16, offset=2), id="a confidentiality offset of 30"),
    ],
)
def test_a_sak_that_the_judge_cannot_use_is_counted_and_its_frames_are_not_called_opened(sak: NewSak) -> None:
    report = judged(*told(OLD, sak), *flow(OLD, OLD_SAK, 1))

    key = report.keys[OLD.ckn]
    assert (key.mkpdus_valid, key.saks, key.saks_not_unwrapped, report.not_opened) == (2, 0, 1, 2)


def test_a_sak_that_the_judge_cannot_use_is_no_hindrance_beside_one_that_it_can() -> None:
    unusable = replace(OLD_SAK, offset=3, key_number=2)

    report = judged(*told(OLD, OLD_SAK, unusable), *flow(OLD, OLD_SAK, 1), *flow(OLD, NEW_SAK, 1))

    key = report.keys[OLD.ckn]
    assert (key.saks, key.saks_not_unwrapped, key.opened, report.not_opened) == (1, 1, 2, 2)


@pytest.mark.parametrize("suite", list(CipherSuite))
def test_a_sak_of_each_suite_is_taken_at_its_length_and_at_no_other(suite: CipherSuite) -> None:
    near, keys = Speaker.of(OLD), mka_keys(OLD)
    right = NewSak(b"s" * suite.sak_octets, 3, 7, suite, named=True)
    wrong = replace(right, key=b"s" * (48 - suite.sak_octets))

    sak = distributed_sak(parse_mkpdu(near.mkpdu(near.distributing(right))), keys)

    assert sak == Sak(OLD.ckn, 3, suite, right.key, salt_of(near.member, 7))
    with pytest.raises(SakNotUnwrapped, match=f"expected a SAK of {suite.sak_octets} octets"):
        distributed_sak(parse_mkpdu(near.mkpdu(near.distributing(wrong))), keys)


def test_an_mkpdu_without_a_sak_distributes_none() -> None:
    assert distributed_sak(parse_mkpdu(Speaker.of(OLD).mkpdu()), mka_keys(OLD)) is None


def test_a_sak_of_a_suite_that_nobody_knows_is_counted() -> None:
    near = Speaker.of(OLD)
    unknown = parameter_set(4, 0x10, b"\0\0\0\1" + b"\xff" * 8 + bytes(24))

    report = judged(near.mkpdu(unknown))

    assert (report.keys[OLD.ckn].mkpdus_valid, report.keys[OLD.ckn].saks_not_unwrapped) == (1, 1)


def test_a_clear_frame_is_found_with_its_ethertype_and_its_time() -> None:
    arp = bytes.fromhex("ffffffffffff" + NEAR + "0806") + bytes(46)
    vlan = bytes.fromhex(FAR + NEAR + "81000064") + IP + bytes(46)

    report = judged(*told(OLD, OLD_SAK), arp, *flow(OLD, OLD_SAK, 1), vlan, arp)

    assert (report.clear, dict(report.clear_ethertypes)) == (3, {0x0806: 2, 0x8100: 1})
    assert [v.seconds for v in report.verdicts if v.finding is Finding.CLEAR] == [102.0, 105.0, 106.0]


def test_a_frame_with_integrity_only_is_not_counted_as_encrypted() -> None:
    near = Speaker.of(OLD)
    frame = near.secured(OLD_SAK, 1, IP + b"for all to read", encrypted=False)

    report = judged(*told(OLD, OLD_SAK), frame)

    assert (report.keys[OLD.ckn].opened, report.keys[OLD.ckn].opened_readable, report.not_opened) == (0, 1, 0)


def test_a_frame_under_a_key_that_nobody_distributed_is_not_opened() -> None:
    report = judged(*told(OLD, OLD_SAK), *flow(OLD, NEW_SAK, 3))

    assert (report.keys[OLD.ckn].opened, report.not_opened, report.macsec) == (0, 6, 6)


@pytest.mark.parametrize(
    ("frame", "finding"),
    [
        pytest.param(b"", Finding.OTHER, id="no octets"),
        pytest.param(bytes(13), Finding.OTHER, id="no whole header"),
        pytest.param(bytes(12) + b"\x88\x8e", Finding.OTHER, id="EAPOL and no more"),
        pytest.param(bytes(12) + b"\x88\x8e\3", Finding.OTHER, id="EAPOL and its version"),
        pytest.param(bytes(12) + b"\x88\x8e\3\1\0\0", Finding.OTHER, id="EAPOL-Start"),
        pytest.param(bytes(12) + b"\x88\x8e\3\5", Finding.MKPDU_MALFORMED, id="an MKPDU without a length"),
        pytest.param(bytes(12) + b"\x88\x8e\3\5\0\0", Finding.MKPDU_MALFORMED, id="an empty MKPDU"),
        pytest.param(bytes(12) + b"\x88\xe5", Finding.MACSEC_MALFORMED, id="a SecTAG and no more"),
        pytest.param(bytes(12) + b"\x88\xe5\x2c" + bytes(50), Finding.NOT_OPENED, id="a SecTAG and noughts"),
        pytest.param(bytes(12) + b"\x08\0", Finding.CLEAR, id="a header and no more"),
        pytest.param(bytes(12) + b"\0\x26" + bytes(38), Finding.CLEAR, id="spanning tree, with a length"),
    ],
)
def test_a_strange_frame_is_counted_as_what_it_says_it_is(frame: bytes, finding: Finding) -> None:
    report = judged(frame, *told(OLD, OLD_SAK))

    assert [v.finding for v in report.verdicts] == [finding, Finding.MKPDU_VALID, Finding.MKPDU_VALID]
    assert report.mka + report.macsec + report.clear + report.other == report.frames == 3
    assert report.not_opened == (finding.kind is Kind.MACSEC)
    assert report.verdicts[0].ethertype == (int.from_bytes(frame[12:14]) if len(frame) >= 14 else None)


def test_two_pairs_with_one_ckn_are_refused() -> None:
    with pytest.raises(ValueError, match="two pairs with the CKN 0a0a"):
        judge_capture(seen(), [OLD, KeyPair(OLD.ckn.upper(), NEW.cak)])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_every_kind_of_capture_file_is_read(order: str, *, nanoseconds: bool) -> None:
    file = pcap([(1.25, b"one"), (1_700_000_001.5, b"")], order=order, nanoseconds=nanoseconds)

    capture = read_pcap(file)

    assert [(frame.seconds, frame.octets) for frame in capture.frames] == [
        (1.25, b"one"),
        (1_700_000_001.5, b""),
    ]
    assert not capture.cut_short


@pytest.mark.parametrize("missing", [1, 3, 12, 19])
def test_a_file_that_ends_within_its_last_record_gives_the_frames_before_it(missing: int) -> None:
    file = pcap([(1.0, b"whole"), (2.0, b"cut!")])[:-missing]

    capture = read_pcap(file)

    assert [frame.octets for frame in capture.frames] == [b"whole"]
    assert capture.cut_short
    assert judge_capture(file, [OLD]).cut_short


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(pcap([])[:23], id="half a header"),
        pytest.param(b"\x0a\x0d\x0d\x0a" + bytes(40), id="pcapng"),
        pytest.param(pcap([], link=276), id="Linux cooked capture"),
    ],
)
def test_what_is_no_capture_of_ethernet_is_refused(octets: bytes) -> None:
    with pytest.raises(NotACapture, match="expected"):
        judge_capture(octets, [OLD])
