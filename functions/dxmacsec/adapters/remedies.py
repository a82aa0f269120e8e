"""Starting what brings a link back: `EnforceEncryption`, `RotateFleet` for a key, `RecoverLink` after a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.state_machines import execution_arn, start_once

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient


class AwsRemedies:
    """Executions whose names say which verdict they are for, so that one verdict starts one."""

    def __init__(
        self, step_functions: SFNClient, enforce_encryption_arn: str, rotate_fleet_arn: str, recover_link_arn: str
    ) -> None:
        """Take a client of Step Functions and the ARNs of the state machines."""
        self._step_functions = step_functions
        self._enforce_encryption_arn = enforce_encryption_arn
        self._rotate_fleet_arn = rotate_fleet_arn
        self._recover_link_arn = recover_link_arn

    def enforce(self, name: str, link: str, reason: str) -> str:
        """Start `EnforceEncryption` under a name and return the execution's ARN; a name used before starts nothing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not start it.
        """
        start_once(self._step_functions, self._enforce_encryption_arn, name, {"link": link, "reason": reason})
        return execution_arn(self._enforce_encryption_arn, name)

    def rotate(self, name: str, links: tuple[str, ...], reason: str) -> str:
        """Start `RotateFleet` for links, in their windows; a name used before starts nothing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not start it.
        """
        request = {"links": list(links), "wait_for_window": True, "reason": reason}
        start_once(self._step_functions, self._rotate_fleet_arn, name, request)
        return execution_arn(self._rotate_fleet_arn, name)

    def recover(self, name: str, execution: str) -> str:
        """Start `RecoverLink` for an execution that is dead; a name used before starts nothing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not start it.
        """
        start_once(self._step_functions, self._recover_link_arn, name, {"execution": execution})
        return execution_arn(self._recover_link_arn, name)
