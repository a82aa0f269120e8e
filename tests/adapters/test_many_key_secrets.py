from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.key_secrets import AwsKeySecrets
from dxmacsec.errors import AccessDenied, KeyPairMissing, Throttled
from dxmacsec.interfaces import KeySecrets
from dxmacsec.model import KeyPair, KeyVersion
from tests.worlds.key_secrets import FakeKeySecrets

if TYPE_CHECKING:
    from boto3 import Session

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret"
VERSION = "11111111-1111-4111-8111-111111111111"
LINKS = [f"dxcon-{number:08d}" for number in range(120)]


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("secretsmanager")


@pytest.fixture
def aws_secrets(client: Any) -> AwsKeySecrets:  # noqa: ANN401 - see above
    return AwsKeySecrets(client, "dxmacsec/", "arn:aws:kms:us-east-1:123456789012:key/1", FUNCTION)


@pytest.fixture(params=["Secrets Manager", "the tests' own"])
def key_secrets(request: pytest.FixtureRequest) -> KeySecrets:
    """Both are tested alike, so that what a step's test sees is what AWS does."""
    if request.param == "the tests' own":
        return FakeKeySecrets()
    made: AwsKeySecrets = request.getfixturevalue("aws_secrets")
    return made


@pytest.mark.parametrize("asked", [LINKS[:4], LINKS[:12]], ids=["few", "many"])
def test_reads_the_labels_of_those_that_have_a_key_secret(
    asked: list[str], key_secrets: KeySecrets, pair: KeyPair
) -> None:
    for link in LINKS[:3]:
        key_secrets.create(link)
    key_secrets.put(LINKS[1], VERSION, pair, frozenset({"DxInUse"}))
    key_secrets.schedule_deletion(LINKS[2])

    found = key_secrets.labelled(asked)

    assert sorted(found) == LINKS[:2]
    assert KeyVersion(VERSION, pair.ckn, frozenset({"DxInUse", f"DxCkn-{pair.ckn}"})) in found[LINKS[1]]
    assert found[LINKS[1]] == key_secrets.versions(LINKS[1])


def test_reads_no_secret_of_another_link(key_secrets: KeySecrets) -> None:
    for link in LINKS[:8]:
        key_secrets.create(link)

    assert sorted(key_secrets.labelled(LINKS[2:8])) == LINKS[2:8]
    assert key_secrets.labelled([]) == {}


def test_a_secret_that_is_being_deleted_can_not_be_used(key_secrets: KeySecrets, pair: KeyPair) -> None:
    key_secrets.create(LINKS[0])
    key_secrets.put(LINKS[0], VERSION, pair, frozenset({"DxNew"}))

    key_secrets.schedule_deletion(LINKS[0])
    key_secrets.schedule_deletion(LINKS[0])

    with pytest.raises(KeyPairMissing, match="scheduled for deletion"):
        key_secrets.versions(LINKS[0])
    with pytest.raises(KeyPairMissing):
        key_secrets.pair(LINKS[0], VERSION)


def test_there_is_nothing_to_delete_of_a_link_without_a_secret(key_secrets: KeySecrets) -> None:
    key_secrets.schedule_deletion(LINKS[0])

    assert key_secrets.versions(LINKS[0]) is None


def test_a_secret_can_be_taken_back_for_thirty_days(aws_secrets: AwsKeySecrets, client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        asked = {"SecretId": f"dxmacsec/{LINKS[0]}", "RecoveryWindowInDays": 30}
        wire.add_response("delete_secret", {"Name": f"dxmacsec/{LINKS[0]}"}, asked)

        aws_secrets.schedule_deletion(LINKS[0])


def test_many_are_read_in_pages_of_a_hundred_by_their_names(aws_secrets: AwsKeySecrets, client: Any) -> None:  # noqa: ANN401
    asked = {"Filters": [{"Key": "name", "Values": ["dxmacsec/"]}], "MaxResults": 100}
    labels = {VERSION: ["AWSCURRENT"]}
    listed = [{"Name": f"dxmacsec/{link}", "SecretVersionsToStages": labels} for link in LINKS]
    deleted, foreign = {**listed[110], "DeletedDate": 1}, {"Name": "dxmacsec/notes"}
    with Stubber(client) as wire:
        wire.add_response("list_secrets", {"SecretList": listed[:100], "NextToken": "more"}, asked)
        second = {"SecretList": [*listed[100:110], deleted, foreign]}
        wire.add_response("list_secrets", second, {**asked, "NextToken": "more"})

        found = aws_secrets.labelled(LINKS)

        wire.assert_no_pending_responses()
    assert list(found) == LINKS[:110]
    assert found[LINKS[0]] == (KeyVersion(VERSION, None, frozenset({"AWSCURRENT"})),)


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("describe_secret", lambda secrets: secrets.labelled(LINKS[:1])),
        ("list_secrets", lambda secrets: secrets.labelled(LINKS)),
        ("delete_secret", lambda secrets: secrets.schedule_deletion(LINKS[0])),
    ],
)
@pytest.mark.parametrize(
    ("code", "expected"), [("ThrottlingException", Throttled), ("AccessDeniedException", AccessDenied)]
)
def test_failures_take_the_common_road(
    operation: str,
    call: Any,  # noqa: ANN401
    code: str,
    expected: type[Exception],
    aws_secrets: AwsKeySecrets,
    client: Any,  # noqa: ANN401
) -> None:
    with Stubber(client) as wire:
        wire.add_client_error(operation, code)

        with pytest.raises(expected):
            call(aws_secrets)
