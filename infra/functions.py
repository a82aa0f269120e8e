"""The Lambda functions: one shared asset, one environment, one role and one log group each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.asset import staged
from infra.environment import environment
from infra.log_groups import log_group
from infra.names import FUNCTION_ROLE_PATH, LOG_GROUP_PREFIX, ROTATE_SECRET, snake_case
from infra.permissions import PERMISSIONS
from infra.permissions.grants import SEND_TRACES
from infra.permissions.statements import Statements
from infra.sizes import size_of

if TYPE_CHECKING:
    from infra.config import Config
    from infra.foundation import Foundation

# Every function is told this one's ARN, itself included.
_FIXED_NAMES = {"RotateSecret": ROTATE_SECRET}


class Functions(Construct):
    """A function for each row of the permission table; `by_id` has them under the names of their states."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, foundation: Foundation, bundling: bool
    ) -> None:
        """Make the functions, roles and log groups; `bundling` puts the dependencies into the asset."""
        super().__init__(scope, construct_id)
        self._config = config
        self._log_key = foundation.key
        self._environment = environment(config, foundation)
        self._statements = Statements(self, foundation)
        with staged(dependencies=bundling) as folder:
            code = lambda_.Code.from_asset(str(folder))
            self.by_id = {function_id: self._function(function_id, code) for function_id in PERMISSIONS}

    def _function(self, function_id: str, code: lambda_.Code) -> lambda_.Function:
        own_log = self._log_group(function_id)
        size = size_of(function_id, self._config)
        return lambda_.Function(
            self,
            function_id,
            function_name=_FIXED_NAMES.get(function_id),
            description=f"dxmacsec: {function_id}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"dxmacsec.handlers.{snake_case(function_id)}.handler",
            code=code,
            memory_size=size.megabytes,
            timeout=Duration.seconds(size.seconds),
            environment=self._environment,
            # Without updates: CDK would add statements of its own, wider than the table's.
            role=self._role(function_id, own_log).without_policy_updates(),
            log_group=own_log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            tracing=lambda_.Tracing.ACTIVE if self._config.tracing else lambda_.Tracing.DISABLED,
        )

    def _log_group(self, function_id: str) -> logs.LogGroup:
        return log_group(
            self,
            f"{function_id}Logs",
            name=f"{LOG_GROUP_PREFIX}{function_id}",
            retention_days=self._config.log_retention_days,
            key=self._log_key,
        )

    def _role(self, function_id: str, own_log: logs.LogGroup) -> iam.Role:
        granted = (*PERMISSIONS[function_id], SEND_TRACES)
        allowed = [self._statements.of(grant) for grant in granted if grant.when(self._config)]
        allowed.append(
            iam.PolicyStatement(
                sid="WriteOwnLog",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[own_log.log_group_arn],
            )
        )
        return iam.Role(
            self,
            f"{function_id}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            path=FUNCTION_ROLE_PATH,
            description=f"dxmacsec: what the function {function_id} may do",
            inline_policies={"Allowed": iam.PolicyDocument(statements=allowed)},
        )
