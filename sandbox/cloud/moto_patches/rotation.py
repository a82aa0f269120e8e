"""Secrets Manager: RotateSecret as AWS plays it, step by step, with the secret's ARN, and beside the caller.

moto runs all four steps inside the call, with the secret's name, moves the labels itself, and refuses a
second rotation exactly when it should not. What breaks when moto moves: `rotate_secret` and its fields.
"""

from __future__ import annotations

import json
import threading
import time
import uuid

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Json, Private

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
CALLER = "secretsmanager.amazonaws.com"


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
        secret = self.describe_secret(secret_id)
        if secret.is_deleted():
            detail = "You can't perform this operation on the secret because it was marked for deletion."
            raise models.InvalidRequestException(detail)
        _configure(secret, rotation_lambda_arn, rotation_rules or {})
        if not secret.rotation_lambda_arn:
            detail = "No Lambda rotation function ARN is associated with this secret."
            raise models.InvalidRequestException(detail)
        if not rotate_immediately:
            return str(secret.to_short_dict())
        _refuse_second(secret, client_request_token, models)
        token = client_request_token or str(uuid.uuid4())
        _add_pending(secret, token)
        steps = threading.Thread(target=_run_steps, args=(hooks, secret, token), daemon=True)
        steps.start()
        return str(secret.to_short_dict(version_id=token))

    mends.replace(models.SecretsManagerBackend, "rotate_secret", rotate_secret)


def _configure(secret: Private, function_arn: str | None, rules: dict[str, Json]) -> None:
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn = function_arn or secret.rotation_lambda_arn
    secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", secret.auto_rotate_after_days)


def _refuse_second(secret: Private, token: str | None, models: Private) -> None:
    """Refuse while AWSPENDING sits on another version than AWSCURRENT, except for the same token."""
    for version_id, version in secret.versions.items():
        labels = version["version_stages"]
        if "AWSPENDING" in labels and "AWSCURRENT" not in labels and version_id != token:
            detail = "A previous rotation isn't complete. That rotation will be reattempted."
            raise models.InvalidRequestException(detail)


def _add_pending(secret: Private, token: str) -> None:
    """Add the version that createSecret will fill; a version that is there keeps its value."""
    fresh = {"createdate": int(time.time()), "version_id": token, "version_stages": []}
    labels = secret.versions.setdefault(token, fresh)["version_stages"]
    if "AWSPENDING" not in labels:
        secret.remove_version_stages_from_old_versions(["AWSPENDING"])
        labels.append("AWSPENDING")


def _run_steps(hooks: Hooks, secret: Private, token: str) -> None:
    """Run the steps until one fails; the caller of RotateSecret has its answer long since."""
    client = hooks.client("lambda", CALLER)
    for step in STEPS:
        event = {"Step": step, "SecretId": secret.arn, "ClientRequestToken": token}
        answer = client.invoke(FunctionName=secret.rotation_lambda_arn, Payload=json.dumps(event).encode())
        if "FunctionError" in answer:
            return
    secret.last_rotation_date = int(time.time())
