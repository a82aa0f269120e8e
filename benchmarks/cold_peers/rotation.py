"""A rotation function as AWS's template for Secrets Manager has it: its calls in their order, in our own words.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html

The client is made inside the handler, as there.
"""

from __future__ import annotations

import logging
from typing import Any

import boto3

LOGGER = logging.getLogger()
LOGGER.setLevel(logging.INFO)


def handler(event: dict[str, str], _context: object) -> None:
    """Do the step that Secrets Manager asks for, on the version that it names."""
    client = boto3.client("secretsmanager")
    secret, version = event["SecretId"], event["ClientRequestToken"]
    described = client.describe_secret(SecretId=secret)
    if not described["RotationEnabled"]:
        message = f"{secret} is not rotated"
        raise ValueError(message)
    stages = described["VersionIdsToStages"].get(version, [])
    if "AWSCURRENT" in stages:
        LOGGER.info("%s is the current version already", version)
    elif "AWSPENDING" not in stages:
        message = f"{version} is not pending"
        raise ValueError(message)
    elif event["Step"] == "createSecret":
        create(client, secret, version)
    elif event["Step"] == "finishSecret":
        finish(client, secret, version)


def create(client: Any, secret: str, version: str) -> None:  # noqa: ANN401 - as the template has it
    """Store a new random value as the pending version, unless there is one."""
    client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
    try:
        client.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
        LOGGER.info("%s was created already", version)
    except client.exceptions.ResourceNotFoundException:
        made = client.get_random_password(ExcludeCharacters="/@\"'\\")["RandomPassword"]
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=made, VersionStages=["AWSPENDING"]
        )
        LOGGER.info("%s is created", version)


def finish(client: Any, secret: str, version: str) -> None:  # noqa: ANN401 - as the template has it
    """Make the pending version the current one."""
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = next((each for each, its in stages.items() if "AWSCURRENT" in its), None)
    if current != version:
        client.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
        )
    LOGGER.info("%s is current", version)
