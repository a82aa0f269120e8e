"""From a grant to an IAM statement: the only place that knows which ARN a name in the tables stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.names import (
    ENFORCE_ENCRYPTION,
    KEY_SECRET_PREFIX,
    MEMBER_ROLE_PREFIX,
    RECOVER_LINK,
    ROTATE_FLEET,
    ROTATE_KEY,
    ROTATE_ORGANISATION,
    ROTATE_SECRET,
    SHELF_RUNS,
)
from infra.permissions.grants import Grant, On

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.foundation import Foundation, Standing

_SERVICE_ROLE = "aws-service-role/directconnect.amazonaws.com/AWSServiceRoleForDirectConnect"


class Statements:
    """Makes the statements of one stack."""

    def __init__(self, scope: Construct, arns: Mapping[On, str]) -> None:
        """Bind the names of a table to `arns`, of things in `scope`'s stack."""
        self._stack = Stack.of(scope)
        self._arns = arns

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


def arn(scope: Construct, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
    """An ARN of `scope`'s partition; of its Region and account, too, where no other is said."""
    stack = Stack.of(scope)
    region = stack.region if region is None else region
    account = stack.account if account is None else account
    return f"arn:{stack.partition}:{service}:{region}:{account}:{resource}"


def arns_of_member(scope: Construct, made: Foundation) -> Mapping[On, str]:
    """What the names mean in the stack of one account and Region."""

    def of(service: str, resource: str) -> str:
        return arn(scope, service, resource)

    # The machines have fixed names, so an ARN can be written before it exists: a reference would be a
    # circle, because a machine needs its functions and the functions their roles.
    return {
        **_arns_of_both(scope, made),
        On.CONNECTIONS: of("directconnect", "dxcon/*"),
        On.LAGS: of("directconnect", "dxlag/*"),
        On.DIRECT_CONNECT_ROLE: arn(scope, "iam", f"role/{_SERVICE_ROLE}", region=""),
        On.KEY_SECRETS: of("secretsmanager", f"secret:{KEY_SECRET_PREFIX}*"),
        On.MANAGED_SECRETS: of("secretsmanager", "secret:directconnect!*"),
        On.ROTATION_FUNCTION: of("lambda", f"function:{ROTATE_SECRET}"),
        On.ROUTER_TASKS: made.router_tasks.queue_arn,
        On.CHANGES: made.changes.queue_arn,
        On.SECURITY_HUB: of("securityhub", f"product/{Stack.of(scope).account}/default"),
        On.ROTATE_KEY: of("states", f"stateMachine:{ROTATE_KEY}"),
        On.ROTATIONS: of("states", f"execution:{ROTATE_KEY}:*"),
        On.ROTATE_FLEET: of("states", f"stateMachine:{ROTATE_FLEET}"),
        On.FLEET_RUNS: of("states", f"execution:{ROTATE_FLEET}:*"),
        On.ENFORCE_ENCRYPTION: of("states", f"stateMachine:{ENFORCE_ENCRYPTION}"),
        On.RECOVER_LINK: of("states", f"stateMachine:{RECOVER_LINK}"),
        On.RECOVERIES: of("states", f"execution:{RECOVER_LINK}:*"),
        On.ENFORCEMENTS: of("states", f"execution:{ENFORCE_ENCRYPTION}:*"),
    }


def arns_of_coordinator(scope: Construct, made: Standing, shelf: s3.IBucket) -> Mapping[On, str]:
    """What the names mean in the coordinator's stack."""
    return {
        **_arns_of_both(scope, made),
        On.MEMBER_ROLES: arn(scope, "iam", f"role/{MEMBER_ROLE_PREFIX}*", region="", account="*"),
        On.ORGANISATION_RUNS: arn(scope, "states", f"execution:{ROTATE_ORGANISATION}:*"),
        On.SHELF_RUNS: shelf.arn_for_objects(f"{SHELF_RUNS}*"),
    }


def _arns_of_both(scope: Construct, made: Standing) -> Mapping[On, str]:
    return {
        On.ANYTHING: "*",
        On.LEDGER: made.ledger.table_arn,
        On.KEY: made.key.key_arn,
        On.ALERTS: made.alerts.topic_arn,
        On.EVENT_BUS: arn(scope, "events", "event-bus/default"),
    }
