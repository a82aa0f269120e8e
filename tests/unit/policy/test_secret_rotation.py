from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxmacsec.errors import BadInput
from dxmacsec.model import KeyVersion, Label, RotationRun
from dxmacsec.policy.secret_rotation import (
    SPELLINGS,
    Asked,
    ContractStep,
    SecretRequest,
    decide,
    left_behind,
    read_request,
)

LINK = "dxcon-fg5678gh"
TOKEN = "11111111-1111-4111-8111-111111111111"  # noqa: S105 - a version's id
OTHER = "22222222-2222-4222-8222-222222222222"
SECRET = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/{LINK}-a1b2c3"
CKN = "ab" * 32
CREATE, SET, TEST, FINISH = ContractStep
STAGED = KeyVersion(TOKEN, None, frozenset({Label.PENDING}))
MADE = KeyVersion(TOKEN, CKN, frozenset({Label.PENDING, Label.NEW, Label.ckn(CKN)}))
CURRENT = KeyVersion(TOKEN, CKN, frozenset({Label.CURRENT, Label.IN_USE, Label.ckn(CKN)}))
UNSTAGED = KeyVersion(TOKEN, CKN, frozenset({Label.FAILED, Label.ckn(CKN)}))
RUNNING = RotationRun(TOKEN, "RUNNING")
DONE = RotationRun(TOKEN, "SUCCEEDED")
FAILED = RotationRun(TOKEN, "FAILED", "RouterOnOldKey", "port dxcon-a is on the old key")


def asked(step: ContractStep, version: KeyVersion | None = STAGED, run: RotationRun | None = None) -> Asked:
    request = SecretRequest(step, SECRET, TOKEN)
    return Asked(request, LINK, enabled=True, versions=(version,) if version else (), run=run)


@pytest.mark.parametrize(("spelled", "step"), SPELLINGS.items())
def test_reads_either_spelling_of_a_step_and_takes_a_rotation_token(spelled: str, step: ContractStep) -> None:
    event = {"Step": spelled, "SecretId": SECRET, "ClientRequestToken": TOKEN, "RotationToken": "anything"}

    assert read_request(event) == SecretRequest(step, SECRET, TOKEN)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"Step": "dropSecret"}, "Step"),
        ({"Step": 1}, "Step"),
        ({"SecretId": ""}, "SecretId"),
        ({"SecretId": None}, "SecretId"),
        ({"ClientRequestToken": "short"}, "ClientRequestToken"),
        ({"ClientRequestToken": None}, "ClientRequestToken"),
    ],
)
def test_names_the_field_of_an_event_that_is_wrong(change: dict[str, object], field: str) -> None:
    event = {"Step": "createSecret", "SecretId": SECRET, "ClientRequestToken": TOKEN, **change}

    with pytest.raises(BadInput, match=f"^{field}: "):
        read_request(event)


def test_an_event_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^event: "):
        read_request(["createSecret"])


@pytest.mark.parametrize("step", ContractStep)
@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        pytest.param({"enabled": False}, "SecretNotRotating", id="rotation is not enabled"),
        pytest.param({"versions": (CURRENT,)}, "AlreadyCurrent", id="the version is AWSCURRENT already"),
    ],
)
def test_two_guards_are_those_of_every_step(step: ContractStep, situation: dict[str, object], reason: str) -> None:
    verdict = decide(replace(asked(step, run=DONE), **situation))  # type: ignore[arg-type]

    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("call", "next_", "reason"),
    [
        pytest.param(asked(CREATE), "go", "", id="createSecret makes a pair"),
        pytest.param(asked(CREATE, MADE), "done", "PairMade", id="createSecret twice makes one"),
        pytest.param(asked(CREATE, None), "refused", "VersionNotStaged", id="createSecret of no version"),
        pytest.param(asked(CREATE, UNSTAGED), "refused", "VersionNotStaged", id="createSecret of what is not staged"),
        pytest.param(
            replace(asked(CREATE), rotating="other"), "refused", "AlreadyRotating", id="createSecret in a rotation"
        ),
        pytest.param(asked(SET), "refused", "KeyPairMissing", id="setSecret before createSecret"),
        pytest.param(asked(SET, MADE), "go", "", id="setSecret starts"),
        pytest.param(asked(SET, MADE, RUNNING), "done", "RotationFound", id="setSecret twice starts one"),
        pytest.param(asked(SET, MADE, FAILED), "done", "RotationFound", id="setSecret never starts a second one"),
        pytest.param(asked(TEST), "done", "NothingToTest", id="testSecret before there is a key"),
        pytest.param(asked(TEST, None), "done", "NothingToTest", id="testSecret of an empty version that is gone"),
        pytest.param(asked(TEST, MADE), "refused", "RotationNotDone", id="testSecret before setSecret"),
        pytest.param(asked(TEST, MADE, RUNNING), "running", "RotationStillRunning", id="testSecret while it runs"),
        pytest.param(asked(TEST, MADE, DONE), "done", "RotationDone", id="testSecret after its end"),
        pytest.param(asked(FINISH, MADE, RUNNING), "running", "RotationStillRunning", id="finishSecret while it runs"),
        pytest.param(asked(FINISH, UNSTAGED, FAILED), "refused", "RotationNotDone", id="finishSecret of a failure"),
        pytest.param(asked(FINISH, None), "refused", "VersionNotStaged", id="finishSecret of no version"),
    ],
)
def test_each_call_gets_its_answer(call: Asked, next_: str, reason: str) -> None:
    verdict = decide(call)

    assert (verdict.next, verdict.reason) == (next_, reason)


def test_a_token_that_may_be_a_key_is_not_repeated() -> None:
    call = replace(asked(CREATE, None), request=SecretRequest(CREATE, SECRET, "c0ffee15" * 8))

    assert decide(call).sentence == f"The key secret of {LINK} has no version …."


def test_a_failure_is_told_in_the_rotations_own_words() -> None:
    sentence = decide(asked(TEST, UNSTAGED, FAILED)).sentence

    assert "RouterOnOldKey" in sentence
    assert "port dxcon-a is on the old key" in sentence


@pytest.mark.parametrize(
    ("version", "moves"),
    [
        pytest.param(STAGED, [("AWSPENDING", False)], id="an empty one lets the next in"),
        pytest.param(
            MADE, [("DxFailed", True), ("DxNew", False), ("AWSPENDING", False)], id="a pair is kept to be used again"
        ),
        pytest.param(UNSTAGED, [], id="a settled one stays"),
        pytest.param(CURRENT, [], id="the one in use stays"),
    ],
)
def test_what_is_left_behind_does_not_block_the_next_request(
    version: KeyVersion, moves: list[tuple[str, bool]]
) -> None:
    assert [(move.label, move.on) for move in left_behind((version,), TOKEN)] == moves


labels = st.frozensets(
    st.sampled_from([Label.CURRENT, Label.PENDING, Label.NEW, Label.FAILED, Label.IN_USE, "DxOld-1"])
)
versions = st.builds(
    KeyVersion,
    st.sampled_from([TOKEN, OTHER]),
    st.none() | st.just(CKN),
    labels,
)
runs = st.none() | st.sampled_from([RUNNING, DONE, FAILED])
calls = st.builds(
    lambda step, version, run, rotating: replace(asked(step, version, run), rotating=rotating),
    st.sampled_from(ContractStep),
    st.none() | versions,
    runs,
    st.none() | st.just("other"),
)


@given(calls)
def test_nothing_is_made_or_started_unless_its_version_is_staged_and_not_yet_in_use(call: Asked) -> None:
    verdict = decide(call)

    if verdict.next == "go":
        assert call.version is not None
        assert Label.PENDING in call.version.labels
        assert Label.CURRENT not in call.version.labels
        assert not call.only_tells


@given(calls)
def test_the_last_two_steps_never_succeed_before_the_rotation_does(call: Asked) -> None:
    verdict = decide(call)

    if call.only_tells and call.has_pair and verdict.next == "done":
        assert call.run is DONE or (call.version is not None and call.version.has(Label.CURRENT))


@given(st.lists(versions, max_size=3, unique_by=lambda version: version.version_id))
def test_what_is_left_behind_is_not_pending_and_keeps_a_label_if_it_was_made(found: list[KeyVersion]) -> None:
    before = next((version for version in found if version.version_id == TOKEN), None)
    moves = left_behind(tuple(found), TOKEN)

    if before is not None and moves:
        off, on = ({move.label for move in moves if move.on is way} for way in (False, True))
        after = (before.labels - off) | on
        assert Label.PENDING not in after
        assert not before.has(Label.NEW) or Label.FAILED in after
