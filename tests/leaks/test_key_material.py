"""Where a pair comes from: KMS, and nowhere else; no half says anything about the other, none comes twice."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from dxmacsec.adapters.key_maker import KmsKeyMaker
from dxmacsec.model import KeyPair
from tests.leaks.conftest import Written
from tests.leaks.search import held
from tests.leaks.wires import client
from tests.walk.quick import Walk, a_walk
from tests.worlds.trouble import Troubled

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
CREATIONS = 200
CHANCE = {"secrets", "random", "numpy", "ssl"}
CALLS_OF_CHANCE = {"urandom", "getrandom", "uuid1", "uuid4", "token_hex", "token_bytes", "randbytes", "randbits"}


class Kms:
    """KMS as `GenerateRandom` is documented, which notes what it was asked for."""

    def __init__(self) -> None:
        """Start without a call."""
        self.asked: list[dict[str, object]] = []
        self.sent: list[bytes] = []

    def answer(self, body: str) -> tuple[int, str]:
        """Answer a request with as many random bytes as it asks for."""
        self.asked.append(json.loads(body))
        self.sent.append(os.urandom(json.loads(body)["NumberOfBytes"]))
        return 200, json.dumps({"Plaintext": base64.b64encode(self.sent[-1]).decode()})

    def maker(self) -> KmsKeyMaker:
        """Return the product's key maker on this KMS."""
        return KmsKeyMaker(client("kms", self.answer))


def test_both_halves_are_different_bytes_of_one_answer_of_kms() -> None:
    kms = Kms()

    pairs = [kms.maker().pair() for _ in range(20)]

    assert kms.asked == [{"NumberOfBytes": 64}] * 20
    assert [pair.ckn + pair.cak.reveal() for pair in pairs] == [sent.hex() for sent in kms.sent]


@pytest.mark.parametrize("bit", range(0, 256, 5))
def test_a_bit_of_one_half_changes_nothing_of_the_other(bit: int) -> None:
    octets = bytes(range(64))
    flipped = bytes(octet ^ (1 << bit % 8 if index == bit // 8 else 0) for index, octet in enumerate(octets))

    before, after = (made_of(each) for each in (octets, flipped))
    other = made_of(flipped[32:] + flipped[:32])

    assert before.ckn != after.ckn
    assert before.cak == after.cak
    assert other.ckn == after.cak.reveal()


def made_of(octets: bytes) -> KeyPair:
    """Return the pair that is made of these bytes of KMS."""
    answer = json.dumps({"Plaintext": base64.b64encode(octets).decode()})
    return KmsKeyMaker(client("kms", lambda _: (200, answer))).pair()


def derived(cak: bytes) -> set[str]:
    """Return what a CKN would be if somebody derived it from the CAK in a usual way."""
    names = ("sha256", "sha3_256", "blake2s", "sha512", "blake2b")
    found = {hashlib.new(name, text).hexdigest()[:64] for name in names for text in (cak, cak.hex().encode())}
    found |= {hmac.new(cak, label, "sha256").hexdigest() for label in (b"", b"ckn", b"CKN", b"dxmacsec")}
    inverted = bytes(octet ^ 0xFF for octet in cak)
    return found | {cak.hex(), cak[::-1].hex(), inverted.hex(), cak.hex()[::-1]}


def walk_on(kms: Kms) -> Walk:
    """Put a walker on a link, with keys from this KMS."""
    walk = a_walk()
    maker = Troubled("key_maker", kms.maker(), walk.scene.trouble)
    walk.walker.scene = replace(walk.scene, world=replace(walk.scene.world, key_maker=maker))
    return walk


def test_two_hundred_creations_make_two_hundred_pairs_and_none_is_used_twice(written: Written) -> None:
    kms, stored = Kms(), []
    for _ in range(CREATIONS):
        walk = walk_on(kms)
        walk.walker.walk_to(walk.start(), "InstallOnRouter")
        stored += walk.scene.key_secrets.caks()
        said = "\n".join([*walk.walker.papers, walk.scene.ledger.everything(), repr(walk.scene.world.key_secrets)])
        assert held(said, walk.scene.key_secrets.caks()) == []

    halves = [half.hex() for sent in kms.sent for half in (sent[:32], sent[32:])]
    assert kms.asked == [{"NumberOfBytes": 64}] * CREATIONS
    assert len(set(halves)) == 2 * CREATIONS
    assert stored == halves[1::2]
    assert not [ckn for ckn, cak in zip(halves[::2], halves[1::2], strict=True) if ckn in derived(bytes.fromhex(cak))]
    assert not [one for one, next_one in pairwise(halves) if one in derived(bytes.fromhex(next_one))]
    assert [place for place, text in written().items() if held(text, stored)] == []


def test_five_rotations_of_one_link_use_five_pairs() -> None:
    kms = Kms()
    walk = walk_on(kms)

    ends = [walk.rotate().status for _ in range(5)]

    assert ends == ["SUCCEEDED"] * 5
    assert [sent[32:].hex() for sent in kms.sent] == walk.scene.key_secrets.caks()
    assert walk.ckns() == [kms.sent[-1][:32].hex()]


def test_no_other_source_of_chance_is_in_the_functions() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FUNCTIONS.rglob("*.py")}

    found = {
        f"{path.name}: {name}"
        for path, tree in trees.items()
        for name in used_names(tree)
        if name in CHANCE | CALLS_OF_CHANCE
    }

    assert len(trees) > 100
    assert found == set()
    assert used_names(ast.parse("import secrets\nfrom os import urandom\nuuid.uuid4()")) >= {
        "secrets",
        "urandom",
        "uuid4",
    }


def used_names(tree: ast.AST) -> set[str]:
    """Return the modules, names and attributes that some code uses."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found
