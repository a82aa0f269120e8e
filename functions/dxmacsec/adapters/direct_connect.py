"""Direct Connect through the SDK: reading with retries, changing without."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, call_with_cak
from dxmacsec.adapters.direct_connect_errors import direct_connect_error
from dxmacsec.adapters.direct_connect_shapes import (
    connection_link,
    interconnect_link,
    lag_link,
    listed_keys,
    macsec_speeds,
    member_ids,
)
from dxmacsec.adapters.resiliency_groups import read_resiliency_groups
from dxmacsec.errors import LinkNotFound, NotFromHere, UnknownAnswer
from dxmacsec.model import LinkKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_directconnect.client import DirectConnectClient
    from mypy_boto3_directconnect.type_defs import LagTypeDef

    from dxmacsec.errors import DxMacsecError
    from dxmacsec.model import Key, KeyPair, Link

PAGE_SIZE = 100
"""The most that a page of a describe call may hold."""


class AwsDirectConnect:
    """The MACsec calls of Direct Connect.

    The API has no client token, so a change whose answer was lost is never repeated here: it is a
    Transient failure, and the step that made it reads the link before it tries again. `changer` must
    therefore be a client without retries.
    """

    def __init__(
        self, reader: DirectConnectClient, changer: DirectConnectClient, lister: DirectConnectClient | None = None
    ) -> None:
        """Take a client that retries, to read one link, and one that does not, to change.

        `lister` reads what concerns all links: it may take its time, which who watches one line never does.
        """
        self._reader = reader
        self._changer = changer
        self._lister = lister or reader

    def link(self, link_id: str) -> Link:
        """Read a connection, an interconnect or a LAG with its keys and ports.

        Raises:
            LinkNotFound: Direct Connect knows no such link.
            Transient: AWS is slow, failed, or gave no answer.
        """
        return self._lag(link_id) if link_id.startswith("dxlag-") else self._port(link_id)

    def links(self) -> tuple[Link, ...]:
        """Read every link of the Region in pages of a hundred; members show as ports of their LAG.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        ports = {wire["connectionId"]: connection_link(wire) for wire in self._pages("connections")}
        ports |= {wire["interconnectId"]: interconnect_link(wire) for wire in self._pages("interconnects")}
        lags = [
            lag_link(wire, [ports.get(port_id) or self._port(port_id) for port_id in member_ids(wire)])
            for wire in self._pages("lags")
        ]
        return tuple(chain((port for port in ports.values() if not port.lag_id), lags))

    def resiliency_groups(self) -> dict[str, str]:
        """Read which resiliency group each connection or LAG belongs to, by its id.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return read_resiliency_groups(self._lister)

    def macsec_speeds(self) -> dict[str, frozenset[str]]:
        """Read at which port speeds each location of the Region offers MACsec, by the location's code.

        The call takes no page, and gives all locations at once.
        https://docs.aws.amazon.com/directconnect/latest/APIReference/API_DescribeLocations.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        with _calling("read all locations"):
            locations = self._lister.describe_locations()["locations"]
        return {place["locationCode"]: macsec_speeds(place) for place in locations if place.get("locationCode")}

    def associate(self, link_id: str, pair: KeyPair) -> tuple[Key, ...]:
        """Add a pair to the key chain; returns the keys that the answer lists.

        Repeating it is not safe (W6, docs/design.md): the caller looks for the CKN on the link first.

        Raises:
            PortChanging: the port is busy with a key change.
            Transient: AWS is slow, failed, or its answer was lost.
            UnknownAnswer: any other refusal.
        """
        doing = f"associate a key with {link_id}"
        answer = call_with_cak(
            lambda: self._changer.associate_mac_sec_key(connectionId=link_id, ckn=pair.ckn, cak=pair.cak.reveal()),
            pair.cak,
            lambda error: direct_connect_error(error, doing),
        )
        return listed_keys(answer.get("macSecKeys", ()))

    def reassociate(self, link_id: str, secret_arn: str) -> None:
        """Add a pair that Direct Connect has seen before, by its managed secret (W22).

        Repeating it is not safe: the caller looks for the CKN on the link first.

        Raises:
            PortChanging: the port is busy with a key change.
            Transient: AWS is slow, failed, or its answer was lost.
            UnknownAnswer: any other refusal.
        """
        with _calling(f"associate {secret_arn} with {link_id}"):
            self._changer.associate_mac_sec_key(connectionId=link_id, secretARN=secret_arn)

    def disassociate(self, link_id: str, secret_arn: str) -> None:
        """Remove one pair from the key chain.

        Repeating it concerns the same pair only, but may be refused: the caller reads the link first.

        Raises:
            PortChanging: the port is busy with a key change.
            Transient: AWS is slow, failed, or its answer was lost.
            UnknownAnswer: any other refusal.
        """
        with _calling(f"disassociate {secret_arn} from {link_id}"):
            self._changer.disassociate_mac_sec_key(connectionId=link_id, secretARN=secret_arn)

    def set_mode(self, link: Link, mode: str) -> None:
        """Set the encryption mode; setting the same mode again changes nothing.

        There is no UpdateInterconnect, and whether UpdateConnection takes an interconnect is W31.

        Raises:
            NotFromHere: the mode of an interconnect can't be set.
            Transient: AWS is slow, failed, or its answer was lost.
            UnknownAnswer: any other refusal.
        """
        doing = f"set {link.id} to {mode}"
        try:
            if link.kind is LinkKind.LAG:
                self._changer.update_lag(lagId=link.id, encryptionMode=mode)
            else:
                self._changer.update_connection(connectionId=link.id, encryptionMode=mode)
        except SdkError as error:
            raise _mode_error(link, direct_connect_error(error, doing)) from error

    def _port(self, port_id: str) -> Link:
        """Read a connection, else an interconnect."""
        try:
            with _calling(f"read {port_id}"):
                connections = self._reader.describe_connections(connectionId=port_id)["connections"]
        except LinkNotFound:
            connections = []
        if connections:
            return connection_link(connections[0])
        with _calling(f"read {port_id}"):
            interconnects = self._reader.describe_interconnects(interconnectId=port_id)["interconnects"]
        if interconnects:
            return interconnect_link(interconnects[0])
        message = f"Direct Connect knows no link {port_id}"
        raise LinkNotFound(message)

    def _lag(self, lag_id: str) -> Link:
        with _calling(f"read {lag_id}"):
            lags: list[LagTypeDef] = self._reader.describe_lags(lagId=lag_id)["lags"]
        if not lags:
            message = f"Direct Connect knows no link {lag_id}"
            raise LinkNotFound(message)
        return lag_link(lags[0], [self._port(port_id) for port_id in member_ids(lags[0])])

    def _pages(self, what: str) -> Iterator[Any]:
        """Yield every item of a describe call; the SDK has no paginators for Direct Connect."""
        describe: Callable[..., dict[str, Any]] = getattr(self._lister, f"describe_{what}")
        token: dict[str, str] = {}
        while True:
            with _calling(f"read all {what}"):
                page = describe(maxResults=PAGE_SIZE, **token)
            yield from page.get(what, ())
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}


@contextmanager
def _calling(doing: str) -> Iterator[None]:
    try:
        yield
    except SdkError as error:
        raise direct_connect_error(error, doing) from error


def _mode_error(link: Link, failure: DxMacsecError) -> DxMacsecError:
    """Return NotFromHere where an interconnect's mode was refused for what it is."""
    refused = isinstance(failure, UnknownAnswer | LinkNotFound)
    return NotFromHere(str(failure)) if refused and link.kind is LinkKind.INTERCONNECT else failure
