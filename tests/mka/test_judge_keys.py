"""The key hierarchy against published values.

IEEE Std 802.1X-2020, Annex G, has one example of 128 and one of 256 bits for each derivation; the same values are in
the tests of Technica-Engineering/MKAdaemon (test/crypto/test-aes-kdf.cpp). CMAC: RFC 4493, 4, and NIST SP 800-38B,
D.3. Key wrap: RFC 3394, 4.1, 4.3 and 4.6.
"""

from __future__ import annotations

import pytest

from tests.mka.judge_builder import cmac, derived, wrapped
from tests.mka.judge_keys import SakNotUnwrapped, aes_cmac, derive_ick, derive_kek, kdf, unwrap_sak

CAK_128 = bytes.fromhex("135bd758b0ee5c11c55ff6ab19fdb199")
CKN_128 = bytes.fromhex("96437a93ccf10d9dfe347846cce52c7d")
CAK_256 = bytes.fromhex("a29efdb63d6fba73c65daab2295340a837a8886e94a905b5c9c7ef1d9dbb297e")
CKN_256 = bytes.fromhex("7888f5d48ba8b24e96bb95bd8c7304ec")
MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
CMAC_KEYS = {
    128: bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"),
    256: bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("1ab9024fa04a03feb9024fa04a03fe11", "b57a0b05f43e9600c3c4d15c1e3c26e8", id="G.1 with 128 bits"),
        pytest.param(
            "3946ec36f59017f1267e914abed2dbf6633f52ae7e20309d3eefdda4073adfad",
            "0efd01e5b03a0951a6df9bbffe419016ee40fdbfc3335ebf92ea03802214a307",
            id="G.1 with 256 bits",
        ),
    ],
)
def test_the_key_derivation_function_gives_the_standards_values(key: str, expected: str) -> None:
    octets = len(expected) // 2

    assert kdf(bytes.fromhex(key), b"HI THERE", bytes([1, 2, 1, 4]), octets).hex() == expected


@pytest.mark.parametrize(
    ("cak", "ckn", "expected"),
    [
        pytest.param(CAK_128, CKN_128, "8f5a384c15d6ae9302b462e363d03ca6", id="G.4 with 128 bits"),
        pytest.param(
            CAK_256,
            CKN_256,
            "71340e454c84a1232aa7977d5ed86f78f250f3f9d53584b9337ff0c6dfdc9f96",
            id="G.4 with 256 bits",
        ),
    ],
)
def test_a_pairs_kek_is_the_standards(cak: bytes, ckn: bytes, expected: str) -> None:
    assert derive_kek(cak, ckn).hex() == derived(cak, "KEK", ckn).hex() == expected


@pytest.mark.parametrize(
    ("cak", "ckn", "expected"),
    [
        pytest.param(CAK_128, CKN_128, "8f1c5cb1c8ed2e5f047906e0473aad4d", id="G.5 with 128 bits"),
        pytest.param(
            CAK_256,
            CKN_256,
            "98b8544d7390a41e50ef72e25b4a036523c919e812918871949b48123eab526e",
            id="G.5 with 256 bits",
        ),
    ],
)
def test_a_pairs_ick_is_the_standards(cak: bytes, ckn: bytes, expected: str) -> None:
    assert derive_ick(cak, ckn).hex() == derived(cak, "ICK", ckn).hex() == expected


def test_a_short_ckn_counts_as_filled_up_with_zeros_and_a_long_one_by_its_first_sixteen_octets() -> None:
    assert derive_ick(CAK_256, b"\1") == derive_ick(CAK_256, b"\1" + bytes(15))
    assert derive_ick(CAK_256, CKN_256 + b"\1" * 16) == derive_ick(CAK_256, CKN_256)
    assert derive_ick(CAK_256, CKN_256[:15] + b"\0") != derive_ick(CAK_256, CKN_256)


@pytest.mark.parametrize(
    ("cak", "ckn", "sentence"),
    [
        pytest.param(bytes(31), b"\1", r"CAK: expected \(16, 32\) octets, found 31", id="a CAK of 31 octets"),
        pytest.param(bytes(24), b"\1", "CAK: expected", id="a CAK of 24 octets, though AES has such keys"),
        pytest.param(bytes(32), b"", "CKN: expected 1 to 32 octets, found 0", id="no CKN"),
        pytest.param(bytes(32), bytes(33), "CKN: expected 1 to 32 octets, found 33", id="a CKN of 33 octets"),
    ],
)
def test_refuses_lengths_that_no_mka_takes(cak: bytes, ckn: bytes, sentence: str) -> None:
    for derive in (derive_ick, derive_kek):
        with pytest.raises(ValueError, match=sentence):
            derive(cak, ckn)


@pytest.mark.parametrize(
    ("bits", "octets", "expected"),
    [
        (128, 0, "bb1d6929e95937287fa37d129b756746"),
        (128, 16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (128, 40, "dfa66747de9ae63030ca32611497c827"),
        (128, 64, "51f0bebf7e3b9d92fc49741779363cfe"),
        (256, 0, "028962f61b7bf89efc6b551f4667d983"),
        (256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"),
        (256, 40, "aaf3d8f1de5640c232f5b169b9c911e6"),
        (256, 64, "e1992190549f6ed5696a2c056c315410"),
    ],
)
def test_judge_and_builder_both_compute_the_published_cmac(bits: int, octets: int, expected: str) -> None:
    key, message = CMAC_KEYS[bits], MESSAGE[:octets]

    assert aes_cmac(key, message).hex() == cmac(key, message).hex() == expected


WRAPS = [
    pytest.param(
        16,
        "00112233445566778899aabbccddeeff",
        "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
        id="4.1: 128 bits under 128",
    ),
    pytest.param(
        32,
        "00112233445566778899aabbccddeeff",
        "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7",
        id="4.3: 128 bits under 256",
    ),
    pytest.param(
        32,
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        id="4.6: 256 bits under 256",
    ),
]


@pytest.mark.parametrize(("kek_octets", "key", "expected"), WRAPS)
def test_a_wrapped_key_is_the_rfcs_and_unwraps(kek_octets: int, key: str, expected: str) -> None:
    kek = bytes(range(kek_octets))

    assert wrapped(kek, bytes.fromhex(key)).hex() == expected
    assert unwrap_sak(kek, bytes.fromhex(expected)).hex() == key


@pytest.mark.parametrize(("kek_octets", "key", "expected"), WRAPS)
def test_another_kek_or_a_flipped_bit_unwraps_nothing(kek_octets: int, key: str, expected: str) -> None:
    kek, whole = bytes(range(kek_octets)), bytes.fromhex(expected)

    with pytest.raises(SakNotUnwrapped, match="another KEK") as caught:
        unwrap_sak(bytes(kek_octets), whole)
    with pytest.raises(SakNotUnwrapped, match="another KEK"):
        unwrap_sak(kek, whole[:-1] + bytes([whole[-1] ^ 1]))

    assert key not in str(caught.value)


def test_what_has_no_saks_length_is_not_unwrapped() -> None:
    with pytest.raises(SakNotUnwrapped, match="found 32"):
        unwrap_sak(bytes(32), bytes(32))
