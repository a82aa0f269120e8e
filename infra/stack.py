"""The stack `DxMacsec`: the constructs, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack

from infra.alerts import Alerts
from infra.foundation import Foundation
from infra.functions import Functions
from infra.keys import Keys
from infra.ledger import Ledger
from infra.machines import Machines
from infra.names import KEY_SECRET_PREFIX
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

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, bundling: bool = True) -> None:
        """Join the constructs; without `bundling` no function could start, but the template is whole."""
        super().__init__(scope, construct_id, description="dxmacsec: MACsec key rotation for AWS Direct Connect")
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": NOT_FOR_CFN_LINT}}}
        key = Keys(self, "Keys").key
        foundation = Foundation(
            key=key,
            ledger=Ledger(self, "Ledger").table,
            router_tasks=RouterTasks(self, "RouterTasks", key=key, config=config).queue,
            alerts=Alerts(self, "Alerts", key=key, email=config.alert_email).topic,
        )
        functions = Functions(self, "Functions", config=config, foundation=foundation, bundling=bundling)
        machines = Machines(self, "Machines", config=config, functions=functions.by_id, log_key=key)
        SecretEvents(self, "SecretEvents", functions=functions.by_id)
        triggers = Triggers(
            self,
            "Triggers",
            config=config,
            rotate_fleet=machines.rotate_fleet,
            note_health=functions.by_id["NoteHealth"],
        )
        Recovery(
            self,
            "Recovery",
            recover_link=machines.recover_link,
            watched=[machines.rotate_key, machines.enforce_encryption],
            dead_letters=triggers.dead_letters,
        )
        outputs = {
            "RotateKeyArn": machines.rotate_key.state_machine_arn,
            "RotateFleetArn": machines.rotate_fleet.state_machine_arn,
            "RecoverLinkArn": machines.recover_link.state_machine_arn,
            "EnforceEncryptionArn": machines.enforce_encryption.state_machine_arn,
            "LedgerTable": foundation.ledger.table_name,
            "RouterTasksUrl": foundation.router_tasks.queue_url,
            "AlertsTopicArn": foundation.alerts.topic_arn,
            "KeySecretPrefix": KEY_SECRET_PREFIX,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
