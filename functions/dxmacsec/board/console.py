"""Addresses in the AWS console, for the partition that the stack lives in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dxmacsec.model import Link, LinkKind
from dxmacsec.organisation import Member

DOMAINS = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
DOMAIN = "console.aws.amazon.com"
PAGES = {LinkKind.LAG: "lags", LinkKind.INTERCONNECT: "interconnects"}


@dataclass(frozen=True, slots=True)
class Console:
    """The console of one account and Region; `runbook` is where people read docs/runbook.md, if anywhere."""

    partition: str
    region: str
    account: str
    key_secret_prefix: str
    runbook: str | None = None

    @property
    def place(self) -> str:
        """Return account and Region as they stand before a link's id."""
        return Member(self.account, self.region).name

    def link(self, link: Link) -> str:
        """Return the page of a connection, an interconnect or a LAG."""
        page = PAGES.get(link.kind, "connections")
        return f"{self._home('directconnect/v2')}#/{page}/{quote(link.id)}"

    def execution(self, arn: str) -> str:
        """Return the page of an execution of Step Functions."""
        return f"{self._home('states')}#/v2/executions/details/{quote(arn, safe=':')}"

    def key_secret(self, link: Link) -> str:
        """Return the page of a link's key secret, which shows its labels and no value until somebody asks."""
        asked = urlencode({"name": f"{self.key_secret_prefix}{link.id}", "region": self.region})
        return f"https://{self._domain()}/secretsmanager/secret?{asked}"

    def heading(self, reason: str) -> str | None:
        """Return the runbook's heading of a reason; None where nobody said where the runbook is."""
        return f"{self.runbook}#{quote(reason.lower())}" if self.runbook else None

    def _home(self, service: str) -> str:
        return f"https://{self._domain()}/{service}/home?{urlencode({'region': self.region})}"

    def _domain(self) -> str:
        return f"{self.region}.{DOMAINS.get(self.partition, DOMAIN)}"
