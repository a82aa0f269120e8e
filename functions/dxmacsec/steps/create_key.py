"""CreateKey: choose the pair that comes in, and store it before anybody else hears of it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import World
from dxmacsec.model import KeyVersion, Label, NewKey, Rotation, same_ckn
from dxmacsec.policy.labels import failed_version, holder
from dxmacsec.steps.locks import check_rotation_lock


def create_key(rotation: Rotation, world: World) -> Rotation:
    """Return the document with its new key, stored in the key secret as `DxNew`.

    A failed pair is used again before a new one is made: one slot, however often it fails. Running
    it twice is safe: the version's id comes from the rotation's, so a repeat finds the first pair.

    Raises:
        LockLost: the link's lock is not ours.
        KeyPairMissing, BadKeyPair: the version to use holds no pair.
    """
    check_rotation_lock(rotation, world)
    world.key_secrets.create(rotation.link)
    versions = world.key_secrets.versions(rotation.link) or ()
    own = version_id_of(rotation)
    made = next((version for version in versions if version.version_id == own), None)
    again = made or _again(rotation, versions)
    if again is None:
        pair = world.key_maker.pair()
        labels = frozenset({Label.NEW, Label.PENDING, Label.ckn(pair.ckn)})
        world.key_secrets.put(rotation.link, own, pair, labels)
        new = NewKey(own, pair.ckn)
    else:
        new = _relabelled(rotation, again, versions, world)
        # A pair that was made a moment ago is on no link; one that was there before may be.
        listed = world.direct_connect.link(rotation.link).key(new.ckn)
        reused = made is None and _was_tried(rotation, again)
        new = replace(new, reused=reused, was_on_link=listed is not None)
    seen = f"{new.ckn} in version {new.version_id}{', used again' if new.reused else ''}"
    return replace(rotation, new_key=new).noting(world.clock.now(), "key", seen).to("created")


def version_id_of(rotation: Rotation) -> str:
    """Return the id of the version that this rotation makes: the same however often it is asked."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, rotation.execution))


def _was_tried(rotation: Rotation, version: KeyVersion) -> bool:
    """Tell whether an earlier rotation brought the pair in: one that was handed over is new to the link."""
    return rotation.request.version_id is None or version.has(Label.FAILED)


def _again(rotation: Rotation, versions: tuple[KeyVersion, ...]) -> KeyVersion | None:
    wanted = rotation.request.version_id
    if wanted is None:
        return failed_version(versions)
    version = next((version for version in versions if version.version_id == wanted), None)
    if version is None:
        message = f"The key secret of {rotation.link} has no labelled version {wanted}."
        raise KeyPairMissing(message)
    return version


def _relabelled(rotation: Rotation, version: KeyVersion, versions: tuple[KeyVersion, ...], world: World) -> NewKey:
    link_id, version_id = rotation.link, version.version_id
    ckn = version.ckn
    if ckn is None:
        ckn = world.key_secrets.pair(link_id, version_id).ckn
        world.key_secrets.label(link_id, version_id, Label.ckn(ckn))
    _keep_the_label_of_another_failure(rotation, version, versions, world)
    world.key_secrets.label(link_id, version_id, Label.NEW)
    if not version.has(Label.CURRENT):
        world.key_secrets.label(link_id, version_id, Label.PENDING)
    world.key_secrets.unlabel(link_id, version_id, Label.FAILED)
    return NewKey(version_id, ckn)


def _keep_the_label_of_another_failure(
    rotation: Rotation, version: KeyVersion, versions: tuple[KeyVersion, ...], world: World
) -> None:
    """Leave no pair without a label: a dead rotation's `DxNew` is `DxFailed` before the label moves on."""
    left = holder(versions, Label.NEW)
    if left is None or left.version_id == version.version_id or left.ckn is None:
        return
    if not (version.ckn and same_ckn(left.ckn, version.ckn)) and holder(versions, Label.FAILED) is None:
        world.key_secrets.label(rotation.link, left.version_id, Label.FAILED)
