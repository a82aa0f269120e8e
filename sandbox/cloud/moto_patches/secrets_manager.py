"""Secrets Manager: labels that move as AWS moves them, and the event that tells of it.

What breaks when moto moves: moving AWSCURRENT by PutSecretValue wipes the other labels of the version
before, and a label attached twice is accepted. https://docs.aws.amazon.com/secretsmanager/latest/userguide/
event-detail-secret-label-updated-secretsmanager.html
"""

from __future__ import annotations

import functools
from typing import Any

from sandbox.cloud.account import account_of
from sandbox.cloud.envelope import envelope
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

UNANNOUNCED = frozenset({"AWSPENDING", "AWSPREVIOUS"})
"""Labels whose moves Secrets Manager sends no event for."""

Labels = dict[str, str]


def mend(mends: Mends, hooks: Hooks) -> None:
    """Correct the label rules, and announce every label that moved."""
    models = private("moto.secretsmanager.models")
    _keep_other_labels(mends, models.FakeSecret)
    _refuse_double_labels(mends, models)
    for operation in ("create_secret", "put_secret_value", "update_secret", "update_secret_version_stage"):
        announced = _announcing(getattr(models.SecretsManagerBackend, operation), hooks)
        mends.replace(models.SecretsManagerBackend, operation, announced)
    for operation, requested in (("delete_secret", True), ("restore_secret", False)):
        noted = _noting_deletion(getattr(models.SecretsManagerBackend, operation), hooks, requested=requested)
        mends.replace(models.SecretsManagerBackend, operation, noted)


def labels_of(secret: Private) -> Labels:
    """Return label to version id of one of moto's secrets."""
    return {label: version_id for version_id, version in secret.versions.items() for label in version["version_stages"]}


def _announcing(operation: Private, hooks: Hooks) -> Private:
    @functools.wraps(operation)
    def announce(self: Private, *args: Private, **kwargs: Private) -> Private:
        name = kwargs.get("secret_id") or kwargs.get("name") or args[0]
        before = labels_of(self.secrets[name]) if name in self.secrets else {}
        result = operation(self, *args, **kwargs)
        secret = self.secrets[name]
        for label, version_id in labels_of(secret).items():
            if label not in UNANNOUNCED and before.get(label) != version_id:
                detail = {"name": secret.name, "labelUpdated": label, "versionId": version_id}
                source, kind = "aws.secretsmanager", "Secret Label Updated"
                account = account_of(secret.arn)
                hooks.publish(envelope(source, kind, detail, resources=(secret.arn,), account=account))
        return result

    return announce


def _noting_deletion(operation: Private, hooks: Hooks, *, requested: bool) -> Private:
    @functools.wraps(operation)
    def note(self: Private, *args: Private, **kwargs: Private) -> Private:
        arn, *rest = operation(self, *args, **kwargs)
        hooks.secret_deletion(arn, requested=requested)
        return (arn, *rest)

    return note


def _keep_other_labels(mends: Mends, secret_class: Private) -> None:
    def reset_default_version(self: Private, secret_version: dict[str, Any], version_id: str) -> None:
        """Move AWSCURRENT to a version and AWSPREVIOUS to the one before; other labels stay."""
        moved = set(secret_version["version_stages"])
        before = self.default_version_id
        for version in self.versions.values():
            version["version_stages"] = [
                label for label in version["version_stages"] if label not in moved | {"AWSPREVIOUS"}
            ]
        if before and before != version_id:
            self.versions[before]["version_stages"].append("AWSPREVIOUS")
        self.versions[version_id] = secret_version
        self.default_version_id = version_id

    mends.replace(secret_class, "reset_default_version", reset_default_version)


def _refuse_double_labels(mends: Mends, models: Private) -> None:
    backend = models.SecretsManagerBackend
    move = backend.update_secret_version_stage

    def update_secret_version_stage(
        self: Private, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
    ) -> Private:
        secret = self.describe_secret(secret_id)
        holder = labels_of(secret).get(version_stage)
        if move_to_version_id and holder == move_to_version_id and not remove_from_version_id:
            return secret.arn, secret.name
        if move_to_version_id and holder and not remove_from_version_id and version_stage != "AWSCURRENT":
            detail = (
                f"The parameter RemoveFromVersionId can't be empty. Staging label {version_stage} is "
                f"currently attached to version {holder}, so you must explicitly reference that version in "
                "RemoveFromVersionId."
            )
            raise models.InvalidParameterException(detail)
        result = move(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        secret.default_version_id = labels_of(secret).get("AWSCURRENT", secret.default_version_id)
        return result

    mends.replace(backend, "update_secret_version_stage", update_secret_version_stage)
