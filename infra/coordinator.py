"""The stack `DxMacsecCoordinator`: who is next in an organisation, and no power over any key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, IStackSynthesizer, Stack

from infra.alarms import Alarms
from infra.alerts import Alerts
from infra.environment import coordinator_environment
from infra.foundation import Standing
from infra.functions import Functions, Row
from infra.keys import Keys
from infra.ledger import Ledger
from infra.names import COORDINATOR_KEY_ALIAS, COORDINATOR_ROLE, VERSION
from infra.organisation_machine import OrganisationMachine
from infra.permissions.coordinator import ROTATE_ORGANISATION
from infra.permissions.grants import SEND_TRACES
from infra.permissions.statements import Statements, arns_of_coordinator
from infra.shelf import Shelf
from infra.sizes import size_of_coordinator
from infra.stack import NOT_FOR_CFN_LINT
from infra.triggers import Triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.coordinator_config import CoordinatorConfig


class DxMacsecCoordinatorStack(Stack):
    """Everything that one account needs to say in which order the members of an organisation rotate."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: CoordinatorConfig,
        bundling: bool = True,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Join the constructs; `bundling` and `synthesizer` are as a member's."""
        what = "dxmacsec: the order in which accounts and Regions rotate their MACsec keys"
        super().__init__(scope, construct_id, description=what, synthesizer=synthesizer)
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": NOT_FOR_CFN_LINT}}}
        key = Keys(
            self,
            "Keys",
            alias=COORDINATOR_KEY_ALIAS,
            what_for="alerts and logs of the dxmacsec coordinator",
            through=("sns",),
        ).key
        made = Standing(
            key=key,
            ledger=Ledger(self, "Ledger").table,
            alerts=Alerts(self, "Alerts", key=key, email=config.alert_email).topic,
        )
        shelf = Shelf(self, "Shelf").bucket
        functions = Functions(
            self,
            "Functions",
            choices=config,
            rows=_rows(self, config, made, shelf),
            environment=coordinator_environment(config, made, shelf),
            log_key=key,
            bundling=bundling,
        ).by_id
        machine = OrganisationMachine(
            self,
            "Machines",
            choices=config,
            functions=functions,
            members=config.members,
            shelf=shelf,
            log_key=key,
        ).rotate_organisation
        triggers = Triggers(self, "Triggers", time_zone=config.schedule_time_zone)
        triggers.start_organisation_runs(machine, config.schedule)
        alarms = Alarms(self, "Alarms", topic=made.alerts)
        alarms.of_organisation_runs(machine)
        alarms.of_dead_letters(
            "OrganisationNotStarted", "the schedule could not start a run of the organisation", triggers.dead_letters
        )
        # No name is one of the member's: both stacks may stand in one account, and people read their outputs together.
        outputs = {
            "RotateOrganisationArn": machine.state_machine_arn,
            "ShelfBucket": shelf.bucket_name,
            "CoordinatorLedgerTable": made.ledger.table_name,
            "CoordinatorAlertsTopicArn": made.alerts.topic_arn,
            "CoordinatorVersion": VERSION,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def _rows(scope: Construct, config: CoordinatorConfig, made: Standing, shelf: s3.IBucket) -> Mapping[str, Row]:
    statements = Statements(scope, arns_of_coordinator(scope, made, shelf))
    traced = (SEND_TRACES,) if config.tracing else ()
    return {
        function_id: Row(
            allowed=[statements.of(grant) for grant in (*granted, *traced)],
            size=size_of_coordinator(function_id),
            role_name=COORDINATOR_ROLE if function_id == "TurnMember" else None,
        )
        for function_id, granted in ROTATE_ORGANISATION.items()
    }
