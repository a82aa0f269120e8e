"""Where a device's user name and password come from: never from the configuration itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from agent.driver import RouterDriverError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient


class CredentialError(RouterDriverError):
    """A credential can't be read; the text says where it should be, and never what was there."""


class Source(StrEnum):
    """Where a credential is kept."""

    SECRET = "secret"  # noqa: S105 - the name of a field
    ENVIRONMENT = "environment"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential: the ARN of a secret, the name of an environment variable, or the path of a file.

    `field` is the field of a secret whose text is a JSON object; empty where the whole text is meant.
    """

    source: Source
    where: str
    field: str = ""


def read_credential(credential: Credential, secrets_manager: SecretsManagerClient) -> str:
    """Return what is kept there now: it is read anew for each session, for it may have been changed.

    Raises:
        CredentialError: there is nothing, or it may not be read.
    """
    try:
        text = _text(credential, secrets_manager)
    except KeyError as error:
        raise CredentialError(_sentence(credential, "it is not set")) from error
    except ClientError as error:
        raise CredentialError(_sentence(credential, error.response["Error"]["Code"])) from error
    except (OSError, BotoCoreError) as error:
        raise CredentialError(_sentence(credential, type(error).__name__)) from error
    return _field(credential, text)


def _text(credential: Credential, secrets_manager: SecretsManagerClient) -> str:
    if credential.source is Source.ENVIRONMENT:
        return os.environ[credential.where]
    if credential.source is Source.FILE:
        return _file_text(credential)
    return secrets_manager.get_secret_value(SecretId=credential.where).get("SecretString", "")


def _file_text(credential: Credential) -> str:
    """Return the text of a file without its line end; the error of decoding knows the bytes, so it stops here."""
    try:
        return Path(credential.where).read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        reason = "expected UTF-8"
    raise CredentialError(_sentence(credential, reason))


def _field(credential: Credential, text: str) -> str:
    """Return a field of a JSON text; the parser's own errors know the text, so they stop here."""
    if not credential.field:
        return text
    try:
        value = json.loads(text)[credential.field]
    except (ValueError, KeyError, TypeError):
        value = None
    if not isinstance(value, str):
        raise CredentialError(_sentence(credential, f"expected a JSON object with the text field {credential.field}"))
    return value


def _sentence(credential: Credential, reason: str) -> str:
    return f"{credential.source} {credential.where}: {reason}"
