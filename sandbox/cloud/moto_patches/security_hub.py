"""Security Hub: findings only where it is enabled, and updates as AWS takes them.

moto takes findings into a hub that nobody enabled, and lets an old update win over a new one. What breaks when
moto moves: `batch_import_findings` and `get_findings`, `findings` and `enabled` of the backend.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sandbox.cloud.account import REGION
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

LARGEST_BATCH: Final = 100
CUSTOMERS_OWN: Final = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
"""What an update can't change: people set it, by BatchUpdateFindings."""
NOT_ENABLED: Final = "InvalidAccessException"
INVALID: Final = "InvalidInputException"

Finding = dict[str, Any]


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Refuse everything until Security Hub is enabled, and import by AWS's rules."""
    backend: Private = private("moto.securityhub.models").SecurityHubBackend
    import_into, get = backend.batch_import_findings, backend.get_findings

    def batch_import_findings(self: Private, findings: list[Finding]) -> tuple[int, int, list[dict[str, Any]]]:
        _check(self, findings)
        failures: list[dict[str, Any]] = []
        for finding in findings:
            if finding["ProductArn"] != _own_product(self.account_id):
                failures.append(_refused(finding))
            elif not _outdated(self, finding):
                failures += import_into(self, [_update(self, finding)])[2]
        return len(failures), len(findings) - len(failures), failures

    def get_findings(self: Private, *args: Private, **kwargs: Private) -> Private:
        _check(self, [])
        return get(self, *args, **kwargs)

    mends.replace(backend, "batch_import_findings", batch_import_findings)
    mends.replace(backend, "get_findings", get_findings)


def _own_product(account: str) -> str:
    """Return the one product for which an account may import findings of its own."""
    return f"arn:aws:securityhub:{REGION}:{account}:product/{account}/default"


def _check(hub: Private, findings: list[Finding]) -> None:
    exceptions = private("moto.securityhub.exceptions")
    if not hub.enabled:
        detail = f"Account {hub.account_id} is not subscribed to AWS Security Hub"
        raise exceptions.SecurityHubClientError(NOT_ENABLED, detail)
    if len(findings) > LARGEST_BATCH:
        detail = f"Findings must have length less than or equal to {LARGEST_BATCH}"
        raise exceptions.SecurityHubClientError(INVALID, detail)


def _known(hub: Private, finding: Finding) -> Finding | None:
    return next((each.data for each in hub.findings if each.id == finding["Id"]), None)


def _outdated(hub: Private, finding: Finding) -> bool:
    """Return whether the hub holds a finding of that id which is as new: the import is then ignored."""
    known = _known(hub, finding)
    return known is not None and _moment(finding) <= _moment(known)


def _moment(finding: Finding) -> datetime:
    return datetime.fromisoformat(str(finding["UpdatedAt"]))


def _update(hub: Private, finding: Finding) -> Finding:
    """Return a finding without what only people change, if the hub knows it already."""
    if _known(hub, finding) is None:
        return dict(finding)
    return {name: value for name, value in finding.items() if name not in CUSTOMERS_OWN}


def _refused(finding: Finding) -> dict[str, Any]:
    message = f"Finding does not adhere to Amazon Finding Format: you may not import for {finding['ProductArn']}"
    return {"Id": finding["Id"], "ErrorCode": "InvalidInput", "ErrorMessage": message}
