"""Judging an IAM policy document: whether its statements let a caller assume a role; pure.

Played as far as assuming a role needs it. What the sandbox does not know (an operator, a key, a principal of
another kind) never counts as true. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sandbox.cloud.account import ORGANISATION, account_of
from sandbox.cloud.caller import Caller

ASSUME: Final = "sts:AssumeRole"
Document = Mapping[str, Any]
Context = Mapping[str, str]
_EXCLUDING: Final = frozenset({"NotAction", "NotPrincipal", "NotResource"})


def trusts(document: Document, caller: Caller, context: Context) -> bool:
    """Return whether a role's trust policy admits a caller."""
    return _allowed(document, context, lambda statement: _names(statement, caller))


def names_exactly(document: Document, caller: Caller) -> bool:
    """Return whether a trust policy names the caller itself: in its own account no other policy is asked then."""
    return any(
        {caller.principal_arn, caller.session_arn} & set(_principals(statement)) for statement in _statements(document)
    )


def permits(documents: Iterable[Document], action: str, resource: str, context: Context) -> bool:
    """Return whether an identity's own policies let it do an action on a resource."""
    whole = {"Statement": [statement for document in documents for statement in _statements(document)]}
    return _allowed(whole, context, lambda statement: _is_about(statement, action, resource))


def context_of(caller: Caller, role_arn: str, external_id: str = "") -> dict[str, str]:
    """Return the condition keys of an AssumeRole; every account of a sandbox is in the one organisation."""
    given = {
        "aws:PrincipalArn": caller.principal_arn,
        "aws:PrincipalAccount": caller.account,
        "aws:PrincipalOrgID": ORGANISATION,
        "aws:ResourceAccount": account_of(role_arn),
        "aws:ResourceOrgID": ORGANISATION,
    }
    return {**given, **({"sts:ExternalId": external_id} if external_id else {})}


def _allowed(document: Document, context: Context, fits: Callable[[Document], bool]) -> bool:
    """Return whether a statement allows and none denies, among those that fit and whose conditions hold."""
    effects = {
        statement["Effect"]
        for statement in _statements(document)
        if _judged(statement, fits) and _holds(statement, context)
    }
    return effects == {"Allow"}


def _judged(statement: Document, fits: Callable[[Document], bool]) -> bool:
    """Return whether a statement fits; one that excludes by Not… is not played, and fits only to deny."""
    if _EXCLUDING & set(statement):
        return bool(statement["Effect"] == "Deny")
    return fits(statement)


def _statements(document: Document) -> list[Document]:
    return _listed(document.get("Statement", []))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - policies write one as itself
    return list(value) if isinstance(value, list) else [value]


def _names(statement: Document, caller: Caller) -> bool:
    """Return whether a statement of a trust policy is about assuming, by the caller or its account."""
    own = {"*", caller.account, f"arn:aws:iam::{caller.account}:root", caller.principal_arn, caller.session_arn}
    assuming = any(_matches(pattern, ASSUME.lower()) for pattern in _lowered(statement.get("Action", [])))
    return assuming and bool(own & set(_principals(statement)))


def _principals(statement: Document) -> list[str]:
    principal = statement.get("Principal", {})
    return ["*"] if principal == "*" else [str(each) for each in _listed(principal.get("AWS", []))]


def _is_about(statement: Document, action: str, resource: str) -> bool:
    actions = any(_matches(pattern, action.lower()) for pattern in _lowered(statement.get("Action", [])))
    return actions and any(_matches(str(pattern), resource) for pattern in _listed(statement.get("Resource", [])))


def _lowered(actions: Any) -> list[str]:  # noqa: ANN401 - one or several
    return [str(each).lower() for each in _listed(actions)]


def _matches(pattern: str, text: str) -> bool:
    parts = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.fullmatch("".join(parts), text) is not None


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringLike": _matches,
    "ArnEquals": _matches,
    "ArnLike": _matches,
}
"""What is played of the condition operators; ArnEquals takes wildcards as ArnLike does."""


def _holds(statement: Document, context: Context) -> bool:
    """Return whether every condition of a statement holds.

    A Deny whose condition is not played counts as holding: the sandbox may refuse too much, never too little.
    """
    unknown = statement["Effect"] == "Deny"
    return all(
        _one_holds(operator, key, wanted, context, unknown=unknown)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def _one_holds(operator: str, key: str, wanted: object, context: Context, *, unknown: bool) -> bool:
    compare, given = _OPERATORS.get(operator), context.get(key)
    if compare is None or given is None:
        return unknown
    return any(compare(_filled(str(each), context), given) for each in _listed(wanted))


def _filled(text: str, context: Context) -> str:
    """Fill the policy variables, such as `${aws:PrincipalOrgID}`."""
    return re.sub(r"\$\{([^}]+)\}", lambda found: context.get(found[1], found[0]), text)
