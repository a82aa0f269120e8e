"""The state machines of a member: definitions from the `*.asl.json` files, each with a role of its own statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.drawn_machines import DrawnMachines
from infra.machine_statements import follow
from infra.names import ENFORCE_ENCRYPTION, RECOVER_LINK, ROTATE_FLEET, ROTATE_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from infra.functions import Choices


class Machines(DrawnMachines):
    """`RotateFleet`, nested in it `RotateKey`, and nested in that one `EnforceEncryption`; and `RecoverLink`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        choices: Choices,
        functions: Mapping[str, lambda_.IFunction],
        log_key: kms.IKey,
    ) -> None:
        """Make the machines; `functions` are under the names of their states."""
        super().__init__(scope, construct_id, choices=choices, functions=functions, log_key=log_key)
        self.enforce_encryption = self._machine("EnforceEncryption", name=ENFORCE_ENCRYPTION)
        self.rotate_key = self._machine(
            "RotateKey",
            name=ROTATE_KEY,
            substitutions={"EnforceEncryptionArn": self.enforce_encryption.state_machine_arn},
            statements=follow(self.enforce_encryption, name=ENFORCE_ENCRYPTION),
        )
        self.rotate_fleet = self._machine(
            "RotateFleet",
            name=ROTATE_FLEET,
            substitutions={"RotateKeyArn": self.rotate_key.state_machine_arn},
            statements=follow(self.rotate_key, name=ROTATE_KEY),
        )
        self.recover_link = self._machine("RecoverLink", name=RECOVER_LINK)
