"""What holds keys: connections, interconnects and LAGs, with their ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dxmacsec.model.keys import Key, same_ckn

ENCRYPTION_UP = "Encryption Up"

AVAILABLE = "available"

MUST_ENCRYPT = "must_encrypt"

SHOULD_ENCRYPT = "should_encrypt"

NO_ENCRYPT = "no_encrypt"


class LinkKind(StrEnum):
    """What holds the keys."""

    CONNECTION = "connection"
    INTERCONNECT = "interconnect"
    LAG = "lag"
    HOSTED = "hosted"


@dataclass(frozen=True, slots=True)
class Port:
    """One physical port of a link: the connection itself, or a member of the LAG.

    `ckns` are the keys that AWS lists at the port itself; at a member they mirror the LAG's or are none (W21).
    """

    connection_id: str
    state: str
    encryption: str | None
    mode: str | None = None
    ckns: tuple[str, ...] = ()

    @property
    def up(self) -> bool:
        """Tell whether the port's physical state is `available`."""
        return self.state == AVAILABLE

    @property
    def encrypted(self) -> bool:
        """Tell whether the port reads `Encryption Up`: some CKN is active, nobody says which."""
        return self.encryption == ENCRYPTION_UP


@dataclass(frozen=True, slots=True)
class Link:
    """What Direct Connect says of a connection, an interconnect or a LAG."""

    id: str
    kind: LinkKind
    state: str
    mode: str | None
    macsec_capable: bool
    keys: tuple[Key, ...] = ()
    ports: tuple[Port, ...] = ()
    name: str = ""
    location: str = ""
    bandwidth: str = ""
    lag_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def encrypted(self) -> bool:
        """Tell whether every port is up and reads `Encryption Up`; a link without ports is not."""
        return bool(self.ports) and all(port.up and port.encrypted for port in self.ports)

    @property
    def port_ids(self) -> tuple[str, ...]:
        """Return the ids of the ports, sorted."""
        return tuple(sorted(port.connection_id for port in self.ports))

    def key(self, ckn: str) -> Key | None:
        """Find a key by CKN, whatever the case of its digits; a removed one that is still listed is none (W9)."""
        return next((key for key in self.keys if key.held and same_ckn(key.ckn, ckn)), None)

    def key_by_arn(self, secret_arn: str) -> Key | None:
        """Find a key by the ARN of its managed secret; a removed one that is still listed is none (W9)."""
        return next((key for key in self.keys if key.held and key.secret_arn == secret_arn), None)
