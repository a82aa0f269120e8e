from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.key_secret_names import link_in_name
from dxmacsec.adapters.key_secret_rotation import attach, is_enabled
from dxmacsec.adapters.key_secrets import AwsKeySecrets
from dxmacsec.errors import KeyPairMissing, UnknownAnswer
from dxmacsec.policy.own_material import placeholder_version

if TYPE_CHECKING:
    from boto3 import Session

LINK = "dxcon-fg5678gh"
NAME = f"dxmacsec/{LINK}"
ARN = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{NAME}-a1b2c3"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:dxmacsec-RotateSecret"
PENDING = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("secretsmanager")


def test_a_new_key_secret_can_be_rotated_before_it_holds_a_key(client: Any) -> None:  # noqa: ANN401
    key_secrets = AwsKeySecrets(client, "dxmacsec/", "alias/aws/secretsmanager", FUNCTION)

    key_secrets.create(LINK)

    described = client.describe_secret(SecretId=NAME)
    assert key_secrets.rotates(LINK)
    assert described["RotationLambdaARN"] == FUNCTION
    assert described["VersionIdsToStages"] == {placeholder_version(LINK): ["AWSCURRENT"]}


def test_a_key_secret_that_somebody_else_made_stays_and_gets_the_function(client: Any) -> None:  # noqa: ANN401
    client.create_secret(Name=NAME, SecretString="theirs")
    key_secrets = AwsKeySecrets(client, "dxmacsec/", "alias/aws/secretsmanager", FUNCTION)

    key_secrets.create(LINK)

    assert client.get_secret_value(SecretId=NAME)["SecretString"] == "theirs"
    assert client.describe_secret(SecretId=NAME)["RotationLambdaARN"] == FUNCTION
    assert key_secrets.link_of(ARN) == LINK


def test_attaching_asks_for_the_longest_interval_and_for_no_rotation_now(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"Name": NAME}, {"SecretId": NAME})
        rules = {"RotationRules": {"AutomaticallyAfterDays": 1000}, "RotateImmediately": False}
        asked = {"SecretId": NAME, "RotationLambdaARN": FUNCTION, **rules}
        wire.add_response("rotate_secret", {"Name": NAME}, asked)

        attach(client, NAME, FUNCTION)

        wire.assert_no_pending_responses()


@pytest.mark.parametrize(
    "described",
    [
        pytest.param({"RotationLambdaARN": "arn:theirs", "RotationEnabled": True}, id="somebody attached their own"),
        pytest.param({"RotationLambdaARN": FUNCTION, "RotationEnabled": False}, id="somebody cancelled it"),
        pytest.param({"VersionIdsToStages": {PENDING: ["AWSPENDING", "DxNew"]}}, id="a version is pending"),
    ],
)
def test_leaves_a_key_secret_as_somebody_wants_it(client: Any, described: dict[str, Any]) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"Name": NAME, **described})

        attach(client, NAME, FUNCTION)


def test_a_function_that_secrets_manager_may_not_call_is_an_error(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"Name": NAME})
        wire.add_client_error("rotate_secret", "InvalidParameterException", "can't invoke")

        with pytest.raises(UnknownAnswer, match="attach the rotation function"):
            attach(client, NAME, FUNCTION)


def test_a_repeated_call_that_meets_its_own_first_one_is_content(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"Name": NAME})
        wire.add_client_error("rotate_secret", "InvalidRequestException", "A previous rotation isn't complete.")
        wire.add_response("describe_secret", {"Name": NAME, "RotationLambdaARN": FUNCTION})

        attach(client, NAME, FUNCTION)

        wire.assert_no_pending_responses()


@pytest.mark.parametrize(("described", "enabled"), [({"RotationEnabled": True}, True), ({}, False)])
def test_tells_whether_rotation_is_enabled(client: Any, described: dict[str, Any], *, enabled: bool) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"Name": NAME, **described})

        assert is_enabled(client, NAME) is enabled


def test_rotation_of_a_key_secret_that_is_gone_is_missing(client: Any) -> None:  # noqa: ANN401
    with pytest.raises(KeyPairMissing):
        is_enabled(client, NAME)


@pytest.mark.parametrize(
    ("secret_id", "link"),
    [
        (ARN, LINK),
        (NAME, LINK),
        (ARN.replace("aws:", "aws-us-gov:", 1), LINK),
        ("dxmacsec/not-a-link", None),
        (f"other/{LINK}", None),
        (ARN.replace("dxmacsec/", "other/"), None),
        (f"{NAME}-a1b2c3", None),
    ],
)
def test_finds_the_link_in_a_name_or_an_arn(secret_id: str, link: str | None) -> None:
    assert link_in_name(secret_id, "dxmacsec/") == link
