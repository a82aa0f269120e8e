from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.key_secrets import AwsKeySecrets
from dxmacsec.errors import AccessDenied, BadKeyPair, KeyPairMissing, ServiceFault, UnknownAnswer
from dxmacsec.model import Cak, KeyPair, KeyVersion

if TYPE_CHECKING:
    from boto3 import Session

LINK = "dxcon-fg5678gh"
NAME = f"dxmacsec/{LINK}"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret"
FIRST = "11111111-1111-4111-8111-111111111111"
SECOND = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("secretsmanager")


@pytest.fixture
def key_secrets(aws: Session, client: Any) -> AwsKeySecrets:  # noqa: ANN401 - see above
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    return AwsKeySecrets(client, "dxmacsec/", key, FUNCTION)


def labels(key_secrets: AwsKeySecrets) -> dict[str, set[str]]:
    return {version.version_id: set(version.labels) for version in key_secrets.versions(LINK) or ()}


def test_a_link_without_a_key_secret_has_no_versions(key_secrets: AwsKeySecrets) -> None:
    assert key_secrets.versions(LINK) is None


def test_makes_a_secret_with_a_placeholder_under_our_key_and_a_tag(key_secrets: AwsKeySecrets, client: Any) -> None:  # noqa: ANN401
    key_secrets.create(LINK)

    secret = client.describe_secret(SecretId=NAME)
    assert client.get_secret_value(SecretId=NAME)["SecretString"] == "{}"
    assert secret["Tags"] == [{"Key": "dxmacsec:link", "Value": LINK}]
    assert ":key/" in secret["KmsKeyId"]


def test_making_it_twice_keeps_what_is_there(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))

    key_secrets.create(LINK)

    assert key_secrets.pair(LINK, FIRST) == pair


def test_stores_a_pair_with_its_labels_and_its_ckn(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)

    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew", "AWSPENDING"}))

    expected = KeyVersion(FIRST, pair.ckn, frozenset({"DxNew", "AWSPENDING", f"DxCkn-{pair.ckn}"}))
    assert expected in (key_secrets.versions(LINK) or ())
    assert key_secrets.pair(LINK, FIRST) == pair


def test_storing_the_same_pair_twice_changes_nothing(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))
    before = labels(key_secrets)

    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))

    assert labels(key_secrets) == before


def test_refuses_another_pair_under_the_same_version(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))

    with pytest.raises(UnknownAnswer) as caught:
        key_secrets.put(LINK, FIRST, KeyPair(pair.ckn, Cak("d" * 64)), frozenset({"DxNew"}))

    assert caught.value.__context__ is None


def test_storing_without_a_key_secret_says_that_it_is_missing(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    with pytest.raises(KeyPairMissing, match=NAME):
        key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))


def test_a_version_written_by_hand_has_no_ckn(key_secrets: AwsKeySecrets, client: Any, pair: KeyPair) -> None:  # noqa: ANN401
    key_secrets.create(LINK)
    text = json.dumps({"ckn": pair.ckn, "cak": pair.cak.reveal()})
    client.put_secret_value(SecretId=NAME, ClientRequestToken=FIRST, SecretString=text, VersionStages=["AWSCURRENT"])

    versions = {version.version_id: version for version in key_secrets.versions(LINK) or ()}

    assert versions[FIRST].ckn is None
    assert key_secrets.pair(LINK, FIRST) == pair


def test_moves_a_label_from_its_holder(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxInUse"}))
    key_secrets.put(LINK, SECOND, KeyPair("e" * 64, pair.cak), frozenset({"DxNew"}))

    key_secrets.label(LINK, SECOND, "DxInUse")

    assert "DxInUse" not in labels(key_secrets)[FIRST]
    assert {"DxInUse", "DxNew"} <= labels(key_secrets)[SECOND]


def test_puts_a_label_that_nobody_has_and_repeats_it_harmlessly(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))

    key_secrets.label(LINK, FIRST, "DxFailed")
    key_secrets.label(LINK, FIRST, "DxFailed")

    assert "DxFailed" in labels(key_secrets)[FIRST]


def test_takes_a_label_only_from_the_version_that_is_named(key_secrets: AwsKeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINK)
    key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))
    key_secrets.put(LINK, SECOND, KeyPair("e" * 64, pair.cak), frozenset({"DxFailed"}))

    key_secrets.unlabel(LINK, FIRST, "DxNew")
    key_secrets.unlabel(LINK, FIRST, "DxFailed")

    assert "DxNew" not in labels(key_secrets)[FIRST]
    assert "DxFailed" in labels(key_secrets)[SECOND]


class AskedTwice:
    """A client of which each change's first answer is lost: the SDK asks again by itself and meets what it changed."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - the SDK makes the class at run time
        self._client = client

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - see above
        call = getattr(self._client, operation)
        if operation.startswith(("describe", "get", "list")):
            return call

        def twice(**asked: object) -> Any:  # noqa: ANN401 - see above
            call(**asked)
            return call(**asked)

        return twice


def test_a_change_whose_answer_the_sdk_asked_for_again_is_done(
    key_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401 - see above
    aws: Session,
    pair: KeyPair,
) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    asked_twice = AwsKeySecrets(AskedTwice(client), "dxmacsec/", key, FUNCTION)  # type: ignore[arg-type]

    asked_twice.create(LINK)
    asked_twice.put(LINK, FIRST, pair, frozenset({"DxInUse"}))
    asked_twice.put(LINK, SECOND, KeyPair("e" * 64, pair.cak), frozenset({"DxNew"}))
    asked_twice.label(LINK, SECOND, "DxInUse")
    asked_twice.unlabel(LINK, SECOND, "DxNew")

    assert "DxInUse" not in labels(key_secrets)[FIRST]
    assert "DxInUse" in labels(key_secrets)[SECOND]
    assert "DxNew" not in labels(key_secrets)[SECOND]
    asked_twice.schedule_deletion(LINK)
    assert "DeletedDate" in client.describe_secret(SecretId=NAME)


@pytest.mark.parametrize("change", ["label", "unlabel"])
def test_a_label_change_that_is_refused_and_not_done_is_an_unknown_answer(
    key_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401 - see above
    change: str,
) -> None:
    asked = {"label": (SECOND, "DxNew"), "unlabel": (SECOND, "DxInUse")}[change]

    there = {"VersionIdsToStages": {FIRST: ["DxNew"], SECOND: ["DxInUse"]}}
    with Stubber(client) as stub:
        stub.add_response("describe_secret", there)
        stub.add_client_error("update_secret_version_stage", "InvalidParameterException", "no")
        stub.add_response("describe_secret", there)
        with pytest.raises(UnknownAnswer):
            getattr(key_secrets, change)(LINK, *asked)


def test_a_version_that_is_not_there_is_missing(key_secrets: AwsKeySecrets) -> None:
    key_secrets.create(LINK)

    with pytest.raises(KeyPairMissing, match=SECOND):
        key_secrets.pair(LINK, SECOND)


def test_the_placeholder_is_no_pair(key_secrets: AwsKeySecrets) -> None:
    key_secrets.create(LINK)
    placeholder = (key_secrets.versions(LINK) or ())[0]

    with pytest.raises(BadKeyPair, match="ckn: missing; cak: missing"):
        key_secrets.pair(LINK, placeholder.version_id)


@pytest.mark.parametrize("call", ["versions", "pair"])
def test_a_secret_that_is_being_deleted_says_how_to_bring_it_back(
    call: str,
    key_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401
) -> None:
    key_secrets.create(LINK)
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    arguments = {"versions": (LINK,), "pair": (LINK, FIRST)}

    with pytest.raises(KeyPairMissing, match=f"restore-secret --secret-id {NAME}"):
        getattr(key_secrets, call)(*arguments[call])


def test_a_name_that_waits_for_its_deletion_can_not_be_made(key_secrets: AwsKeySecrets, client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("create_secret", "InvalidRequestException", "scheduled for deletion", 400)

        with pytest.raises(KeyPairMissing, match="restore-secret"):
            key_secrets.create(LINK)


def test_nothing_is_stored_in_a_secret_that_is_being_deleted(
    key_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401
    pair: KeyPair,
) -> None:
    with Stubber(client) as wire:
        wire.add_client_error("put_secret_value", "InvalidRequestException", "marked for deletion", 400)

        with pytest.raises(KeyPairMissing, match="restore-secret"):
            key_secrets.put(LINK, FIRST, pair, frozenset({"DxNew"}))


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("AccessDeniedException", 400, AccessDenied), ("InternalServiceError", 500, ServiceFault)],
)
def test_other_failures_take_the_common_road(
    code: str,
    status: int,
    expected: type[Exception],
    key_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401
) -> None:
    with Stubber(client) as wire:
        wire.add_client_error("describe_secret", code, "no", status)

        with pytest.raises(expected, match="read the labels of the key secret"):
            key_secrets.versions(LINK)
