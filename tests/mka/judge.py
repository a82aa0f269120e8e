"""The MKPDU judge: what a capture proves, said from the pairs alone, by the standard and not by our product.

    judge_capture(pcap: bytes, pairs: Sequence[KeyPair]) -> CaptureReport

From CAK and CKN it derives ICK and KEK, checks each MKPDU's ICV, unwraps the SAKs that valid MKPDUs distribute, opens
the MACsec frames, and says which CKN each frame was under. The steps can be used alone: `derive_ick`, `derive_kek`
and `unwrap_sak` (`judge_keys`), `parse_mkpdu` (`judge_mkpdu`), `parse_secured` and `open_frame` (`judge_frames`),
`read_pcap` (`judge_pcap`). Nothing of it asks the kernel or wpa_supplicant: it is a second opinion on both.

A SAK is sent only until its peers use it: a capture must begin before MKA does, or its frames are `not_opened`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dxmacsec.model import KeyPair
from tests.mka.judge_frames import MACSEC_ETHERTYPE, CipherSuite, Sak, SecuredFrame, open_frame, parse_secured, salt_of
from tests.mka.judge_keys import SakNotUnwrapped, aes_cmac, derive_ick, derive_kek, unwrap_sak
from tests.mka.judge_mkpdu import (
    EAPOL_ETHERTYPE,
    EAPOL_MKA,
    ETHERNET_HEADER_OCTETS,
    Mkpdu,
    parse_mkpdu,
)
from tests.mka.judge_parameters import Malformed
from tests.mka.judge_pcap import CapturedFrame, read_pcap
from tests.mka.judge_report import CaptureReport, Finding, FrameVerdict, SakCount, report_of

OFFSET_NONE = 1
"""The confidentiality offset field of a SAK whose frames are encrypted from their first octet on."""


@dataclass(frozen=True, slots=True)
class MkaKeys:
    """What MKA derives from one pair."""

    ckn: str
    ick: bytes = field(repr=False)
    kek: bytes = field(repr=False)


def judge_capture(pcap: bytes, pairs: Sequence[KeyPair]) -> CaptureReport:
    """Return what a capture file proves about these pairs.

    A malformed frame is counted, whatever it is. All SAKs are collected before the first frame is opened, so the
    order of a capture of two interfaces doesn't matter.

    Raises:
        NotACapture: the octets are no capture file of Ethernet frames.
        ValueError: two pairs have one CKN, so that no frame could be said to be under one of them.
    """
    capture = read_pcap(pcap)
    judge = _Judge(mka_keys(pair) for pair in pairs)
    mkpdus = {number: judge.mkpdu(frame) for number, frame in enumerate(capture.frames) if _is_mka(frame.octets)}
    verdicts = [mkpdus.get(number) or judge.frame(frame) for number, frame in enumerate(capture.frames)]
    return report_of(verdicts, judge.sak_counts(), cut_short=capture.cut_short)


def mka_keys(pair: KeyPair) -> MkaKeys:
    """Return the keys that any standard MKA derives from a pair."""
    cak, ckn = bytes.fromhex(pair.cak.reveal()), bytes.fromhex(pair.ckn)
    return MkaKeys(pair.ckn.lower(), derive_ick(cak, ckn), derive_kek(cak, ckn))


def icv_is_valid(mkpdu: Mkpdu, keys: MkaKeys) -> bool:
    """Tell whether somebody who holds the CAK signed the MKPDU (9.4.1)."""
    return aes_cmac(keys.ick, mkpdu.signed) == mkpdu.icv


def distributed_sak(mkpdu: Mkpdu, keys: MkaKeys) -> Sak | None:
    """Return the SAK that an MKPDU distributes, or None if it distributes none.

    Raises:
        SakNotUnwrapped: wrapped under another KEK, of a suite that 802.1AE does not name, or of another length or
            confidentiality offset than the judge opens.
    """
    sent = mkpdu.distributed_sak
    if sent is None:
        return None
    suite = CipherSuite.named(sent.cipher_suite)
    if suite is None or sent.confidentiality_offset > OFFSET_NONE:
        message = "a cipher suite or a confidentiality offset that the judge does not open"
        raise SakNotUnwrapped(message)
    key = unwrap_sak(keys.kek, sent.wrapped)
    if len(key) != suite.sak_octets:
        message = f"expected a SAK of {suite.sak_octets} octets, found {len(key)}"
        raise SakNotUnwrapped(message)
    return Sak(keys.ckn, sent.association_number, suite, key, salt_of(mkpdu.member, sent.key_number))


class _Judge:
    """Holds what the MKPDUs gave, and opens frames with it."""

    def __init__(self, keys: Iterable[MkaKeys]) -> None:
        self._keys: dict[str, MkaKeys] = {}
        for each in keys:
            if each.ckn in self._keys:
                message = f"two pairs with the CKN {each.ckn}"
                raise ValueError(message)
            self._keys[each.ckn] = each
        self._saks: defaultdict[str, dict[tuple[bytes, int], Sak | None]] = defaultdict(dict)
        self._last_opened_with: dict[tuple[bytes, int], Sak] = {}

    def mkpdu(self, frame: CapturedFrame) -> FrameVerdict:
        """Return the verdict on an EAPOL-MKA frame, and keep its SAK if its ICV is valid."""
        try:
            mkpdu = parse_mkpdu(frame.octets)
        except Malformed:
            return _verdict(frame, Finding.MKPDU_MALFORMED)
        ckn = mkpdu.ckn.hex()
        keys = self._keys.get(ckn)
        if keys is None:
            return _verdict(frame, Finding.MKPDU_STRANGE, ckn)
        if not icv_is_valid(mkpdu, keys):
            return _verdict(frame, Finding.MKPDU_INVALID, ckn)
        self._keep_sak(mkpdu, keys)
        return _verdict(frame, Finding.MKPDU_VALID, ckn)

    def frame(self, frame: CapturedFrame) -> FrameVerdict:
        """Return the verdict on any other frame, once all MKPDUs were read."""
        if len(frame.octets) < ETHERNET_HEADER_OCTETS or _ethertype(frame.octets) == EAPOL_ETHERTYPE:
            return _verdict(frame, Finding.OTHER)
        if _ethertype(frame.octets) != MACSEC_ETHERTYPE:
            return _verdict(frame, Finding.CLEAR)
        try:
            secured = parse_secured(frame.octets)
        except Malformed:
            return _verdict(frame, Finding.MACSEC_MALFORMED)
        for sak in self._candidates(secured):
            user_data = open_frame(secured, sak)
            if user_data is not None:
                self._last_opened_with[secured.sci, secured.association_number] = sak
                finding = Finding.OPENED if secured.encrypted else Finding.OPENED_READABLE
                return _verdict(frame, finding, sak.ckn, user_data)
        return _verdict(frame, Finding.NOT_OPENED)

    def sak_counts(self) -> dict[str, SakCount]:
        """Return for each pair how many SAKs its MKPDUs distributed."""
        counts = {}
        for ckn in self._keys:
            saks = list(self._saks[ckn].values())
            counts[ckn] = SakCount(len(saks) - saks.count(None), saks.count(None))
        return counts

    def _keep_sak(self, mkpdu: Mkpdu, keys: MkaKeys) -> None:
        """Keep a SAK under its key server and key number; it is distributed again and again."""
        if mkpdu.distributed_sak is None:
            return
        identifier = (mkpdu.member, mkpdu.distributed_sak.key_number)
        try:
            self._saks[keys.ckn][identifier] = distributed_sak(mkpdu, keys)
        except SakNotUnwrapped:
            self._saks[keys.ckn].setdefault(identifier, None)

    def _candidates(self, frame: SecuredFrame) -> Iterable[Sak]:
        """Yield the SAK that opened the last frame of this sender, then the others: the newest first."""
        likely = self._last_opened_with.get((frame.sci, frame.association_number))
        if likely is not None:
            yield likely
        for saks in self._saks.values():
            yield from (sak for sak in reversed(saks.values()) if sak is not None and sak is not likely)


def _is_mka(octets: bytes) -> bool:
    return (
        len(octets) > ETHERNET_HEADER_OCTETS + 1 and _ethertype(octets) == EAPOL_ETHERTYPE and octets[15] == EAPOL_MKA
    )


def _ethertype(octets: bytes) -> int:
    return int.from_bytes(octets[12:ETHERNET_HEADER_OCTETS])


def _verdict(
    frame: CapturedFrame, finding: Finding, ckn: str | None = None, user_data: bytes | None = None
) -> FrameVerdict:
    whole_header = len(frame.octets) >= ETHERNET_HEADER_OCTETS
    ethertype = _ethertype(frame.octets) if whole_header else None
    return FrameVerdict(frame.seconds, finding, frame.octets[6:12], ckn, ethertype, user_data)
