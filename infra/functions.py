"""The Lambda functions of a stack: one shared asset, one environment, one role and one log group each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.asset import staged
from infra.log_groups import log_group
from infra.names import FUNCTION_ROLE_PATH, LOG_GROUP_PREFIX, ROTATE_SECRET, SWEEP_LINKS, snake_case
from infra.permissions import PERMISSIONS
from infra.permissions.grants import SEND_TRACES
from infra.permissions.statements import Statements, arns_of_member
from infra.sizes import Size, size_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_kms as kms

    from infra.config import Config
    from infra.foundation import Foundation

# Every function is told the first one's ARN, itself included; the second is what a coordinator in another account
# calls by its name.
_FIXED_NAMES = {"RotateSecret": ROTATE_SECRET, "SweepLinks": SWEEP_LINKS}


class Choices(Protocol):
    """What a deployer chose for all functions of a stack."""

    @property
    def log_retention_days(self) -> int:
        """How long a log is kept."""

    @property
    def tracing(self) -> bool:
        """Whether calls are traced."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is a function's own: what it may do, its size, and its role's name where somebody must know it before."""

    allowed: Sequence[iam.PolicyStatement]
    size: Size
    role_name: str | None = None


def rows_of_member(scope: Construct, config: Config, foundation: Foundation) -> Mapping[str, Row]:
    """A row for each of the permission table, under the names of the functions' states."""
    statements = Statements(scope, arns_of_member(scope, foundation))
    return {
        function_id: Row(
            allowed=[statements.of(grant) for grant in (*granted, SEND_TRACES) if grant.when(config)],
            size=size_of(function_id, config),
        )
        for function_id, granted in PERMISSIONS.items()
    }


class Functions(Construct):
    """A function for each row; `by_id` has them under the names of their states."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        choices: Choices,
        rows: Mapping[str, Row],
        environment: Mapping[str, str],
        log_key: kms.IKey,
        bundling: bool,
    ) -> None:
        """Make the functions, roles and log groups; `bundling` puts the dependencies into the asset."""
        super().__init__(scope, construct_id)
        self._choices = choices
        self._log_key = log_key
        self._environment = environment
        with staged(dependencies=bundling) as folder:
            code = lambda_.Code.from_asset(str(folder))
            self.by_id = {function_id: self._function(function_id, row, code) for function_id, row in rows.items()}

    def _function(self, function_id: str, row: Row, code: lambda_.Code) -> lambda_.Function:
        own_log = self._log_group(function_id)
        return lambda_.Function(
            self,
            function_id,
            function_name=_FIXED_NAMES.get(function_id),
            description=f"dxmacsec: {function_id}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"dxmacsec.handlers.{snake_case(function_id)}.handler",
            code=code,
            memory_size=row.size.megabytes,
            timeout=Duration.seconds(row.size.seconds),
            environment=self._environment,
            # Without updates: CDK would add statements of its own, wider than the table's.
            role=self._role(function_id, row, own_log).without_policy_updates(),
            log_group=own_log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            tracing=lambda_.Tracing.ACTIVE if self._choices.tracing else lambda_.Tracing.DISABLED,
        )

    def _log_group(self, function_id: str) -> logs.LogGroup:
        return log_group(
            self,
            f"{function_id}Logs",
            name=f"{LOG_GROUP_PREFIX}{function_id}",
            retention_days=self._choices.log_retention_days,
            key=self._log_key,
        )

    def _role(self, function_id: str, row: Row, own_log: logs.LogGroup) -> iam.Role:
        write_log = iam.PolicyStatement(
            sid="WriteOwnLog",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[own_log.log_group_arn],
        )
        return iam.Role(
            self,
            f"{function_id}Role",
            role_name=row.role_name,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            # A role that others know by its name stands where they look for it.
            path=None if row.role_name else FUNCTION_ROLE_PATH,
            description=f"dxmacsec: what the function {function_id} may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=[*row.allowed, write_log])},
        )
