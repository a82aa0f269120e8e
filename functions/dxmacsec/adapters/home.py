"""Where the stack lives: partition, Region and account, as one of its own ARNs says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from dxmacsec.organisation import Member

ARN_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Home:
    """A partition, a Region and an account, which are in every ARN that is made here."""

    partition: str
    region: str
    account: str

    @classmethod
    def of(cls, arn: str) -> Self:
        """Return where the thing of an ARN lives.

        Raises:
            ValueError: it is no ARN of a Region and an account.
        """
        fields = arn.split(":", ARN_FIELDS - 1)
        if len(fields) != ARN_FIELDS or fields[0] != "arn" or not all(fields[1:5]):
            message = f"no ARN of a Region and an account: {arn!r}"
            raise ValueError(message)
        return cls(fields[1], fields[3], fields[4])

    @property
    def name(self) -> str:
        """Return account and Region as they stand before a link's id: `123456789012/eu-west-1`."""
        return Member(self.account, self.region).name

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of ours."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
