"""MKPDUs taken apart: of a stock Linux, and of the builder.

The Linux frames are from the tests of sarnovsky/macsec (tests/test_mka_frames.c, MIT licence), with their CAK and CKN:
the first two hellos of wpa_supplicant, of 128 bits and without an ICV indicator.
"""

from __future__ import annotations

import struct

import pytest

from tests.mka.judge_builder import NewSak, Speaker, cmac, derived, parameter_set, peer_list, wrapped
from tests.mka.judge_frames import CipherSuite
from tests.mka.judge_keys import aes_cmac, derive_ick, derive_kek, unwrap_sak
from tests.mka.judge_mkpdu import parse_mkpdu
from tests.mka.judge_parameters import DistributedSak, KeyInUse, Malformed, Peer, SakUse

LINUX_CAK = bytes.fromhex("00112233445566778899aabbccddeeff")
LINUX_CKN = LINUX_CAK + LINUX_CAK[:8]
LINUX_HELLOS = [
    pytest.param(
        1,
        "0180c2000003dca632d16f96888e0305004801ffe034dca632d16f9600019bdefc3c298c8042829d3a80000000010080c201"
        "00112233445566778899aabbccddeeff0011223344556677f4f0a54f2ad4511011cb8ff93182d6e8",
        id="the first hello",
    ),
    pytest.param(
        2,
        "0180c2000003dca632d16f96888e0305004801ffe034dca632d16f9600019bdefc3c298c8042829d3a80000000020080c201"
        "00112233445566778899aabbccddeeff0011223344556677d9f640d97c6730460bb3ef07f2e27688",
        id="the second hello",
    ),
]
ME, PEER = bytes(range(12)), bytes(range(100, 112))


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(cak=bytes(range(32)), ckn=bytes(range(32, 64)), member=ME)


@pytest.mark.parametrize(("number", "frame"), LINUX_HELLOS)
def test_a_stock_linux_hello_is_read_and_its_icv_is_that_of_its_cak(number: int, frame: str) -> None:
    mkpdu = parse_mkpdu(bytes.fromhex(frame))

    assert (mkpdu.version, mkpdu.priority, mkpdu.message_number) == (1, 255, number)
    assert (mkpdu.key_server, mkpdu.macsec_desired, mkpdu.macsec_capability) == (True, True, 2)
    assert mkpdu.sci.hex() == mkpdu.source.hex() + "0001" == "dca632d16f960001"
    assert (mkpdu.ckn, mkpdu.algorithm.hex()) == (LINUX_CKN, "0080c201")
    assert not mkpdu.has_icv_indicator
    assert aes_cmac(derive_ick(LINUX_CAK, LINUX_CKN), mkpdu.signed) == mkpdu.icv


@pytest.mark.parametrize(("number", "frame"), LINUX_HELLOS)
def test_the_builder_signs_as_linux_does(number: int, frame: str) -> None:
    linux = bytes.fromhex(frame)
    speaker = Speaker(LINUX_CAK, LINUX_CKN, address=linux[6:12], member=parse_mkpdu(linux).member)

    ours = bytearray(speaker.mkpdu(number=number))
    ours[18:20] = linux[18:20]  # version and priority are wpa_supplicant's own

    assert bytes(ours[:-16]) == linux[:-16]
    assert cmac(derived(LINUX_CAK, "ICK", LINUX_CKN), bytes(ours[:-16])) == linux[-16:]


def test_peers_and_keys_in_use_are_read(speaker: Speaker) -> None:
    in_use = ME + struct.pack(">II", 0x81020304, 0x85060708) + PEER + struct.pack(">II", 0x91020304, 0x95060708)

    mkpdu = parse_mkpdu(
        speaker.mkpdu(peer_list(1, (PEER, 7)), peer_list(2, (ME, 1), (PEER, 2)), parameter_set(3, 0b01101101, in_use))
    )

    assert mkpdu.live_peers == (Peer(PEER, 7),)
    assert mkpdu.potential_peers == (Peer(ME, 1), Peer(PEER, 2))
    assert mkpdu.sak_use == SakUse(
        latest=a_key_in_use(1, ME, 0x81020304, 0x85060708, transmits=True),
        old=a_key_in_use(3, PEER, 0x91020304, 0x95060708, receives=True),
    )


def a_key_in_use(
    association_number: int,
    server: bytes,
    key_number: int,
    lowest: int,
    *,
    transmits: bool = False,
    receives: bool = False,
) -> KeyInUse:
    return KeyInUse(association_number, transmits, receives, server, key_number, lowest)


@pytest.mark.parametrize("indicator", [False, True])
@pytest.mark.parametrize("padding", [0, 1, 46])
def test_the_icv_is_the_last_of_the_pdu_with_and_without_indicator_and_padding(
    speaker: Speaker, padding: int, *, indicator: bool
) -> None:
    mkpdu = parse_mkpdu(speaker.mkpdu(peer_list(1, (PEER, 7)), indicator=indicator, padding=padding))

    assert mkpdu.has_icv_indicator == indicator
    assert mkpdu.live_peers == (Peer(PEER, 7),)
    assert aes_cmac(derive_ick(speaker.cak, speaker.ckn), mkpdu.signed) == mkpdu.icv


@pytest.mark.parametrize("octets", [1, 2, 3, 4, 31, 32])
def test_a_ckn_of_any_legal_length_is_read_without_its_padding(octets: int) -> None:
    speaker = Speaker(bytes(range(16)), bytes(range(1, octets + 1)))

    mkpdu = parse_mkpdu(speaker.mkpdu(peer_list(1, (PEER, 7))))

    assert mkpdu.ckn == speaker.ckn
    assert mkpdu.live_peers == (Peer(PEER, 7),)


@pytest.mark.parametrize(
    ("sak", "name"),
    [
        pytest.param(NewSak(b"k" * 16, 0, 1), None, id="GCM-AES-128 without its name"),
        pytest.param(NewSak(b"k" * 16, 1, 2, named=True), "0080c20001000001", id="GCM-AES-128 by name"),
        pytest.param(NewSak(b"k" * 32, 2, 3, CipherSuite.GCM_AES_256, named=True), "0080c20001000002", id="256"),
        pytest.param(
            NewSak(b"k" * 16, 3, 4, CipherSuite.GCM_AES_XPN_128, named=True), "0080c20001000003", id="XPN-128"
        ),
        pytest.param(
            NewSak(b"k" * 32, 0, 5, CipherSuite.GCM_AES_XPN_256, named=True), "0080c20001000004", id="XPN-256"
        ),
    ],
)
def test_a_distributed_sak_is_read_and_unwrapped_for_each_suite(
    speaker: Speaker, sak: NewSak, name: str | None
) -> None:
    kek = derive_kek(speaker.cak, speaker.ckn)

    sent = parse_mkpdu(speaker.mkpdu(speaker.distributing(sak))).distributed_sak

    suite = None if name is None else bytes.fromhex(name)
    assert sent == DistributedSak(sak.association_number, 1, sak.key_number, suite, wrapped(kek, sak.key))
    assert unwrap_sak(kek, sent.wrapped) == sak.key


def test_sets_that_the_judge_does_not_read_are_stepped_over(speaker: Speaker) -> None:
    unknown = parameter_set(7, 0, b"announcement of odd length") + parameter_set(8, 0, bytes(8))

    assert parse_mkpdu(speaker.mkpdu(unknown, peer_list(1, (PEER, 7)))).live_peers == (Peer(PEER, 7),)


def test_many_peers_make_a_long_mkpdu_that_is_read_whole(speaker: Speaker) -> None:
    peers = [(PEER, number) for number in range(0x7FFFFFF0, 0x80000018)]

    mkpdu = parse_mkpdu(speaker.mkpdu(peer_list(1, *peers), number=0x81020304))

    assert mkpdu.live_peers == tuple(Peer(*peer) for peer in peers)
    assert mkpdu.message_number == 0x81020304


def test_a_ckn_that_leads_out_of_the_mkpdu_is_called_malformed() -> None:
    frame = Speaker(bytes(16), b"\1").mkpdu()

    with pytest.raises(Malformed, match="basic parameter set longer"):
        parse_mkpdu(frame[:20] + b"\xe0\x3c" + frame[22:])


def test_empty_sets_of_a_peer_without_macsec_say_nothing(speaker: Speaker) -> None:
    mkpdu = parse_mkpdu(speaker.mkpdu(parameter_set(3, 0, b""), parameter_set(4, 0, b"")))

    assert (mkpdu.sak_use, mkpdu.distributed_sak) == (None, None)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        pytest.param(lambda f: f[:17], "shorter than its headers", id="cut in its header"),
        pytest.param(lambda f: f[:12] + b"\x08\x00" + f[14:], "not EAPOL-MKA", id="another EtherType"),
        pytest.param(lambda f: f[:15] + b"\x03" + f[16:], "not EAPOL-MKA", id="EAPOL-Key"),
        pytest.param(lambda f: f[:-1], "more octets than there are", id="cut by one octet"),
        pytest.param(lambda f: f[:16] + b"\0\x30" + f[18:], "no room", id="an EAPOL length of 48"),
        pytest.param(lambda f: f[:20] + b"\xe0\x1c" + f[22:], "no legal length", id="no CKN"),
        pytest.param(lambda f: f[:20] + b"\xe0\x3d" + f[22:], "no legal length", id="a CKN of 33 octets"),
    ],
)
def test_an_mkpdu_whose_lengths_lie_is_called_malformed(speaker: Speaker, broken: object, sentence: str) -> None:
    assert callable(broken)

    with pytest.raises(Malformed, match=sentence):
        parse_mkpdu(broken(speaker.mkpdu()))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        pytest.param(parameter_set(1, 0, bytes(15)), "no list of peers", id="fifteen octets of peers"),
        pytest.param(parameter_set(3, 0, bytes(20)), "SAK Use of no legal length", id="half a SAK Use"),
        pytest.param(parameter_set(4, 0, bytes(32)), "Distributed SAK of no legal length", id="a SAK of 28 octets"),
        pytest.param(parameter_set(1, 0, bytes(16), length=400), "longer than the MKPDU", id="a length that leads out"),
        pytest.param(parameter_set(255, 0, b"", length=16) + bytes(4), "not the last", id="an ICV indicator too early"),
        pytest.param(parameter_set(255, 0, b"", length=12), "ICV of another length", id="an ICV of 12 octets"),
        pytest.param(b"\1\0", "no parameter set", id="two octets more"),
    ],
)
def test_a_parameter_set_of_no_legal_form_is_called_malformed(
    speaker: Speaker, parameters: bytes, sentence: str
) -> None:
    with pytest.raises(Malformed, match=sentence):
        parse_mkpdu(speaker.mkpdu(parameters))
