"""Security Hub: one finding a link, updated as the link's verdict changes, in AWS's own finding format (ASFF)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dxmacsec.adapters.aws_errors import SdkError, error_code, family, translate
from dxmacsec.adapters.finding_text import closed_finding, link_finding
from dxmacsec.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dxmacsec.adapters.home import Home
    from dxmacsec.compliance import Judgement, Standing
    from dxmacsec.interfaces import Clock
    from dxmacsec.model import Link

HUB_IS_OFF = "InvalidAccessException"


class FindingsClient(Protocol):
    """As much of Security Hub's client as we call."""

    def batch_import_findings(self, *, Findings: list[dict[str, Any]]) -> Mapping[str, Any]:  # noqa: N803 - AWS's name
        """Import up to a hundred findings."""
        ...


class SecurityHubFindings:
    """Findings of our own product in the account's own hub."""

    def __init__(self, security_hub: FindingsClient, home: Home, clock: Clock) -> None:
        """Take a client of Security Hub, where we live, and the clock that dates the updates."""
        self._security_hub = security_hub
        self._home = home
        self._clock = clock

    def report(self, link: Link, judgement: Judgement, standing: Standing) -> None:
        """Make or update the link's finding; a compliant link's is resolved. A repeat updates the same finding.

        Raises:
            AccessDenied: Security Hub is off, or our role may not import findings.
            UnknownAnswer: Security Hub refused the finding.
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._import(link_finding(link, judgement, standing, self._home, self._clock.now()))

    def resolve(self, link_id: str, standing: Standing, sentence: str) -> None:
        """Close the finding of a link that is no more. A repeat closes the same finding.

        Raises:
            AccessDenied: Security Hub is off, or our role may not import findings.
            UnknownAnswer: Security Hub refused the finding.
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._import(closed_finding(link_id, standing, sentence, self._home, self._clock.now()))

    def _import(self, finding: dict[str, Any]) -> None:
        """Import a finding; what AWS says of one that failed stands inside an answer that went well.

        https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html

        Raises:
            DxMacsecError: see `report`.
        """
        doing = f"import the finding {finding['Id']}"
        try:
            answer = self._security_hub.batch_import_findings(Findings=[finding])
        except SdkError as error:
            if error_code(error) == HUB_IS_OFF:
                message = (
                    f"{doing}: Security Hub is off in this account and Region: enable it, or set security_hub: false"
                )
                raise AccessDenied(message) from error
            raise translate(error, doing) from error
        if answer["FailedCount"]:
            failed = answer.get("FailedFindings") or [{"ErrorCode": "", "ErrorMessage": "no reason given"}]
            code, text = failed[0]["ErrorCode"], failed[0]["ErrorMessage"]
            message = f"{doing}: {code}: {text}"
            raise family(code, 0)(message)


class NoFindings:
    """Nobody reads findings here: `security_hub` is false."""

    def report(self, link: Link, judgement: Judgement, standing: Standing) -> None:
        """Report nothing."""

    def resolve(self, link_id: str, standing: Standing, sentence: str) -> None:
        """Close nothing."""
