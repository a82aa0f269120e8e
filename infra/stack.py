"""The stack `DxMacsec`: the constructs, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, IStackSynthesizer, Stack

from infra.alarms import Alarms
from infra.alerts import Alerts
from infra.board import Board
from infra.change_events import ChangeEvents
from infra.changes import Changes
from infra.environment import environment
from infra.foundation import Foundation
from infra.functions import Functions, rows_of_member
from infra.keys import Keys
from infra.ledger import Ledger
from infra.machines import Machines
from infra.member_role import MemberRole
from infra.names import KEY_ALIAS, KEY_SECRET_PREFIX, VERSION
from infra.recovery import Recovery
from infra.router_tasks import RouterTasks
from infra.secret_events import SecretEvents
from infra.triggers import Triggers

if TYPE_CHECKING:
    from constructs import Construct

    from infra.config import Config


# W3005: CDK writes out that a function waits for its role, which follows from the reference anyway.
# E3601: it knows no other partition than `aws`, and no JSONata in TimeoutSeconds and HeartbeatSeconds; a
# test asks it again with both replaced.
NOT_FOR_CFN_LINT = ["W3005", "E3601"]


class DxMacsecStack(Stack):
    """Everything that one account and Region needs to rotate its MACsec keys."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        bundling: bool = True,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Join the constructs; without `bundling` no function could start, but the template is whole.

        The `synthesizer` says where the asset lies; None is where the account's own bootstrap puts it.
        """
        what = "dxmacsec: MACsec key rotation for AWS Direct Connect"
        super().__init__(scope, construct_id, description=what, synthesizer=synthesizer)
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": NOT_FOR_CFN_LINT}}}
        key = Keys(
            self,
            "Keys",
            alias=KEY_ALIAS,
            what_for="MACsec key secrets, router tasks, alerts and logs of dxmacsec",
            through=("secretsmanager", "sns", "sqs"),
            readers=config.key_readers,
        ).key
        router_tasks = RouterTasks(self, "RouterTasks", key=key, config=config)
        changes = Changes(self, "Changes", config=config)
        foundation = Foundation(
            key=key,
            ledger=Ledger(self, "Ledger").table,
            router_tasks=router_tasks.queue,
            changes=changes.queue,
            alerts=Alerts(self, "Alerts", key=key, email=config.alert_email).topic,
        )
        functions = Functions(
            self,
            "Functions",
            choices=config,
            rows=rows_of_member(self, config, foundation),
            environment=environment(config, foundation),
            log_key=key,
            bundling=bundling,
        ).by_id
        machines = Machines(self, "Machines", choices=config, functions=functions, log_key=key)
        if config.coordinator_account is not None:
            MemberRole(
                self,
                "MemberRole",
                coordinator_account=config.coordinator_account,
                rotate_fleet=machines.rotate_fleet,
                sweep_links=functions["SweepLinks"],
            )
        triggers = Triggers(self, "Triggers", time_zone=config.schedule_time_zone)
        triggers.start_fleet_runs(
            machines.rotate_fleet, config.schedule, flexible_minutes=config.schedule_flexible_minutes
        )
        triggers.start_sweeps(functions["SweepLinks"], config.sweep)
        triggers.hear_of_maintenance(functions["NoteHealth"])
        SecretEvents(self, "SecretEvents", functions=functions, undelivered=triggers.dead_letters)
        ChangeEvents(
            self,
            "ChangeEvents",
            hear_change=functions["HearChange"],
            queue=changes.queue,
            undelivered=triggers.dead_letters,
            window_seconds=config.changes_window_seconds,
        )
        alarms = Alarms(self, "Alarms", topic=foundation.alerts)
        alarms.of_the_sweep(config.sweep)
        alarms.of_changes(changes.queue, changes.dead_letters)
        alarms.of_dead_letters("TriggersNotDelivered", "a schedule or rule did not start", triggers.dead_letters)
        alarms.of_dead_letters("RouterTasksNotTaken", "no agent could take a router task", router_tasks.dead_letters)
        Recovery(
            self,
            "Recovery",
            recover_link=machines.recover_link,
            watched=[machines.rotate_key, machines.enforce_encryption],
            dead_letters=triggers.dead_letters,
        )
        board = Board(
            self,
            "Board",
            config=config,
            draw_board=functions["DrawBoard"],
            machines={"Rotations": machines.rotate_key, "Enforcements": machines.enforce_encryption},
            alarms=alarms.all,
        )
        outputs = {
            "RotateKeyArn": machines.rotate_key.state_machine_arn,
            "RotateFleetArn": machines.rotate_fleet.state_machine_arn,
            "RecoverLinkArn": machines.recover_link.state_machine_arn,
            "EnforceEncryptionArn": machines.enforce_encryption.state_machine_arn,
            "LedgerTable": foundation.ledger.table_name,
            "RouterTasksUrl": foundation.router_tasks.queue_url,
            "AlertsTopicArn": foundation.alerts.topic_arn,
            "BoardUrl": board.url,
            "KeySecretPrefix": KEY_SECRET_PREFIX,
            # Its environment holds every setting that functions read: the command reads it, so that both speak of one.
            "SettingsFunction": functions["RotateSecret"].function_name,
            "Version": VERSION,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
