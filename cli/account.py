"""The account and Region that a command speaks to: the stack, its settings, and the adapters on them.

The stack is found by its outputs; its settings are the environment of the function that they name, so that the
command and the functions can't disagree. Credentials, profile, Region and `AWS_ENDPOINT_URL` are the SDK's own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from cli.ending import CliError, Ending
from dxmacsec.adapters.home import Home
from dxmacsec.adapters.ledger_stories import DynamoStories
from dxmacsec.handlers.settings import Settings, SettingsError
from dxmacsec.handlers.wiring import LateClient, world_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.session import Session

    from dxmacsec.interfaces import Stories, World

STACK = "DxMacsec"
SETTINGS_FUNCTION = "SettingsFunction"


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that a command may reach. `outputs` are the stack's; `client` makes what no adapter has."""

    session: Session
    outputs: Mapping[str, str]
    settings: Settings
    world: World
    stories: Stories

    @property
    def home(self) -> Home:
        """Return the account and Region that are spoken to, as the stack's own things name them."""
        return Home.of(self.settings.alerts_topic_arn)

    def client(self, service: str) -> Any:  # noqa: ANN401 - stands for any client
        """Return a client of a service that is made at its first call."""
        return LateClient(self.session, service)


def session_of(profile: str | None, region: str | None) -> Session:
    """Return a session of the SDK for a profile and a Region; without them, as the SDK finds them.

    Raises:
        CliError: the profile is not configured, or no Region is.
    """
    session = botocore.session.Session(profile=profile)
    try:
        # The AWS command reads AWS_REGION; botocore by itself only AWS_DEFAULT_REGION.
        chosen = region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
    except ProfileNotFound as error:
        raise CliError(Ending.USAGE, f"profile: {error}", "aws configure list-profiles") from error
    if not chosen:
        raise CliError(Ending.USAGE, "region: none is configured.", "Give --region, or set AWS_REGION.")
    session.set_config_variable("region", chosen)
    return session


def open_account(session: Session, stack: str = STACK) -> Account:
    """Return the account with the deployed stack.

    Raises:
        CliError: the stack isn't there, the credentials are missing or may not read it, or it is of another version.
    """
    outputs = stack_outputs(session, stack)
    try:
        settings = Settings.from_environment(_environment(session, outputs[SETTINGS_FUNCTION]))
    except (KeyError, SettingsError) as error:
        sentence = f"The stack {stack} is of another version than this command: {error}"
        raise CliError(
            Ending.FAILED, sentence, "Deploy this version (make deploy), or use the command of that one."
        ) from error
    stories = DynamoStories(LateClient(session, "dynamodb"), settings.ledger_table)  # type: ignore[arg-type]  # plays the client
    return Account(session, outputs, settings, world_of(settings, session), stories)


def stack_outputs(session: Session, stack: str) -> dict[str, str]:
    """Return the outputs of a stack.

    Raises:
        CliError: there is none of that name, or it can't be read.
    """
    try:
        answer = LateClient(session, "cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            sentence = f"There is no stack {stack} in this account and Region."
            raise CliError(Ending.NOT_FOUND, sentence, "Check the profile and --region; or make deploy.") from error
        raise refused(error, f"read the stack {stack}") from error
    except BotoCoreError as error:
        raise unreachable(error) from error
    return {each["OutputKey"]: each["OutputValue"] for each in answer["Stacks"][0].get("Outputs", ())}


def _environment(session: Session, function: str) -> dict[str, str]:
    try:
        answer = LateClient(session, "lambda").get_function_configuration(FunctionName=function)
    except ClientError as error:
        raise refused(error, f"read the settings of {function}") from error
    return dict(answer.get("Environment", {}).get("Variables", {}))


def refused(error: ClientError, doing: str) -> CliError:
    """Return what AWS's refusal means to a person; the SDK's text may quote what was sent, so only its code is told."""
    code = error.response["Error"]["Code"]
    ending = Ending.NO_ACCESS if "Denied" in code or "Token" in code else Ending.FAILED
    return CliError(ending, f"{doing}: AWS says {code}.", "aws sts get-caller-identity shows who you are to AWS.")


def unreachable(error: BotoCoreError) -> CliError:
    """Return what it means that AWS could not be asked at all."""
    if isinstance(error, NoCredentialsError):
        return CliError(
            Ending.NO_ACCESS, "There are no AWS credentials.", "aws configure, aws sso login, or AWS_PROFILE."
        )
    return CliError(
        Ending.FAILED, f"AWS can't be reached: {type(error).__name__}.", "Check the network and AWS_ENDPOINT_URL."
    )
