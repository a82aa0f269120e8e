"""The failures that steer the state machines; one of the two lowest modules.

A class's name is the string that the machine reads in `ErrorEquals`, that the execution ends with,
and that has a heading in docs/runbook.md. What is expected (not yet, refused by a rule) is no
exception but a `Verdict`; these are for faults and for requests that make no sense.

    DxMacsecError
    ├── Transient            the machine tries again, with backoff
    │   ├── Throttled        AWS asks us to slow down
    │   ├── ServiceFault     AWS failed, or its answer was lost
    │   ├── PortChanging     the port is busy with a key change
    │   ├── ActingLockHeld   somebody else changes this link right now
    │   └── RotationStillRunning  what Secrets Manager asked for is not over yet
    ├── Refused              we were asked something wrong or unsafe: nothing changed
    │   ├── BadInput         a field of the input is not what was expected
    │   ├── LinkNotFound     Direct Connect knows no such link
    │   ├── LockLost         the link's lock is no longer this execution's
    │   ├── NotFromHere      the mode can't be set on this link
    │   ├── AlreadyRotating  another rotation of this link runs
    │   ├── ExecutionNotFound  Step Functions knows no such execution
    │   ├── StillRunning     an execution that runs is not recovered
    │   ├── SecretNotRotating  rotation is not enabled for the key secret
    │   └── VersionNotStaged  Secrets Manager asks about a version that is not AWSPENDING
    └── NeedsOperator        stop, keep both keys, pause the link, tell people
        ├── UnknownAnswer    AWS answered something that we don't know
        ├── AccessDenied     our role may not do what the step needs
        ├── KeyPairMissing   a pair that should be in the key secret is not there
        ├── BadKeyPair       a version of the key secret holds no valid pair
        └── RotationNotDone  a rotation that Secrets Manager asked for did not end well
"""


class DxMacsecError(Exception):
    """The root: every failure that this product raises on purpose."""


class Transient(DxMacsecError):
    """A fault that passes; the machine tries again."""


class Throttled(Transient):
    """AWS asks us to slow down."""


class ServiceFault(Transient):
    """AWS failed on its side, or its answer was lost: read again before changing anything."""


class PortChanging(Transient):
    """The port is busy with a key change and takes no other one yet."""


class ActingLockHeld(Transient):
    """Somebody else is changing keys or mode of this link right now."""


class RotationStillRunning(Transient):
    """The rotation that Secrets Manager asked for is not over yet; a rotation takes hours, a function minutes."""


class Refused(DxMacsecError):
    """The request is wrong or unsafe; nothing was changed."""


class BadInput(Refused):
    """A field of the input is missing, unknown or malformed; the message names it."""


class LinkNotFound(Refused):
    """Direct Connect knows no connection, interconnect or LAG of this id."""


class LockLost(Refused):
    """The link's lock is not, or no longer, this execution's: it may change nothing."""


class NotFromHere(Refused):
    """Direct Connect does not let us set the mode of this link (an interconnect, W31)."""


class AlreadyRotating(Refused):
    """Another rotation of this link runs, so Secrets Manager gets no new pair now."""


class ExecutionNotFound(Refused):
    """Step Functions knows no such execution, or no more."""


class StillRunning(Refused):
    """The execution that should be recovered still runs."""


class SecretNotRotating(Refused):
    """Secrets Manager asks for a rotation of a key secret for which rotation is not enabled."""


class VersionNotStaged(Refused):
    """Secrets Manager asks about a version that is not there, or is not its AWSPENDING one."""


class NeedsOperator(DxMacsecError):
    """Nobody can say what is safe: both keys stay, the link pauses, people are told."""


class UnknownAnswer(NeedsOperator):
    """AWS answered with an error that we don't know."""


class AccessDenied(NeedsOperator):
    """The function's role may not do what the step needs."""


class KeyPairMissing(NeedsOperator):
    """A pair that should be in the key secret is not there."""


class BadKeyPair(NeedsOperator):
    """A version of the key secret is not a pair of two 64-digit hexadecimal strings."""


class RotationNotDone(NeedsOperator):
    """The rotation that Secrets Manager asked for did not end well, or was never started; its own end told people."""
