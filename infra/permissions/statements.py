"""From a grant to an IAM statement: the only place that knows which ARN a name in the table stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.names import ENFORCE_ENCRYPTION, KEY_SECRET_PREFIX, RECOVER_LINK, ROTATE_FLEET, ROTATE_KEY, ROTATE_SECRET
from infra.permissions.grants import Grant, On

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from infra.foundation import Foundation

_SERVICE_ROLE = "aws-service-role/directconnect.amazonaws.com/AWSServiceRoleForDirectConnect"


class Statements:
    """Makes the statements of one stack."""

    def __init__(self, scope: Construct, foundation: Foundation) -> None:
        """Bind the names of the table to `foundation`, and to the account and Region of `scope`'s stack."""
        self._stack = Stack.of(scope)
        self._arns = self._by_name(foundation)

    def of(self, grant: Grant) -> iam.PolicyStatement:
        """The IAM statement of `grant`."""
        return iam.PolicyStatement(
            sid=grant.sid,
            actions=list(grant.actions),
            resources=[self._arns[name] for name in grant.on],
            conditions={**grant.conditions, **self._through(grant.via)},
        )

    def _through(self, service: str | None) -> dict[str, dict[str, str]]:
        if service is None:
            return {}
        return {"StringEquals": {"kms:ViaService": f"{service}.{self._stack.region}.amazonaws.com"}}

    def _arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        stack = self._stack
        here = f"{stack.region if region is None else region}:{stack.account}"
        return f"arn:{stack.partition}:{service}:{here}:{resource}"

    def _by_name(self, made: Foundation) -> Mapping[On, str]:
        # The machines have fixed names, so an ARN can be written before it exists: a reference would be a
        # circle, because a machine needs its functions and the functions their roles.
        return {
            On.ANYTHING: "*",
            On.CONNECTIONS: self._arn("directconnect", "dxcon/*"),
            On.LAGS: self._arn("directconnect", "dxlag/*"),
            On.DIRECT_CONNECT_ROLE: self._arn("iam", f"role/{_SERVICE_ROLE}", region=""),
            On.LEDGER: made.ledger.table_arn,
            On.KEY_SECRETS: self._arn("secretsmanager", f"secret:{KEY_SECRET_PREFIX}*"),
            On.MANAGED_SECRETS: self._arn("secretsmanager", "secret:directconnect!*"),
            On.ROTATION_FUNCTION: self._arn("lambda", f"function:{ROTATE_SECRET}"),
            On.KEY: made.key.key_arn,
            On.ROUTER_TASKS: made.router_tasks.queue_arn,
            On.CHANGES: made.changes.queue_arn,
            On.ALERTS: made.alerts.topic_arn,
            On.EVENT_BUS: self._arn("events", "event-bus/default"),
            On.SECURITY_HUB: self._arn("securityhub", f"product/{self._stack.account}/default"),
            On.ROTATE_KEY: self._arn("states", f"stateMachine:{ROTATE_KEY}"),
            On.ROTATIONS: self._arn("states", f"execution:{ROTATE_KEY}:*"),
            On.ROTATE_FLEET: self._arn("states", f"stateMachine:{ROTATE_FLEET}"),
            On.FLEET_RUNS: self._arn("states", f"execution:{ROTATE_FLEET}:*"),
            On.ENFORCE_ENCRYPTION: self._arn("states", f"stateMachine:{ENFORCE_ENCRYPTION}"),
            On.RECOVER_LINK: self._arn("states", f"stateMachine:{RECOVER_LINK}"),
            On.RECOVERIES: self._arn("states", f"execution:{RECOVER_LINK}:*"),
            On.ENFORCEMENTS: self._arn("states", f"execution:{ENFORCE_ENCRYPTION}:*"),
        }
