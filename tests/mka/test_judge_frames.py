"""MACsec frames against the worked examples of IEEE Std 802.1AE-2018, Annex C.

Those of GCM-AES-128 and -256 are also in
http://www.ieee802.org/1/files/public/docs2011/bn-randall-test-vectors-0511-v1.pdf
"""

from __future__ import annotations

import struct

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.mka.judge_builder import NewSak, Speaker
from tests.mka.judge_frames import (
    CipherSuite,
    Sak,
    extended_nonce,
    open_frame,
    open_with,
    parse_secured,
    salt_of,
    short_nonce,
)
from tests.mka.judge_parameters import Malformed

SSCI = 0x7A30C118
PACKET_NUMBER_UPPER_HALF = 0xB0DF459C
SALT = bytes.fromhex("e630e81a48de86a21c66fa6d")

C1 = "d609b1f056637a0d46df998d 88e5222ab2c2846512153524c0895e81"
C2 = "e20106d7cd0df0761e8dcd3d 88e5400076d457ed"
C3 = "84c5d513d2aaf6e5bbd27277 88e523008932d6127cfde9f9e33724c6"
C5 = "e20106d7cd0df0761e8dcd3d 88e54c2a76d457ed"
C6 = "d609b1f056637a0d46df998d 88e52e00b2c2846512153524c0895e81"
C7 = "84c5d513d2aaf6e5bbd27277 88e52f008932d6127cfde9f9e33724c6"
C8 = "68f2e77696ce7ae8e2ca4ec5 88e54d002e58495c"


def counted(last: int, mark: int) -> str:
    """Return the annex's user data: an EtherType, octets that count from 0x0F on, and two that end it."""
    return "0800" + bytes(range(0x0F, last + 1)).hex() + f"{mark:04x}"


KEYS = {
    "C1-128": "ad7a2bd03eac835a6f620fdcb506b345",
    "C1-256": "e3c08a8f06c6e3ad95a70557b23f75483ce33021a9c72b7025666204c69c0b72",
    "C2-128": "071b113b0ca743fecccf3d051f737382",
    "C2-256": "691d3ee909d7f54167fd1ca0b5d769081f2bde1aee655fdbab80bd5295ae6be7",
    "C3-128": "013fe00b5f11be7f866d0cbbc55a7a90",
    "C3-256": "83c093b58de7ffe1c0da926ac43fb3609ac1c80fee1b624497ef942e2f79a823",
    "C8-128": "88ee087fd95da9fbf6725aa9d757b0cd",
    "C8-256": "4c973dbc7364621674f8b5b89e5c15511fced9216490fb1c1a2caa0ffe0407e5",
}

INTEGRITY = [
    pytest.param(C1, counted(0x34, 1), "f09478a9b09007d06f46e9b6a1da25dd", KEYS["C1-128"], id="C.1.1"),
    pytest.param(C1, counted(0x34, 1), "2f0bc5af409e06d609ea8b7d0fa5ea50", KEYS["C1-256"], id="C.1.2"),
    pytest.param(C2, counted(0x3A, 3), "0c017bc73b227dfcc9bafa1c41acc353", KEYS["C2-128"], id="C.2.1, no SCI"),
    pytest.param(C2, counted(0x3A, 3), "35217c774bbc31b63166bcf9d4abed07", KEYS["C2-256"], id="C.2.2, no SCI"),
    pytest.param(C3, counted(0x3F, 5), "217867e50c2dad74c28c3b50abdf695a", KEYS["C3-128"], id="C.3.1"),
    pytest.param(C3, counted(0x3F, 5), "6ee160e8faeca4b36c86b234920ca975", KEYS["C3-256"], id="C.3.2"),
]
CONFIDENTIALITY = [
    pytest.param(
        C5,
        counted(0x34, 4),
        "13b4c72b389dc5018e72a171dd85a5d3752274d3a019fbcaed09a425cd9b2e1c9b72eee7c9de7d52b3f3"
        "d6a5284f4a6d3fe22a5d6c2b960494c3",
        KEYS["C2-128"],
        id="C.5.1, short and no SCI",
    ),
    pytest.param(
        C6,
        counted(0x3A, 2),
        "701afa1cc039c0d765128a665dab69243899bf7318ccdc81c9931da17fbe8edd7d17cb8b4c26fc81e3284f2b7fba713d"
        "4f8d55e7d3f06fd5a13c0c29b9d5b880",
        KEYS["C1-128"],
        id="C.6.1",
    ),
    pytest.param(
        C6,
        counted(0x3A, 2),
        "e2006eb42f5277022d9b19925bc419d7a592666c925fe2ef718eb4e308efeaa7c5273b394118860a5be2a97f56ab7836"
        "5ca597cdbb3edb8d1a1151ea0af7b436",
        KEYS["C1-256"],
        id="C.6.2",
    ),
    pytest.param(
        C8,
        counted(0x49, 8),
        "c31f53d99e5687f7365119b832d2aae70741d593f1f9e2ab3455779b078eb8fe"
        "acdfec1f8e3e5277f8180b43361f6512adb16d2e38548a2c719dba7228d840"
        "88f8757adb8aa788d8f65ad668be70e7",
        KEYS["C8-128"],
        id="C.8.1, no SCI",
    ),
    pytest.param(
        C8,
        counted(0x49, 8),
        "ba8ae31bc506486d6873e4fce460e7dc57591ff00611f31c3834fe1c04ad80b6"
        "6803afcf5b27e6333fa67c99da47c2f0ced68d531bd741a943cff7a6713bd0"
        "2611cd7daa01d61c5c886dc1a8170107",
        KEYS["C8-256"],
        id="C.8.2, no SCI",
    ),
]
EXTENDED = [
    pytest.param(
        C1,
        counted(0x34, 1),
        counted(0x34, 1) + "17fe1981ebdd4afc5062697e8baa0c23",
        KEYS["C1-128"],
        id="C.1.3",
    ),
    pytest.param(
        C2,
        counted(0x3A, 3),
        counted(0x3A, 3) + "ac21957b8312ab3c99ab46849879c3f3",
        KEYS["C2-256"],
        id="C.2.4",
    ),
    pytest.param(
        C7,
        counted(0x3B, 6),
        "14c17693bc8297ee6c47c565cbe0679e80f00fcaf592c9aa0473928e7f2f216ff5a033dec7513f45d34cbb981c5bd64e8b"
        "d84b8e2a78e74dafeaa03846fe930c0e",
        KEYS["C3-128"],
        id="C.7.3",
    ),
    pytest.param(
        C8,
        counted(0x49, 8),
        "b0fea36318b9b36466c46e9e1bda1a266858196e7e70d882ae70475668cde4ec"
        "883f6ac2369f284bed1fe32f42092fdff5868a3c64e5615192a7a3760b34bc"
        "85692cd815b664711aef911df78d7f46",
        KEYS["C8-256"],
        id="C.8.4",
    ),
]


def sak_of(key: str, association_number: int) -> Sak:
    suite = CipherSuite.GCM_AES_128 if len(key) == 32 else CipherSuite.GCM_AES_256
    return Sak("ab" * 32, association_number, suite, bytes.fromhex(key))


@pytest.mark.parametrize(("header", "user_data", "icv", "key"), INTEGRITY)
def test_a_frame_with_integrity_only_belongs_to_its_sak_and_is_not_called_encrypted(
    header: str, user_data: str, icv: str, key: str
) -> None:
    frame = parse_secured(bytes.fromhex(header + user_data + icv))

    assert open_frame(frame, sak_of(key, frame.association_number)) == bytes.fromhex(user_data)
    assert not frame.encrypted


@pytest.mark.parametrize(("header", "user_data", "secured", "key"), CONFIDENTIALITY)
def test_an_encrypted_frame_opens_to_the_annexs_user_data(header: str, user_data: str, secured: str, key: str) -> None:
    frame = parse_secured(bytes.fromhex(header + secured))

    assert open_frame(frame, sak_of(key, frame.association_number)) == bytes.fromhex(user_data)
    assert frame.encrypted


@pytest.mark.parametrize(("header", "user_data", "secured", "key"), EXTENDED)
def test_a_frame_with_an_extended_packet_number_opens(header: str, user_data: str, secured: str, key: str) -> None:
    frame = parse_secured(bytes.fromhex(header + secured))
    packet_number = PACKET_NUMBER_UPPER_HALF << 32 | frame.packet_number

    opened = open_with(frame, bytes.fromhex(key), extended_nonce(SALT, SSCI, packet_number))

    assert opened == bytes.fromhex(user_data)


@pytest.mark.parametrize(("header", "user_data", "secured", "key"), [*INTEGRITY, *CONFIDENTIALITY])
def test_a_flipped_bit_anywhere_is_noticed(header: str, user_data: str, secured: str, key: str) -> None:
    whole = bytes.fromhex(header + ("" if len(secured) > 32 else user_data) + secured)
    frame = parse_secured(whole)
    sak = sak_of(key, frame.association_number)
    assert open_frame(frame, sak) is not None

    for at in (0, 11, 16, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 0x10
        assert open_frame(parse_secured(bytes(changed)), sak) is None


@pytest.mark.parametrize(("header", "_user_data", "secured", "key"), CONFIDENTIALITY)
def test_another_key_or_another_association_number_opens_nothing(
    header: str, _user_data: str, secured: str, key: str
) -> None:
    frame = parse_secured(bytes.fromhex(header + secured))
    other_key = key[:-1] + ("0" if key[-1] != "0" else "1")

    assert open_frame(frame, sak_of(other_key, frame.association_number)) is None
    assert open_frame(frame, sak_of(key, frame.association_number ^ 1)) is None


def test_the_parts_of_a_frame_with_sci_are_those_of_table_c_14() -> None:
    frame = parse_secured(bytes.fromhex(C3 + counted(0x3F, 5) + "21" * 16))

    assert (frame.association_number, frame.packet_number) == (3, 0x8932D612)
    assert frame.sci.hex() == "7cfde9f9e33724c6"
    assert frame.header.hex() == C3.replace(" ", "")
    assert frame.icv == b"\x21" * 16


def test_the_padding_behind_a_short_frame_is_neither_data_nor_icv() -> None:
    speaker, sak = Speaker(bytes(32), b"\1" * 32), NewSak(b"k" * 16)
    frame = speaker.secured(sak, 7, b"\x08\x00short")

    padded = parse_secured(frame + bytes(20))

    assert padded == parse_secured(frame)
    assert open_frame(padded, Sak("01" * 32, 0, CipherSuite.GCM_AES_128, sak.key)) == b"\x08\x00short"


@pytest.mark.parametrize("octets", [1, 2, 47, 48, 49])
def test_data_of_any_length_around_the_short_ones_is_opened(octets: int) -> None:
    speaker, sak, user_data = Speaker(bytes(32), b"\1" * 32), NewSak(b"k" * 16), b"d" * octets

    frame = parse_secured(speaker.secured(sak, 7, user_data))

    assert open_frame(frame, Sak("01" * 32, 0, CipherSuite.GCM_AES_128, sak.key)) == user_data


def test_without_an_sci_the_channel_is_the_source_address_and_port_one() -> None:
    speaker, sak = Speaker(bytes(32), b"\1" * 32), NewSak(b"k" * 16)

    frame = parse_secured(speaker.secured(sak, 7, b"\x08\x00 no SCI", explicit_sci=False))

    assert frame.sci == speaker.sci
    assert open_frame(frame, Sak("01" * 32, 0, CipherSuite.GCM_AES_128, sak.key)) == b"\x08\x00 no SCI"


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        pytest.param("", "no SecTAG", id="nothing"),
        pytest.param("00" * 12 + "0800" + "00" * 30, "no SecTAG", id="another EtherType"),
        pytest.param("00" * 12 + "88e5", "no SecTAG", id="an EtherType and no more"),
        pytest.param("00" * 12 + "88e58c00" + "00" * 40, "no SecY sends", id="a later version"),
        pytest.param("00" * 12 + "88e56c00" + "00" * 40, "no SecY sends", id="end station bit and SCI together"),
        pytest.param("00" * 12 + "88e50c30" + "00" * 80, "no SecY sends", id="a short length of 48"),
        pytest.param("00" * 12 + "88e50c20" + "00" * 40, "shorter than it says", id="less than the short length"),
        pytest.param("00" * 12 + "88e52c00" + "00000001" + "00" * 8 + "00" * 16, "shorter than it says", id="no data"),
    ],
)
def test_what_is_no_macsec_frame_is_called_malformed(frame: str, sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        parse_secured(bytes.fromhex(frame))


def test_a_salt_is_the_key_servers_identifier_crossed_with_both_halves_of_the_key_number() -> None:
    salt = salt_of(bytes.fromhex("000000000102030405060708"), 0xAABBCCDD)

    assert salt.hex() == "ccddaabb0102030405060708"


def test_an_xpn_frame_between_two_peers_opens_with_the_salt_of_its_distribution() -> None:
    key, salt = b"x" * 32, salt_of(bytes(range(12)), 5)
    sak = Sak("ab" * 32, 0, CipherSuite.GCM_AES_XPN_256, key, salt)

    for ssci in (1, 2):
        header = bytes(12) + struct.pack(">HBBI", 0x88E5, 0x0C, 9, 77)
        nonce = bytes(a ^ b for a, b in zip(struct.pack(">IQ", ssci, 77), salt, strict=True))
        frame = parse_secured(header + AESGCM(key).encrypt(nonce, b"\x08\x00further", header))
        assert open_frame(frame, sak) == b"\x08\x00further"


def test_the_nonce_of_a_plain_suite_is_sci_and_packet_number() -> None:
    assert short_nonce(bytes.fromhex("12153524c0895e81"), 0xB2C28465).hex() == "12153524c0895e81b2c28465"
