"""The role by which the organisation's coordinator tells a member that it is its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.names import COORDINATOR_ROLE, MEMBER_ROLE_PREFIX, ROTATE_FLEET
from infra.permissions.statements import arn

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_stepfunctions as sfn


DESCRIPTION = "dxmacsec: what the organisation's coordinator may do here"


class MemberRole(Construct):
    """One role a Region, for one role of one other account: it starts the member's own machines and reads their ends.

    No secret, no key, no call of Direct Connect and no row of the ledger is in it: what the coordinator learns is
    what the member's own execution says.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        coordinator_account: str,
        rotate_fleet: sfn.IStateMachine,
        sweep_links: lambda_.IFunction,
    ) -> None:
        """Make the role, under the name by which the coordinator looks for it."""
        super().__init__(scope, construct_id)
        # The account is trusted, not the role: a principal must be there when the role is made, and a member may be
        # set up first. The condition then leaves only that role.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
        coordinator = arn(self, "iam", f"role/{COORDINATOR_ROLE}", region="", account=coordinator_account)
        iam.Role(
            self,
            "Role",
            role_name=f"{MEMBER_ROLE_PREFIX}{Stack.of(self).region}",
            assumed_by=iam.AccountPrincipal(coordinator_account).with_conditions(
                {"ArnEquals": {"aws:PrincipalArn": coordinator}}
            ),
            description=DESCRIPTION,
            inline_policies={"Allowed": iam.PolicyDocument(statements=self._statements(rotate_fleet, sweep_links))},
        )

    def _statements(self, rotate_fleet: sfn.IStateMachine, sweep_links: lambda_.IFunction) -> list[iam.PolicyStatement]:
        return [
            iam.PolicyStatement(
                sid="StartFleetRuns",
                actions=["states:StartExecution"],
                resources=[rotate_fleet.state_machine_arn],
            ),
            iam.PolicyStatement(
                sid="SeeHowTheyEnd",
                actions=["states:DescribeExecution"],
                resources=[arn(self, "states", f"execution:{ROTATE_FLEET}:*")],
            ),
            iam.PolicyStatement(
                sid="StartSweeps",
                actions=["lambda:InvokeFunction"],
                resources=[sweep_links.function_arn],
            ),
        ]
