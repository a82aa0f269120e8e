"""AssociateKey: give Direct Connect the new pair, once."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import KeyPairMissing, ServiceFault
from dxmacsec.interfaces import World
from dxmacsec.model import NO_ENCRYPT, SHOULD_ENCRYPT, Key, NewKey, Rotation, RouterTaskKind, same_ckn
from dxmacsec.steps.locks import take_acting


def associate_key(rotation: Rotation, world: World) -> Rotation:
    """Return the document once the link lists the new CKN; `acting` stays taken until it is associated.

    The API has no client token, so it reads first and matches by CKN: a repeat finds the key of the
    first call. From `no_encrypt` the mode becomes `should_encrypt` first, or no port would ever read
    Up; that cuts nothing.
    https://docs.aws.amazon.com/directconnect/latest/UserGuide/associate-key-connection.html

    Raises:
        LockLost, ActingLockHeld: the link is not ours to change.
        ServiceFault: the key is not listed after the call; the machine runs the step again.
        PortChanging, UnknownAnswer: what Direct Connect said.
    """
    take_acting(rotation, world)
    new = rotation.new_key
    if new is None:
        message = f"{rotation.id} has no new key to associate."
        raise KeyPairMissing(message)
    world.ledger.drop_task(rotation.link, rotation.task_id(RouterTaskKind.INSTALL))
    link = world.direct_connect.link(rotation.link)
    if link.mode == NO_ENCRYPT:
        world.direct_connect.set_mode(link, SHOULD_ENCRYPT)
        rotation = rotation.noting(world.clock.now(), "mode", f"{NO_ENCRYPT} became {SHOULD_ENCRYPT}")
    listed = link.key(new.ckn) or _associated(rotation, new, world)
    if listed is None:
        message = f"{rotation.link} does not list key {new.ckn[:8]}… after it was associated."
        raise ServiceFault(message)
    rotation = replace(rotation, new_key=replace(new, secret_arn=listed.secret_arn), watch=None)
    return rotation.noting(world.clock.now(), "associate", f"{new.ckn} is {listed.state}").to("sent")


def _associated(rotation: Rotation, new: NewKey, world: World) -> Key | None:
    """Add the pair and return it as the answer lists it, else as the link does; AwaitAssociated looks again anyway."""
    pair = world.key_secrets.pair(rotation.link, new.version_id)
    answered = world.direct_connect.associate(rotation.link, pair)
    listed = (key for key in answered if key.held and key.secret_arn and same_ckn(key.ckn, new.ckn))
    return next(listed, None) or world.direct_connect.link(rotation.link).key(new.ckn)
