"""What happens to links of which Secrets Manager, or somebody with a key of one's own, starts the rotation."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.cloud.journal import Call
from tests.workflow.deployed import PATIENCE_SECONDS, Deployed, Ended

ASKED = "dxcon-askedby1"
FAILING = "dxcon-askedby2"
OWN = "dxcon-ownkey01"


def asked(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate a link, then let Secrets Manager rotate it; a second request meanwhile is refused."""
    first = deployed.rotate(ASKED)
    token = ask(deployed, ASKED)
    wait_until(lambda: deployed.locks(ASKED))
    try:
        ask(deployed, ASKED)
    except deployed.sandbox.client("secretsmanager").exceptions.InvalidRequestException as error:
        assert "previous rotation" in str(error)  # noqa: PT017 - a story has no pytest.raises
    else:
        message = "a second request was accepted while the first one runs"
        raise AssertionError(message)
    return first, ended_by_name(deployed, token)


def failing(deployed: Deployed) -> tuple[Ended, ...]:
    """Let Secrets Manager rotate a link whose router never takes the key, mend it, and ask again."""
    first = deployed.rotate(FAILING)
    deployed.behave(FAILING, takes_key=False)
    failed = ended_by_name(deployed, ask(deployed, FAILING))
    wait_until(lambda: called(deployed, "hear_secret_trouble", "DescribeSecret"))
    deployed.behave(FAILING)
    deployed.twin.router(FAILING).remove(deployed.record(FAILING, failed)["new_ckn"])
    return first, failed, ended_by_name(deployed, ask(deployed, FAILING))


def own(deployed: Deployed) -> tuple[Ended, ...]:
    """Rotate a link, write something that is no pair, then a pair of one's own, into its key secret."""
    first = deployed.rotate(OWN)
    write(deployed, OWN, json.dumps({"ckn": secrets.token_hex(32)}))
    wait_until(lambda: called(deployed, "hear_label", "Publish"))
    write(deployed, OWN, json.dumps({"ckn": secrets.token_hex(32), "cak": secrets.token_hex(32)}))
    wait_until(lambda: started_by_label(deployed, OWN))
    ended = [deployed.ended(arn) for arn in started_by_label(deployed, OWN)]
    [key] = deployed.keys(OWN)
    with deleted(deployed, key["secretARN"]):
        wait_until(lambda: is_told(deployed, OWN, "ManagedSecretDeleted"))
    wait_until(lambda: is_told(deployed, OWN, "Compliant"))
    told = len(called(deployed, "hear_secret_trouble", "Publish"))
    with deleted(deployed, deployed.outputs["KeySecretPrefix"] + OWN):
        wait_until(lambda: len(called(deployed, "hear_secret_trouble", "Publish")) > told)
    return first, *ended


@contextmanager
def deleted(deployed: Deployed, secret: str) -> Iterator[None]:
    """Delete a secret for a while, then take it back."""
    client = deployed.sandbox.client("secretsmanager")
    client.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    yield
    client.restore_secret(SecretId=secret)


def is_told(deployed: Deployed, link: str, reason: str) -> bool:
    """Tell whether a link has a verdict of which the world has heard."""
    standing = deployed.standing(link)
    return bool(standing and standing["told"] and standing["reasons"][0] == reason)


def ask(deployed: Deployed, link: str) -> str:
    """Call RotateSecret as a person does, and return the id of the version that comes."""
    client = deployed.sandbox.client("secretsmanager")
    return str(client.rotate_secret(SecretId=deployed.outputs["KeySecretPrefix"] + link)["VersionId"])


def write(deployed: Deployed, link: str, text: str) -> str:
    """Write a version by hand, which makes it AWSCURRENT, and return its id."""
    client = deployed.sandbox.client("secretsmanager")
    name = deployed.outputs["KeySecretPrefix"] + link
    return str(client.put_secret_value(SecretId=name, SecretString=text)["VersionId"])


def ended_by_name(deployed: Deployed, name: str) -> Ended:
    """Wait for the start of the rotation of a name, and for its end."""
    arn = f"{deployed.outputs['RotateKeyArn'].replace(':stateMachine:', ':execution:')}:{name}"
    wait_until(lambda: arn in deployed.executions())
    return deployed.ended(arn)


def started_by_label(deployed: Deployed, link: str) -> list[str]:
    """Return the rotations of a link that a label event started."""
    client = deployed.sandbox.client("stepfunctions")
    arns = [arn for arn in deployed.executions() if ":label-" in arn]
    return [arn for arn in arns if json.loads(client.describe_execution(executionArn=arn)["input"])["link"] == link]


def called(deployed: Deployed, function: str, action: str) -> list[Call]:
    """Return the calls of an action that a function made."""
    calls = [call for call in deployed.sandbox.journal.calls() if call.action == action]
    return [call for call in calls if deployed.function_of(call.principal) == function]


def wait_until(look: Any) -> None:  # noqa: ANN401 - anything that is true in the end
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
