"""The only place that makes clients: adapters on AWS, each client at its first call."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

from dxmacsec.adapters.compliance_ledger import DynamoComplianceLedger
from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.adapters.executions import AwsExecutions
from dxmacsec.adapters.findings import NoFindings, SecurityHubFindings
from dxmacsec.adapters.fleet_ledger import DynamoFleetLedger
from dxmacsec.adapters.herald import AwsHerald
from dxmacsec.adapters.histories import AwsHistories
from dxmacsec.adapters.home import Home
from dxmacsec.adapters.key_maker import KmsKeyMaker
from dxmacsec.adapters.key_secrets import AwsKeySecrets
from dxmacsec.adapters.later import SqsLater
from dxmacsec.adapters.ledger import DynamoLedger
from dxmacsec.adapters.ledger_stories import DynamoStories
from dxmacsec.adapters.managed_secrets import AwsManagedSecrets
from dxmacsec.adapters.remedies import AwsRemedies
from dxmacsec.adapters.rotations import AwsRotations
from dxmacsec.adapters.router_desk import AwsRouterDesk
from dxmacsec.adapters.system_clock import SystemClock
from dxmacsec.handlers.document import read_travelling
from dxmacsec.handlers.settings import Settings
from dxmacsec.interfaces import World

if TYPE_CHECKING:
    from botocore.session import Session

    from dxmacsec.adapters.findings import FindingsClient
    from dxmacsec.interfaces import Clock, FindingsDesk, Stories

VERSION = "0.1.0"
USER_AGENT = f"dxmacsec/{VERSION}"
TIMEOUTS: dict[str, Any] = {"connect_timeout": 3, "read_timeout": 10, "user_agent_extra": USER_AGENT}

RETRYING = Config(retries={"mode": "standard", "total_max_attempts": 3}, **TIMEOUTS)
LISTING = Config(retries={"mode": "adaptive", "total_max_attempts": 3}, **TIMEOUTS)
"""For lists of all links: once AWS throttles, the client paces itself, so that no plan begins anew at its first page.

Not for reading one link: a look at a line that may be dark waits for nobody's pace.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""
ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, **TIMEOUTS)
"""For changes at Direct Connect, which has no client token: a lost answer is read before it is repeated."""

SERVICES = (
    *("directconnect", "dynamodb", "events", "kms", "lambda", "s3", "secretsmanager", "securityhub"),
    *("sns", "sqs", "stepfunctions", "sts"),
)
"""What clients are made of; the SDK's data of no other service is in the asset."""


class KnownServices(Loader):
    """The SDK's data, without a search through its folders for the services that there are."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - every one has every type
        """Return the services that clients are made of."""
        return list(SERVICES)


class LateClient:
    """A client of the SDK that is made at its first use: a function pays for those that it calls."""

    def __init__(self, session: Session, service: str, config: Config = RETRYING) -> None:
        """Take the session that makes the client, and the service's name."""
        self._session = session
        self._service = service
        self._config = config

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
        return self._session.create_client(self._service, config=self._config)

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - see above
        """Return an operation of the client."""
        return getattr(self._client, operation)


@cache
def world() -> World:
    """Return the world that this function's environment describes; made once a process.

    Raises:
        SettingsError: variables are missing or wrong.
    """
    return world_of(own_settings(), own_session())


@cache
def own_settings() -> Settings:
    """Return what this function's environment says; read once a process.

    Raises:
        SettingsError: variables are missing or wrong.
    """
    return Settings.from_environment()


@cache
def stories() -> Stories:
    """Return the ledger as people read it; made once a process.

    Raises:
        SettingsError: variables are missing or wrong.
    """
    dynamo: Any = LateClient(own_session(), "dynamodb")
    return DynamoStories(dynamo, own_settings().ledger_table)


def world_of(settings: Settings, session: Session) -> World:
    """Return the adapters for a stack's things."""

    def late(service: str, config: Config = RETRYING) -> Any:  # noqa: ANN401 - stands for any client
        return LateClient(session, service, config)

    secrets_manager, step_functions, sns = late("secretsmanager"), late("stepfunctions"), late("sns")
    dynamo, sqs, clock = late("dynamodb"), late("sqs"), SystemClock()
    return World(
        clock=clock,
        direct_connect=AwsDirectConnect(
            late("directconnect"), late("directconnect", ONCE), late("directconnect", LISTING)
        ),
        key_secrets=AwsKeySecrets(
            secrets_manager, settings.key_secret_prefix, settings.key_arn, settings.rotation_function_arn
        ),
        managed_secrets=AwsManagedSecrets(secrets_manager),
        key_maker=KmsKeyMaker(late("kms")),
        ledger=DynamoLedger(dynamo, settings.ledger_table),
        fleet_ledger=DynamoFleetLedger(dynamo, settings.ledger_table),
        compliance_ledger=DynamoComplianceLedger(dynamo, settings.ledger_table, clock),
        router_desk=AwsRouterDesk(
            sqs=sqs,
            sns=sns,
            step_functions=step_functions,
            tasks_url=settings.router_tasks_url,
            topic_arn=settings.alerts_topic_arn,
            key_secret_prefix=settings.key_secret_prefix,
        ),
        herald=AwsHerald(late("events"), sns, settings.alerts_topic_arn),
        later=SqsLater(sqs, settings.changes_url),
        executions=AwsExecutions(step_functions),
        histories=AwsHistories(step_functions, read_travelling),
        rotations=AwsRotations(step_functions, settings.rotate_key_arn),
        remedies=AwsRemedies(
            step_functions, settings.enforce_encryption_arn, settings.rotate_fleet_arn, settings.recover_link_arn
        ),
        findings=_findings(settings, late("securityhub"), clock),
        limits=settings.limits,
    )


def _findings(settings: Settings, security_hub: FindingsClient, clock: Clock) -> FindingsDesk:
    """Return where findings go: to the hub of the account and Region in which the alerts' topic is, or nowhere."""
    if not settings.limits.security_hub:
        return NoFindings()
    return SecurityHubFindings(security_hub, Home.of(settings.alerts_topic_arn), clock)


def own_session() -> Session:
    """Return a session of the SDK that knows which services clients are made of."""
    session = botocore.session.get_session()
    session.register_component("data_loader", KnownServices())
    return session
