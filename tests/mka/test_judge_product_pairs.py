"""Pairs that CreateKey makes are pairs that a standard MKA accepts: IEEE Std 802.1X-2020, 9.3.1 and 9.3.3."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import count
from unittest.mock import Mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dxmacsec.adapters.key_maker import KmsKeyMaker
from dxmacsec.adapters.pair_text import pair_from_text, pair_to_text
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, KeyPair, Request, Rotation, Verdict
from dxmacsec.steps.create_key import create_key
from tests.mka.judge import judge_capture, mka_keys
from tests.mka.judge_builder import NewSak, Speaker, derived, pcap
from tests.mka.judge_mkpdu import parse_mkpdu
from tests.worlds.estates import LINK
from tests.worlds.scene import a_scene

SAK = NewSak(b"a SAK of 16 octs")
LEGAL_CAK_OCTETS = {16, 32}
LEGAL_CKN_OCTETS = range(1, 33)


@pytest.fixture
def maker() -> KmsKeyMaker:
    """Return the product's maker on a KMS that gives as many octets as it is asked for, others each time."""
    calls = count()

    def octets(**asked: int) -> dict[str, bytes]:
        return {"Plaintext": hashlib.shake_256(b"call %d" % next(calls)).digest(asked["NumberOfBytes"])}

    return KmsKeyMaker(Mock(spec=["generate_random"], generate_random=octets))


def accepted(pair: KeyPair) -> bool:
    """Tell whether MKA runs on a pair: lengths, derivation, a signed MKPDU, a wrapped SAK, an opened frame."""
    cak, ckn = bytes.fromhex(pair.cak.reveal()), bytes.fromhex(pair.ckn)
    assert len(cak) in LEGAL_CAK_OCTETS
    assert len(ckn) in LEGAL_CKN_OCTETS
    keys, speaker = mka_keys(pair), Speaker.of(pair)
    assert (keys.ick, keys.kek) == (derived(cak, "ICK", ckn), derived(cak, "KEK", ckn))
    frames = [speaker.mkpdu(speaker.distributing(SAK)), speaker.secured(SAK, 1, b"\x08\x00data")]
    assert parse_mkpdu(frames[0]).ckn == ckn
    seen = judge_capture(pcap([(1.0, frame) for frame in frames]), [pair]).keys[pair.ckn]
    return (seen.mkpdus_valid, seen.saks, seen.opened) == (1, 1, 1)


def test_the_pair_that_create_key_stores_is_one_that_mka_runs_on(maker: KmsKeyMaker) -> None:
    scene = a_scene()
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    rotation = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("go"))

    new_key = create_key(rotation, replace(scene.world, key_maker=maker)).new_key

    assert new_key is not None
    assert accepted(scene.key_secrets.pair(LINK, new_key.version_id))


def test_two_pairs_of_the_maker_do_not_accept_each_others_mkpdus(maker: KmsKeyMaker) -> None:
    one, other = maker.pair(), maker.pair()
    mixed = KeyPair(one.ckn, other.cak)

    report = judge_capture(pcap([(1.0, Speaker.of(one).mkpdu())]), [mixed, other])

    assert (report.keys[one.ckn].mkpdus_valid, report.keys[one.ckn].mkpdus_invalid) == (0, 1)
    assert report.keys[other.ckn].mkpdus_valid == 0


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=64, max_size=64))
@example(bytes(64))
@example(b"\xff" * 64)
def test_whatever_octets_kms_gives_the_pair_is_accepted_before_and_after_its_way_through_the_key_secret(
    octets: bytes,
) -> None:
    kms = Mock(spec=["generate_random"], generate_random=Mock(return_value={"Plaintext": octets}))

    pair = KmsKeyMaker(kms).pair()

    assert accepted(pair)
    assert accepted(pair_from_text(pair_to_text(pair), "dxmacsec/dxcon-fg5678gh, version 1"))
    assert (bytes.fromhex(pair.ckn), bytes.fromhex(pair.cak.reveal())) == (octets[:32], octets[32:])
