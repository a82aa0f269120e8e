"""A version that somebody made AWSCURRENT in a key secret: whose doing was it, and can the link use it?"""

from __future__ import annotations

import uuid

from dxmacsec.model import KeyVersion, Label, Verdict, same_ckn

REASON = "Own key material: somebody made this version AWSCURRENT"


def placeholder_version(link_id: str) -> str:
    """Return the id of a key secret's first version, which holds no pair and is AWSCURRENT by Secrets Manager."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"dxmacsec/placeholder/{link_id}"))


def whose_doing(link_id: str, version_id: str, versions: tuple[KeyVersion, ...]) -> Verdict:
    """Return `nothing`, or `look` when somebody else moved AWSCURRENT and it is still there.

    Our own moves put `DxInUse` on a version before AWSCURRENT, so every event of ours ends here.
    """
    if version_id == placeholder_version(link_id):
        return Verdict("nothing", "Placeholder", f"The key secret of {link_id} was made.")
    version = next((version for version in versions if version.version_id == version_id), None)
    if version is None or not version.has(Label.CURRENT):
        return Verdict("nothing", "MovedOn", f"Version {version_id} of {link_id} is not AWSCURRENT any more.")
    if version.has(Label.IN_USE):
        return Verdict("nothing", "OwnDoing", f"Version {version_id} of {link_id} is the one in use.")
    return Verdict("look")


def may_use(link_id: str, version_id: str, ckn: str, versions: tuple[KeyVersion, ...]) -> Verdict:
    """Return `start`, or `refused` for a CKN that another version holds: two CAKs under one name tell nothing."""
    holders = (version for version in versions if version.version_id != version_id)
    other = next((version for version in holders if version.ckn and same_ckn(version.ckn, ckn)), None)
    if other is None:
        return Verdict("start")
    sentence = f"ckn: version {version_id} of {link_id} has the CKN of version {other.version_id}; expected a new one"
    return Verdict("refused", "CknTaken", sentence)
