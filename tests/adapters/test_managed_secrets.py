from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.managed_secrets import AwsManagedSecrets
from dxmacsec.errors import AccessDenied, Throttled
from dxmacsec.model import ManagedSecret

if TYPE_CHECKING:
    from boto3 import Session

PREFIX = "arn:aws:secretsmanager:us-east-1:123456789012:secret:directconnect!prod/us-east-1/directconnect/"
ARNS = [f"{PREFIX}{number}" for number in range(7)]
ASKED = {"Filters": [{"Key": "owning-service", "Values": ["directconnect"]}], "MaxResults": 100}


def test_follows_a_managed_secret_from_present_over_scheduled_to_gone(aws: Session) -> None:
    client = aws.client("secretsmanager")
    arn = client.create_secret(Name="directconnect!prod/us-east-1/directconnect/ab", SecretString="{}")["ARN"]
    managed = AwsManagedSecrets(client)

    present = managed.state(arn)
    client.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    scheduled = managed.state(arn)
    client.restore_secret(SecretId=arn)
    client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)

    assert [present, scheduled, managed.state(arn)] == [
        ManagedSecret.PRESENT,
        ManagedSecret.SCHEDULED,
        ManagedSecret.GONE,
    ]


def test_a_managed_secret_that_we_may_not_see_is_not_gone(aws: Session) -> None:
    client = aws.client("secretsmanager")
    with Stubber(client) as wire:
        wire.add_client_error("describe_secret", "AccessDeniedException")

        with pytest.raises(AccessDenied):
            AwsManagedSecrets(client).state("arn:aws:secretsmanager:us-east-1:123456789012:secret:x")


def test_few_are_asked_for_one_by_one_and_never_listed(aws: Session) -> None:
    client = aws.client("secretsmanager")
    with Stubber(client) as wire:
        wire.add_response("describe_secret", {"ARN": ARNS[0]}, {"SecretId": ARNS[0]})
        wire.add_response("describe_secret", {"ARN": ARNS[1], "DeletedDate": 1}, {"SecretId": ARNS[1]})
        wire.add_client_error("describe_secret", "ResourceNotFoundException", expected_params={"SecretId": ARNS[2]})

        states = AwsManagedSecrets(client).states(ARNS[:3])

    assert list(states.values()) == [ManagedSecret.PRESENT, ManagedSecret.SCHEDULED, ManagedSecret.GONE]


def test_of_many_only_those_are_asked_for_that_the_list_does_not_show(aws: Session) -> None:
    client = aws.client("secretsmanager")
    first = {"SecretList": [{"ARN": arn} for arn in ARNS[:3]], "NextToken": "more"}
    second = {"SecretList": [{"ARN": ARNS[3]}, {"ARN": ARNS[4], "DeletedDate": 1}, {"ARN": f"{PREFIX}another"}]}
    with Stubber(client) as wire:
        wire.add_response("list_secrets", first, ASKED)
        wire.add_response("list_secrets", second, {**ASKED, "NextToken": "more"})
        wire.add_response("describe_secret", {"ARN": ARNS[4], "DeletedDate": 1}, {"SecretId": ARNS[4]})
        wire.add_client_error("describe_secret", "ResourceNotFoundException", expected_params={"SecretId": ARNS[5]})
        wire.add_response("describe_secret", {"ARN": ARNS[6], "OwningService": "other"}, {"SecretId": ARNS[6]})

        states = AwsManagedSecrets(client).states(ARNS)

        wire.assert_no_pending_responses()
    assert states == {
        **dict.fromkeys(ARNS[:4], ManagedSecret.PRESENT),
        ARNS[4]: ManagedSecret.SCHEDULED,
        ARNS[5]: ManagedSecret.GONE,
        ARNS[6]: ManagedSecret.PRESENT,
    }


@pytest.mark.parametrize(
    ("code", "expected"), [("ThrottlingException", Throttled), ("AccessDeniedException", AccessDenied)]
)
def test_a_list_that_we_do_not_get_is_no_empty_list(code: str, expected: type[Exception], aws: Session) -> None:
    client: Any = aws.client("secretsmanager")
    with Stubber(client) as wire:
        wire.add_client_error("list_secrets", code)

        with pytest.raises(expected, match="list the secrets of owning-service directconnect"):
            AwsManagedSecrets(client).states(ARNS)
