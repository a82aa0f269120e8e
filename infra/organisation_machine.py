"""The coordinator's machine, and what its Distributed Map may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from infra.drawn_machines import DrawnMachines
from infra.names import ORGANISATION_MAP, ROTATE_ORGANISATION, SHELF_RUNS
from infra.permissions.statements import arn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.functions import Choices


class OrganisationMachine(DrawnMachines):
    """`RotateOrganisation`: its own executions, its part of the shelf, its functions, and nothing in any member."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        choices: Choices,
        functions: Mapping[str, lambda_.IFunction],
        members: Sequence[str],
        shelf: s3.IBucket,
        log_key: kms.IKey,
    ) -> None:
        """Make the machine; `functions` are under the names of their states."""
        super().__init__(scope, construct_id, choices=choices, functions=functions, log_key=log_key)
        self.rotate_organisation = self._machine(
            "RotateOrganisation",
            name=ROTATE_ORGANISATION,
            substitutions={"Members": ",".join(members)},
            statements=[*self._map_statements(), _use_shelf(shelf)],
        )

    def _map_statements(self) -> list[iam.PolicyStatement]:
        """Run the items of a Distributed Map, each of which is an execution of this same machine.

        The machine's ARN is written out: a reference would be a circle, for the machine needs its role first.
        https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        """
        return [
            iam.PolicyStatement(
                sid="StartTurns",
                actions=["states:StartExecution"],
                resources=[arn(self, "states", f"stateMachine:{ROTATE_ORGANISATION}")],
            ),
            iam.PolicyStatement(
                sid="FollowTurns",
                actions=["states:DescribeExecution", "states:StopExecution"],
                # An execution of a Map is called by the Map's label; the documentation asks for the machine's own, too.
                resources=[
                    arn(self, "states", f"execution:{ROTATE_ORGANISATION}:*"),
                    arn(self, "states", f"execution:{ROTATE_ORGANISATION}/{ORGANISATION_MAP}:*"),
                ],
            ),
        ]


def _use_shelf(shelf: s3.IBucket) -> iam.PolicyStatement:
    """Read a wave's list and write its results, in parts where they are large.

    https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    return iam.PolicyStatement(
        sid="UseShelf",
        actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources=[shelf.arn_for_objects(f"{SHELF_RUNS}*")],
    )
