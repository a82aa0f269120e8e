"""Who may open a key secret where the deployer named its readers: the key's policy, as KMS would read it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra import nag
from infra.config import Config, ConfigError
from infra.context import load
from infra.names import STACK
from infra.stack import DxMacsecStack

ACCOUNT = "123456789012"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": ACCOUNT}
AGENT = f"arn:aws:iam::{ACCOUNT}:role/routers/agent"
FUNCTION = f"arn:aws:iam::{ACCOUNT}:role/dxmacsec/DxMacsec-FunctionsCreateKeyRole-1"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/Admin"
LOOKALIKE = f"arn:aws:iam::{ACCOUNT}:role/dxmacsec-agent"
KEY_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:dxmacsec/dxcon-fg5678gh-a1b2c3"
OTHER_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:mail-a1b2c3"


def denials(**chosen: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any setting
    """Return the statements of the key's policy that deny something."""
    template = Template.from_stack(DxMacsecStack(App(), STACK, config=Config(**chosen), bundling=False))
    [key] = template.find_resources("AWS::KMS::Key").values()
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    return [statement for statement in statements if statement["Effect"] == "Deny"]


def text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return an ARN with the account and the Region filled in."""
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else PSEUDO[part["Ref"]] for part in value["Fn::Join"][1])


def opens(statement: dict[str, Any], principal: str, secret: str) -> bool:
    """Tell whether the statement lets a principal decrypt what a secret holds."""
    conditions = statement["Condition"]
    assert set(conditions) == {"StringLike", "ArnNotLike"}
    concerned = fnmatchcase(secret, text(conditions["StringLike"]["kms:EncryptionContext:SecretARN"]))
    spared = [text(each) for each in conditions["ArnNotLike"]["aws:PrincipalArn"]]
    return not concerned or any(fnmatchcase(principal, each) for each in spared)


@pytest.mark.parametrize(
    ("principal", "secret", "allowed"),
    [
        (AGENT, KEY_SECRET, True),
        (FUNCTION, KEY_SECRET, True),
        (ROOT, KEY_SECRET, True),
        (ADMIN, KEY_SECRET, False),
        (LOOKALIKE, KEY_SECRET, False),
        (AGENT.replace(ACCOUNT, "999999999999"), KEY_SECRET, False),
        (ADMIN, OTHER_SECRET, True),
    ],
)
def test_only_readers_the_product_and_the_root_open_a_key_secret(principal: str, secret: str, *, allowed: bool) -> None:
    [statement] = denials(key_readers=[AGENT])

    assert opens(statement, principal, secret) is allowed


def test_everybody_is_denied_to_decrypt_and_nothing_else() -> None:
    [statement] = denials(key_readers=[AGENT])

    assert (statement["Action"], statement["Principal"], statement["Resource"]) == ("kms:Decrypt", {"AWS": "*"}, "*")


def test_without_readers_the_key_denies_nothing() -> None:
    assert denials() == []


def test_cdk_nag_is_content_with_readers() -> None:
    app = App()
    stack = DxMacsecStack(app, STACK, config=Config(key_readers=[AGENT]), bundling=False)

    nag.switch_on(app)
    nag.acknowledge(stack, nag.MEMBER, tracing=True)

    assert app.synth().stacks


@pytest.mark.parametrize(
    "reader",
    [
        f"arn:aws:iam::{ACCOUNT}:role/*",
        "arn:aws:iam::*:role/agent",
        "*",
        "agent",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/agent/x",
        f"{AGENT}\n",
        7,
    ],
)
def test_a_reader_that_could_be_anybody_is_refused(reader: object) -> None:
    with pytest.raises(ConfigError, match="key_readers: expected a list of at most 20 ARNs"):
        load({"key_readers": [reader]})


def test_too_many_readers_are_refused() -> None:
    with pytest.raises(ConfigError, match="key_readers"):
        load({"key_readers": [AGENT] * 21})
