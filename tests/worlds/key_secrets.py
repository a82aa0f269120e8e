"""Key secrets in a dictionary, with the staging labels of Secrets Manager."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from dxmacsec.adapters.key_secret_names import link_in_name
from dxmacsec.errors import BadKeyPair, KeyPairMissing, UnknownAnswer
from dxmacsec.model import KeyPair, KeyVersion, Label
from dxmacsec.policy.own_material import placeholder_version

PREVIOUS = "AWSPREVIOUS"
CKN_LABEL = Label.ckn("")


@dataclass
class _Version:
    pair: KeyPair | None
    labels: set[str] = field(default_factory=set)


class FakeKeySecrets:
    """A label is on one version only; where AWSCURRENT goes, AWSPREVIOUS follows."""

    def __init__(self) -> None:
        """Start without a secret."""
        self.secrets: dict[str, dict[str, _Version]] = {}
        self.cancelled: set[str] = set()
        self.deleted: set[str] = set()

    def versions(self, link_id: str) -> tuple[KeyVersion, ...] | None:
        if link_id not in self.secrets:
            return None
        secret = self._secret(link_id)
        labelled = ((name, version.labels) for name, version in sorted(secret.items()) if version.labels)
        return tuple(KeyVersion(name, _ckn(labels), frozenset(labels)) for name, labels in labelled)

    def labelled(self, links: Collection[str]) -> dict[str, tuple[KeyVersion, ...]]:
        kept = (link for link in links if link not in self.deleted)
        return {link: versions for link in kept if (versions := self.versions(link)) is not None}

    def schedule_deletion(self, link_id: str) -> None:
        if link_id in self.secrets:
            self.deleted.add(link_id)

    def create(self, link_id: str) -> None:
        if link_id in self.deleted:
            self._secret(link_id)
        placeholder = _Version(None, {Label.CURRENT})
        self.secrets.setdefault(link_id, {placeholder_version(link_id): placeholder})

    def link_of(self, secret_id: str) -> str | None:
        return link_in_name(secret_id, "dxmacsec/")

    def rotates(self, link_id: str) -> bool:
        self._secret(link_id)
        return link_id not in self.cancelled

    def stage(self, link_id: str, version_id: str) -> None:
        """Add an empty version that is AWSPENDING, as Secrets Manager does when a rotation begins."""
        self._secret(link_id)[version_id] = _Version(None)
        self.label(link_id, version_id, Label.PENDING)

    def write(self, link_id: str, version_id: str, pair: KeyPair | None) -> None:
        """Write a version by hand: it becomes AWSCURRENT and has none of our labels; None is no valid pair."""
        self._secret(link_id)[version_id] = _Version(pair)
        self.label(link_id, version_id, Label.CURRENT)

    def pair(self, link_id: str, version_id: str) -> KeyPair:
        version = self._secret(link_id).get(version_id)
        if version is None:
            message = f"dxmacsec/{link_id} has no version {version_id}"
            raise KeyPairMissing(message)
        if version.pair is None:
            message = f"dxmacsec/{link_id}, version {version_id}: expected ckn and cak"
            raise BadKeyPair(message)
        return version.pair

    def put(self, link_id: str, version_id: str, pair: KeyPair, labels: frozenset[str]) -> None:
        secret = self._secret(link_id)
        known = secret.get(version_id)
        if known is not None and known.pair is None:
            known.pair = pair
            for label in sorted({*labels, Label.ckn(pair.ckn)}):
                self.label(link_id, version_id, label)
            return
        if known is not None and known.pair != pair:
            message = f"store version {version_id} of dxmacsec/{link_id}: ResourceExistsException"
            raise UnknownAnswer(message)
        if known is not None:
            return
        secret[version_id] = _Version(pair)
        for label in sorted({*labels, Label.ckn(pair.ckn)}):
            self.label(link_id, version_id, label)

    def label(self, link_id: str, version_id: str, label: str) -> None:
        secret = self._secret(link_id)
        if version_id not in secret:
            message = f"dxmacsec/{link_id} has no version {version_id}"
            raise KeyPairMissing(message)
        before = self.holder(link_id, label)
        if before == version_id:
            return
        if before is not None:
            secret[before].labels.discard(label)
        secret[version_id].labels.add(str(label))
        if label == Label.CURRENT and before is not None:
            self._previous(secret, before)

    def unlabel(self, link_id: str, version_id: str, label: str) -> None:
        version = self._secret(link_id).get(version_id)
        if version is None:
            return
        if label == Label.CURRENT and label in version.labels:
            message = "AWSCURRENT can only be moved"
            raise UnknownAnswer(message)
        version.labels.discard(label)

    def holder(self, link_id: str, label: str) -> str | None:
        """Return the version that carries a label."""
        secret = self.secrets.get(link_id, {})
        return next((name for name, version in secret.items() if label in version.labels), None)

    def labels(self, link_id: str, ckn: str) -> frozenset[str]:
        """Return the labels of a CKN's version, without the one that names the CKN; empty without one."""
        version = self.secrets.get(link_id, {}).get(self.holder(link_id, Label.ckn(ckn)) or "")
        return frozenset(version.labels - {Label.ckn(ckn)}) if version else frozenset()

    def caks(self) -> list[str]:
        """Return every CAK that is stored, for a search to find none of them."""
        pairs = [version.pair for secret in self.secrets.values() for version in secret.values()]
        return [pair.cak.reveal() for pair in pairs if pair]

    def _secret(self, link_id: str) -> dict[str, _Version]:
        if link_id not in self.secrets:
            message = f"there is no key secret dxmacsec/{link_id}"
            raise KeyPairMissing(message)
        if link_id in self.deleted:
            message = f"the key secret dxmacsec/{link_id} is scheduled for deletion"
            raise KeyPairMissing(message)
        return self.secrets[link_id]

    @staticmethod
    def _previous(secret: dict[str, _Version], version_id: str) -> None:
        for version in secret.values():
            version.labels.discard(PREVIOUS)
        secret[version_id].labels.add(PREVIOUS)


def _ckn(labels: set[str]) -> str | None:
    named = (label.removeprefix(CKN_LABEL) for label in sorted(labels) if label.startswith(CKN_LABEL))
    return next(named, None)
