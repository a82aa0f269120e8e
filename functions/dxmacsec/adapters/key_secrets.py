"""Our key secrets in Secrets Manager: one a link, one version a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dxmacsec.adapters.aws_errors import SdkError, apart, call_with_cak, error_code
from dxmacsec.adapters.key_secret_deletion import schedule
from dxmacsec.adapters.key_secret_errors import (
    TAKEN,
    WRONG_PARAMETER,
    key_secret_call,
    key_secret_error,
    scheduled_for_deletion,
)
from dxmacsec.adapters.key_secret_names import link_in_name
from dxmacsec.adapters.key_secret_rotation import attach, is_enabled
from dxmacsec.adapters.key_secret_versions import described, versions_of, versions_of_many
from dxmacsec.adapters.pair_text import PLACEHOLDER, pair_from_text, pair_to_text
from dxmacsec.model import Label
from dxmacsec.policy.own_material import placeholder_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mypy_boto3_secretsmanager.client import SecretsManagerClient

    from dxmacsec.model import KeyPair, KeyVersion

LINK_TAG = "dxmacsec:link"


class AwsKeySecrets:
    """Key secrets named `<prefix><link id>` under our KMS key.

    A version's labels say its CKN, so that only `pair` decrypts anything.
    """

    def __init__(
        self, secrets_manager: SecretsManagerClient, prefix: str, kms_key_arn: str, rotation_function_arn: str
    ) -> None:
        """Take a client of Secrets Manager, our secrets' prefix, and the ARNs of our key and rotation function."""
        self._secrets_manager = secrets_manager
        self._prefix = prefix
        self._kms_key_arn = kms_key_arn
        self._rotation_function_arn = rotation_function_arn

    def versions(self, link_id: str) -> tuple[KeyVersion, ...] | None:
        """Read the labelled versions, without their CAKs; None when the link has no key secret.

        Raises:
            KeyPairMissing: the key secret is scheduled for deletion.
            Transient: AWS is slow, failed, or gave no answer.
        """
        stages = self._stages(self._name(link_id))
        return None if stages is None else versions_of(stages)

    def labelled(self, links: Collection[str]) -> dict[str, tuple[KeyVersion, ...]]:
        """Read the labelled versions of many key secrets; a link without one, or whose is being deleted, is missing.

        Of many links they come from the list of secrets, which may lag behind by five minutes.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return versions_of_many(self._secrets_manager, self._prefix, links)

    def create(self, link_id: str) -> None:
        """Make the key secret with its placeholder version, and attach the rotation function to it.

        A repeat, or a second maker at the same time, finds the name taken and leaves it as it is; where the
        function is missing, because the first one died, it is attached.

        Raises:
            KeyPairMissing: the key secret is scheduled for deletion.
            Transient: AWS is slow, failed, or gave no answer.
        """
        name = self._name(link_id)
        try:
            self._secrets_manager.create_secret(
                Name=name,
                ClientRequestToken=placeholder_version(link_id),
                Description=f"MACsec keys of {link_id}: one version a pair, its role in its labels",
                KmsKeyId=self._kms_key_arn,
                SecretString=PLACEHOLDER,
                Tags=[{"Key": LINK_TAG, "Value": link_id}],
            )
        except SdkError as error:
            if error_code(error) != TAKEN:
                raise key_secret_error(error, name, "make") from error
        attach(self._secrets_manager, name, self._rotation_function_arn)

    def schedule_deletion(self, link_id: str) -> None:
        """Schedule the key secret of a link that is no more for deletion, as late as Secrets Manager allows.

        One that is scheduled or not there stays as it is, and so does a repeat's.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        schedule(self._secrets_manager, self._name(link_id))

    def link_of(self, secret_id: str) -> str | None:
        """Return the link that a key secret's name or ARN is for; None for anybody else's secret."""
        return link_in_name(secret_id, self._prefix)

    def rotates(self, link_id: str) -> bool:
        """Tell whether rotation by Secrets Manager is enabled for the link's key secret.

        Raises:
            KeyPairMissing: there is no key secret.
            Transient: AWS is slow, failed, or gave no answer.
        """
        return is_enabled(self._secrets_manager, self._name(link_id))

    def pair(self, link_id: str, version_id: str) -> KeyPair:
        """Read a pair.

        Raises:
            KeyPairMissing: no such version, or the key secret is scheduled for deletion.
            BadKeyPair: the version's text is not a pair.
            Transient: AWS is slow, failed, or gave no answer.
        """
        name = self._name(link_id)

        def read() -> KeyPair:
            with key_secret_call(name, f"read version {version_id} of"):
                value = self._secrets_manager.get_secret_value(SecretId=name, VersionId=version_id)
            return pair_from_text(value.get("SecretString"), f"{name}, version {version_id}")

        return apart(f"read version {version_id} of the key secret {name}", read)

    def put(self, link_id: str, version_id: str, pair: KeyPair, labels: frozenset[str]) -> None:
        """Store a pair as a version with labels, its CKN's among them.

        Secrets Manager takes the version's id as client token: a repeat with the same pair is a no-op,
        another pair under the same id is refused.
        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html

        Raises:
            KeyPairMissing: there is no key secret, or it is scheduled for deletion.
            UnknownAnswer: the version holds another pair.
            Transient: AWS is slow, failed, or gave no answer.
        """
        name = self._name(link_id)
        call_with_cak(
            lambda: self._secrets_manager.put_secret_value(
                SecretId=name,
                ClientRequestToken=version_id,
                SecretString=pair_to_text(pair),
                VersionStages=sorted(labels | {Label.ckn(pair.ckn)}),
            ),
            pair.cak,
            lambda error: key_secret_error(error, name, f"store version {version_id} of"),
        )

    def label(self, link_id: str, version_id: str, label: str) -> None:
        """Put a label on a version, taking it from whichever version has it.

        A repeat finds the label where it should be and changes nothing.

        Raises:
            KeyPairMissing: no such version, or the key secret is scheduled for deletion.
            Transient: AWS is slow, failed, or gave no answer.
        """
        name = self._name(link_id)
        holder = self._holder(name, label)
        if holder == version_id:
            return
        taken = {} if holder is None else {"RemoveFromVersionId": holder}
        self._move(
            name,
            f"label version {version_id} of",
            {"VersionStage": label, "MoveToVersionId": version_id, **taken},
            done=lambda: self._holder(name, label) == version_id,
        )

    def unlabel(self, link_id: str, version_id: str, label: str) -> None:
        """Take a label off a version; a version without it stays as it is, and so does a repeat.

        Raises:
            KeyPairMissing: the key secret is scheduled for deletion.
            Transient: AWS is slow, failed, or gave no answer.
        """
        name = self._name(link_id)
        if self._holder(name, label) != version_id:
            return
        self._move(
            name,
            f"take a label off version {version_id} of",
            {"VersionStage": label, "RemoveFromVersionId": version_id},
            done=lambda: self._holder(name, label) != version_id,
        )

    def _move(self, name: str, verb: str, change: dict[str, str], done: Callable[[], bool]) -> None:
        """Change a label; a refusal is none where the change is `done`.

        The SDK asks again by itself when an answer was lost, and AWS refuses what the first call did already.
        """
        try:
            self._secrets_manager.update_secret_version_stage(SecretId=name, **cast("Any", change))
        except SdkError as error:
            if error_code(error) != WRONG_PARAMETER or not done():
                raise key_secret_error(error, name, verb) from error

    def _holder(self, name: str, label: str) -> str | None:
        stages = self._stages(name) or {}
        return next((version_id for version_id, labels in stages.items() if label in labels), None)

    def _stages(self, name: str) -> dict[str, list[str]] | None:
        """Return the labels of each version; None when there is no such key secret."""
        secret = described(self._secrets_manager, name)
        if secret is None:
            return None
        if "DeletedDate" in secret:
            raise scheduled_for_deletion(name)
        return secret.get("VersionIdsToStages", {})

    def _name(self, link_id: str) -> str:
        return f"{self._prefix}{link_id}"
