"""Reading the pair that a router shall get, with the agent's own credentials."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from agent.driver import RouterDriverError
from dxmacsec.model import Cak, KeyPair, same_ckn

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

    from agent.task import RouterTask


class PairUnreadableError(RouterDriverError):
    """The pair of an install task can't be read, or is not the one that the task names."""


def read_pair(secrets_manager: SecretsManagerClient, task: RouterTask) -> KeyPair:
    """Return the pair of an install task from its link's key secret.

    What was read stays in the frames that are left when an error is raised: its traceback, printed with
    local variables, holds nothing of it.

    Raises:
        PairUnreadableError: AWS refused, or the version holds no pair, or that of another CKN.
        botocore.exceptions.BotoCoreError: AWS can't be reached.
    """
    where = f"{task.key_secret}, version {task.version_id}"
    pair, code = _asked(secrets_manager, task)
    if code:
        message = f"{where}: {code}"
        raise PairUnreadableError(message)
    if pair is None or not same_ckn(pair.ckn, task.ckn or ""):
        message = f"{where}: expected the pair of the CKN {task.ckn}"
        raise PairUnreadableError(message)
    return pair


def _asked(secrets_manager: SecretsManagerClient, task: RouterTask) -> tuple[KeyPair | None, str]:
    """Return the pair of a version, or None, and AWS's code where it refused."""
    try:
        value = secrets_manager.get_secret_value(SecretId=task.key_secret, VersionId=task.version_id or "")
    except ClientError as error:
        return None, str(error.response["Error"]["Code"])
    return _pair(value.get("SecretString", "")), ""


def _pair(text: str) -> KeyPair | None:
    """Return the pair in a text, or None; the errors of parsing know the text, so they stop here."""
    try:
        document = json.loads(text)
        return KeyPair(document["ckn"], Cak(document["cak"]))
    except (ValueError, KeyError, TypeError):
        return None
