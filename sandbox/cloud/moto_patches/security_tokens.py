"""STS: a role is assumed only by whom it trusts; moto lets everybody assume every role, also one that is not there.

The credentials handed out belong to the role, in its own account. What breaks when moto moves (5.2.5):
`STSBackend.assume_role`, `AccessDeniedError`, and the fields of a role and of its policies.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from sandbox.cloud.account import account_of
from sandbox.cloud.caller import PERSON, Caller, current
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.policies import ASSUME, context_of, names_exactly, permits, trusts
from sandbox.cloud.principals import role_name, role_path
from sandbox.cloud.vocabulary import Private

_PARTITION: Final = "aws"
_ADMINISTRATORS: Final = frozenset({PERSON, "cdk"})
"""Callers without a role of their own, who may do everything in their account."""


def mend(mends: Mends, hooks: Hooks) -> None:
    """Check who assumes a role, and remember whose the credentials are."""
    backend: Private = private("moto.sts.models").STSBackend
    assume = backend.assume_role

    def assume_role(self: Private, region_name: str, **asked: Private) -> Private:
        role_arn, caller = str(asked["role_arn"]), current()
        if not _may_assume(caller, role_arn, asked.get("external_id") or ""):
            name = caller.principal_arn if caller.user else caller.session_arn
            raise private("moto.core.exceptions").AccessDeniedError(name, f"{ASSUME} on resource: {role_arn}")
        assumed = assume(self, region_name, **asked)
        role = Caller(role_name(role_arn), assumed.session_name, path=role_path(role_arn), account=account_of(role_arn))
        hooks.assumed(assumed.access_key_id, role)
        return assumed

    mends.replace(backend, "assume_role", assume_role)


def _may_assume(caller: Caller, role_arn: str, external_id: str) -> bool:
    """Return whether the role is there, trusts the caller, and the caller's own policies let it assume the role.

    In one account a trust policy that names the caller is enough.
    """
    role = _role(role_arn)
    if role is None:
        return False
    trust, context = _document(role.assume_role_policy_document), context_of(caller, role_arn, external_id)
    if not trusts(trust, caller, context):
        return False
    if caller in _ADMINISTRATORS or (account_of(role_arn) == caller.account and names_exactly(trust, caller)):
        return True
    return permits(_policies_of(caller), ASSUME, role_arn, context)


def _role(role_arn: str) -> Private | None:
    """Return one of moto's roles; None where there is none of this ARN, path included."""
    roles = private("moto.iam.models").iam_backends[account_of(role_arn)][_PARTITION].roles
    return next((role for role in list(roles.values()) if role.arn == role_arn), None)


def _policies_of(caller: Caller) -> Iterator[dict[str, Any]]:
    """Yield the policies of the caller's role, inline and attached."""
    role = _role(caller.principal_arn)
    if role is not None:
        yield from (_document(text) for text in list(role.policies.values()))
        yield from (_document(policy.document) for policy in list(role.managed_policies.values()))


def _document(text: str | dict[str, Any]) -> dict[str, Any]:
    """Return a policy as a document; moto keeps some as text, and some of those quoted for a URL."""
    document: dict[str, Any] = text if isinstance(text, dict) else json.loads(unquote(text))
    return document
