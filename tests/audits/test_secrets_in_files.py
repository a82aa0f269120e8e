from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from audits.allowed_secrets import LIST, allowed
from audits.secret_scan import Finding, detectors, scan
from audits.tracked import ROOT, tracked_files
from infra.app import build

CAK = hashlib.sha256(b"a CAK that nobody has").hexdigest()
TOKEN = base64.b64encode(bytes.fromhex(CAK)).decode()
AWS_KEY = "AKIA" + base64.b32encode(bytes.fromhex(CAK))[:16].decode()
PRIVATE_KEY = "-----BEGIN " + "RSA PRIVATE KEY-----"
PASSWORD = "password = " + repr(f"horse-{CAK[:6]}")
OURS = [path for path in tracked_files() if ROOT / path != LIST]

PLANTED = {
    "a CAK in code": ("notes.py", f'cak = "{CAK}"'),
    "a CAK in capitals": ("notes.md", f"the key is {CAK.upper()}."),
    "a CAK amid a log line": ("a.log", f"cak={CAK};"),
    "a CAK that a remark excuses": ("notes.py", f'x = "{CAK}"  # pragma: allowlist secret'),
    "a CAK beside a checksum": ("requirements.txt", f"x==1 --hash=sha256:{'0a' * 32} {CAK}"),
    "an AWS access key": ("cdk.json", f'{{"key": "{AWS_KEY}"}}'),
    "a private key": ("router.pem", PRIVATE_KEY),
    "a password": ("settings.py", PASSWORD),
    "random base64": ("settings.py", f'token = "{TOKEN}"'),
    "a password in npm's lock": ("package-lock.json", f'{{"x": "{AWS_KEY}"}}'),
}


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return scan(ROOT, OURS)


def test_no_tracked_file_holds_a_secret(found: list[Finding]) -> None:
    left = allowed().left(found)

    assert len(OURS) > 600
    assert len(detectors()) > 20
    assert [str(finding) for finding in left] == []


def test_nothing_is_allowed_that_is_not_there_any_more(found: list[Finding]) -> None:
    assert allowed().unneeded(found) == []


def test_the_synthesised_template_holds_no_secret(tmp_path: Path) -> None:
    build({"bundling": "off"}, outdir=str(tmp_path)).synth()
    text = (tmp_path / "DxMacsec.template.json").read_text()
    assets = json.loads((tmp_path / "DxMacsec.assets.json").read_text())["files"]
    made_by_the_cdk = {*json.loads(text)["Resources"], *assets, *re.findall(r'"Sid": "(\w+)"', text)}

    left = allowed().left(scan(tmp_path, ["DxMacsec.template.json"]))

    assert made_by_the_cdk
    assert [str(finding) for finding in left if finding.value not in made_by_the_cdk] == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_secret_is_found(planted: str, tmp_path: Path) -> None:
    name, text = PLANTED[planted]
    (tmp_path / name).write_text(f"first line\n{text}\n")

    left = allowed().left(scan(tmp_path, [name]))

    assert [(each.path, each.line) for each in left][:1] == [(name, 2)]
    assert not [each for each in left if CAK in repr(each).lower() or AWS_KEY in str(each)]


def test_a_new_secret_in_a_file_with_allowed_ones_is_found(tmp_path: Path) -> None:
    vectors = "tests/mka/test_judge_keys.py"
    (tmp_path / "tests/mka").mkdir(parents=True)
    (tmp_path / vectors).write_bytes((ROOT / vectors).read_bytes() + f'\nNEW = "{CAK}"\n'.encode())

    left = allowed().left(scan(tmp_path, [vectors]))

    assert {each.line for each in left} == {(tmp_path / vectors).read_text().count("\n")}


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('path = "x"\nreason = " "\ndigests = []', "without a reason"),
        (f'path = "x"\nreason = "y"\ndigests = ["{CAK}"]', "expected digests"),
        ('path = "x"\nreason = "y"\ndigests = []', "expected digests"),
    ],
)
def test_the_list_of_allowed_ones_takes_reasons_and_digests_only(entry: str, complaint: str, tmp_path: Path) -> None:
    written = tmp_path / "list.toml"
    written.write_text(f"form = []\n[[file]]\n{entry}\n")

    with pytest.raises(ValueError, match=complaint):
        allowed(written)
