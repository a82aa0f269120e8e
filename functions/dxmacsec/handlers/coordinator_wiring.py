"""The coordinator's world: its own shelf, ledger and topic, and its members by the role that each has for it.

The clients of a member are made here, too, with that role's credentials.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from dxmacsec.adapters.coordinator_ledger import DynamoCoordinatorLedger
from dxmacsec.adapters.executions import AwsExecutions
from dxmacsec.adapters.herald import AwsHerald
from dxmacsec.adapters.home import Home
from dxmacsec.adapters.members import AwsMembers
from dxmacsec.adapters.shelf import S3Shelf
from dxmacsec.adapters.system_clock import SystemClock
from dxmacsec.handlers.settings import CoordinatorSettings
from dxmacsec.handlers.wiring import RETRYING, TIMEOUTS, LateClient, own_session
from dxmacsec.interfaces import CoordinatorWorld

if TYPE_CHECKING:
    from botocore.session import Session

    from dxmacsec.adapters.members import Credentials

SWEEPING = Config(
    retries={"mode": "standard", "total_max_attempts": 1}, **{**TIMEOUTS, "read_timeout": 905, "tcp_keepalive": True}
)
"""For a member's sweep, which answers when it is done: somewhat longer than the sweep itself may take, and once."""
CONFIGS = {"lambda": SWEEPING}


@cache
def coordinator_world() -> CoordinatorWorld:
    """Return the world that this function's environment describes; made once a process.

    Raises:
        SettingsError: variables are missing or wrong.
    """
    return coordinator_world_of(CoordinatorSettings.from_environment(), own_session())


def coordinator_world_of(settings: CoordinatorSettings, session: Session) -> CoordinatorWorld:
    """Return the adapters for the coordinator's things.

    Credentials of STS's global endpoint are not valid in Regions that an account has to opt into; those of a Region's
    own are valid everywhere.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    """
    session.set_config_variable("sts_regional_endpoints", "regional")

    def late(service: str) -> Any:  # noqa: ANN401 - stands for any client
        return LateClient(session, service)

    def of_member(service: str, region: str, credentials: Credentials) -> Any:  # noqa: ANN401 - see above
        return session.create_client(
            service,
            region_name=region,
            aws_access_key_id=credentials.key_id,
            aws_secret_access_key=credentials.secret,
            aws_session_token=credentials.token,
            config=CONFIGS.get(service, RETRYING),
        )

    clock = SystemClock()
    return CoordinatorWorld(
        clock=clock,
        executions=AwsExecutions(late("stepfunctions")),
        shelf=S3Shelf(late("s3"), settings.shelf_bucket),
        members=AwsMembers(late("sts"), of_member, Home.of(settings.alerts_topic_arn).partition, clock),
        ledger=DynamoCoordinatorLedger(late("dynamodb"), settings.ledger_table),
        herald=AwsHerald(late("events"), late("sns"), settings.alerts_topic_arn),
        limits=settings.limits,
    )
