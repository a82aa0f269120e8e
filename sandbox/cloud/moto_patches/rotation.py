"""Secrets Manager: RotateSecret as AWS plays it, beside the caller, with repeats and with its events.

moto runs all four steps inside the call, with the secret's name, moves the labels itself, and refuses a
second rotation exactly when it should not. What breaks when moto moves: `rotate_secret`, `delete_secret`
and `restore_secret` of the responses, and the fields of a secret.
"""

from __future__ import annotations

import functools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.caller import current
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.moto_patches.rotation_driver import CALLER, RotationDriver, labels_of_version
from sandbox.cloud.secret_trail import secret_call
from sandbox.cloud.vocabulary import Json, Private

DENIED = "AccessDeniedException"
_DELETION_FIELDS = ("SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery")


def mend(mends: Mends, hooks: Hooks) -> None:
    """Replace moto's rotation by the documented contract.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
    """
    models = private("moto.secretsmanager.models")

    def rotate_secret(
        self: Private,
        secret_id: str,
        client_request_token: str | None = None,
        rotation_lambda_arn: str | None = None,
        rotation_rules: dict[str, Json] | None = None,
        rotate_immediately: bool = True,  # noqa: FBT001, FBT002 - moto's signature
    ) -> str:
        secret, token = self.describe_secret(secret_id), client_request_token or str(uuid.uuid4())
        if secret.is_deleted():
            detail = "You can't perform this operation on the secret because it was marked for deletion."
            raise models.InvalidRequestException(detail)
        function_arn = rotation_lambda_arn or secret.rotation_lambda_arn
        if not function_arn:
            detail = "No Lambda rotation function ARN is associated with this secret."
            raise models.InvalidRequestException(detail)
        _refuse_uncallable(function_arn)
        _refuse_second(secret, token, models)
        _configure(secret, function_arn, rotation_rules)
        driver = RotationDriver(hooks, secret, token)
        if driver.begins():
            hooks.add_worker(driver.rotate if rotate_immediately else driver.test)
        return str(secret.to_short_dict(version_id=token if rotate_immediately else None))

    mends.replace(models.SecretsManagerBackend, "rotate_secret", rotate_secret)
    _show_rules(mends, models.FakeSecret)
    _announce_deletions(mends, hooks)


def _configure(secret: Private, function_arn: str, rules: dict[str, Json] | None) -> None:
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn = function_arn
    secret.rotation_rules = rules or getattr(secret, "rotation_rules", None)


def _refuse_uncallable(function_arn: str) -> None:
    """Refuse a function whose own policy does not let Secrets Manager call it."""
    base: Private = private("moto.secretsmanager.exceptions").SecretsManagerClientError
    _, _, _, region, account, *_ = function_arn.split(":")
    functions: Private = private("moto.awslambda.models").lambda_backends[account][region]
    statements = functions.get_function(function_arn.rsplit(":", 1)[-1]).policy.statements
    if not any(CALLER in str(statement.get("Principal")) for statement in statements):
        detail = (
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants "
            f"access to the principal {CALLER}."
        )
        raise base(DENIED, detail)


def _refuse_second(secret: Private, token: str, models: Private) -> None:
    """Refuse while AWSPENDING sits on another version than AWSCURRENT, except for the same token."""
    for version_id in list(secret.versions):
        labels = labels_of_version(secret, version_id)
        if "AWSPENDING" in labels and "AWSCURRENT" not in labels and version_id != token:
            detail = "A previous rotation isn't complete. That rotation will be reattempted."
            raise models.InvalidRequestException(detail)


def _show_rules(mends: Mends, secret_class: Private) -> None:
    """Show the rules as they were given; moto knows intervals only, and shows one of 0 days where none is."""
    to_dict = secret_class.to_dict

    def whole(self: Private) -> dict[str, Any]:
        shown: dict[str, Any] = to_dict(self)
        if self.rotation_requested:
            shown.pop("RotationRules")
            shown |= {"RotationRules": rules} if (rules := getattr(self, "rotation_rules", None)) else {}
        return shown

    mends.replace(secret_class, "to_dict", whole)


def _announce_deletions(mends: Mends, hooks: Hooks) -> None:
    """Put the CloudTrail events of DeleteSecret and RestoreSecret calls on the bus."""
    responses: Private = private("moto.secretsmanager.responses").SecretsManagerResponse
    for operation, name in (("delete_secret", "DeleteSecret"), ("restore_secret", "RestoreSecret")):
        mends.replace(responses, operation, _announced(getattr(responses, operation), name, hooks))


def _announced(answer_request: Private, name: str, hooks: Hooks) -> Private:
    @functools.wraps(answer_request)
    def announce(self: Private) -> str:
        answer = str(answer_request(self))
        asked = {field: self._get_param(field) for field in _DELETION_FIELDS}
        hooks.publish(secret_call(name, current(), asked, json.loads(answer), at=datetime.now(UTC)))
        return answer

    return announce
