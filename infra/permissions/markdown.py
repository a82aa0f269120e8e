"""The permission tables of the documents, made from the roles of a synthesised template, not from their source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from infra.permissions.excused import BY_AWS, ROADS
from infra.permissions.wide import COORDINATOR_PATTERNS, COORDINATOR_WIDE_ACTIONS, ON_ANYTHING, PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infra.permissions.excused import Road

    Template = Mapping[str, Any]
    Resource = Mapping[str, Any]

_EVERY_FUNCTION = "every function"
_IN_WORDS = {
    "AWS::DynamoDB::Table": "the ledger",
    "AWS::KMS::Key": "the KMS key",
    "AWS::Logs::LogGroup": "its own log group",
    "AWS::S3::Bucket": "<shelf>",
    "AWS::SNS::Topic": "the alert topic",
}
# There are several queues; how a logical id begins says whose construct a queue is in.
_QUEUES = {"RouterTasks": "the router task queue", "Changes": "the queue of changes"}
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "<region>", "AWS::AccountId": "<account>"}


class Permission(NamedTuple):
    """One row of the table, in the reader's words: who may do what, on what."""

    who: str
    actions: str
    resource: str


def permissions_table(template: Template) -> str:
    """The rows of `permissions` as a Markdown table."""
    return _three_columns(permissions(template))


def role_table(template: Template, who: str, description: str) -> str:
    """What one role may do that no function or machine holds, found by its description, as a Markdown table."""
    resources: dict[str, Resource] = template["Resources"]
    [role] = [it for it in resources.values() if it["Properties"].get("Description") == description]
    return _three_columns(_of_role(who, role, resources))


def _three_columns(rows: Iterable[Permission]) -> str:
    head = ["| who | permission | resource |", "| --- | --- | --- |"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def excused_table() -> str:
    """The grants that the deployed test run does not use, by their reasons, as a Markdown table."""
    head = ["| why it is granted | who | actions | shown by |", "| --- | --- | --- | --- |"]
    rows = [
        f"| {road.reason} | {', '.join(who)} | {', '.join(f'`{action}`' for action in actions)} | `{road.shown_by}` |"
        for road in ROADS
        for actions, who in _by_actions(road).items()
    ]
    return "\n".join([*head, *rows]) + "\n"


def by_aws_table() -> str:
    """The granted actions that AWS calls in a role's name, as a Markdown table."""
    return _two_columns("action", "who calls it", {f"`{action}`": reason for action, reason in BY_AWS.items()})


def wide_table() -> str:
    """Everything that stands on `*`, with its reason, as a Markdown table."""
    wide = {f"`{action}` on `*`": reason for action, reason in ON_ANYTHING.items()}
    wide |= {f"`{pattern}`": reason for pattern, reason in {**PATTERNS, **COORDINATOR_PATTERNS}.items()}
    wide |= {f"`{action}`": reason for action, reason in COORDINATOR_WIDE_ACTIONS.items()}
    return _two_columns("what", "why nothing narrower", wide)


def _two_columns(left: str, right: str, rows: Mapping[str, str]) -> str:
    return "\n".join([f"| {left} | {right} |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows.items())]) + "\n"


def _by_actions(road: Road) -> dict[tuple[str, ...], list[str]]:
    grouped: dict[tuple[str, ...], list[str]] = {}
    for who, actions in road.grants.items():
        grouped.setdefault(actions, []).append(who)
    return grouped


def permissions(template: Template) -> list[Permission]:
    """What the functions and the state machines may do; what every function may do comes first, once."""
    resources: dict[str, Resource] = template["Resources"]
    functions = _rows(resources, "AWS::Lambda::Function", "Role")
    names = {row.who for row in functions}
    holders: dict[tuple[str, str], set[str]] = {}
    for row in functions:
        holders.setdefault(row[1:], set()).add(row.who)
    shared = [allowed for allowed, who in holders.items() if who == names]
    return [
        *(Permission(_EVERY_FUNCTION, *allowed) for allowed in shared),
        *(row for row in functions if row[1:] not in shared),
        *_rows(resources, "AWS::StepFunctions::StateMachine", "RoleArn"),
    ]


def _rows(resources: Mapping[str, Resource], kind: str, role_property: str) -> list[Permission]:
    rows: list[Permission] = []
    for resource in resources.values():
        if resource["Type"] == kind:
            role = resources[resource["Properties"][role_property]["Fn::GetAtt"][0]]
            rows += _of_role(_name(resource), role, resources)
    return rows


def _of_role(who: str, role: Resource, resources: Mapping[str, Resource]) -> list[Permission]:
    return [
        Permission(who, _actions(statement), _on(statement, resources))
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _name(resource: Resource) -> str:
    properties = resource["Properties"]
    if "Handler" in properties:
        return "".join(word.capitalize() for word in properties["Handler"].split(".")[-2].split("_"))
    return str(properties["StateMachineName"])


def _actions(statement: Mapping[str, Any]) -> str:
    equals = statement.get("Condition", {}).get("StringEquals", {})
    through = equals.get("kms:ViaService")
    limit = "" if through is None else f" through {_text(through, {}).split('.')[0]}` only"
    limit += " within the own organisation only" if "aws:ResourceOrgID" in equals else ""
    return ", ".join(f"`{action}`" for action in _list(statement["Action"])) + limit


def _on(statement: Mapping[str, Any], resources: Mapping[str, Resource]) -> str:
    return ", ".join(_text(value, resources) for value in _list(statement["Resource"]))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object, resources: Mapping[str, Resource]) -> str:
    """An ARN as far as it can be written down, or what it stands for in words."""
    match value:
        case str():
            return f"`{value}`"
        case {"Fn::Join": [_, parts]}:
            return f"`{''.join(_part(part, resources) for part in parts)}`"
        case {"Ref": logical_id} | {"Fn::GetAtt": [logical_id, _]}:
            return _in_words(logical_id, resources[logical_id])
        case _:
            message = f"an ARN of an unknown form: {value}"
            raise ValueError(message)


def _part(part: object, resources: Mapping[str, Resource]) -> str:
    match part:
        case str():
            return part
        case {"Ref": name} if name in _PSEUDO:
            return _PSEUDO[name]
        case _:
            return _text(part, resources)


def _in_words(logical_id: str, resource: Resource) -> str:
    if resource["Type"] == "AWS::SQS::Queue":
        return next(words for beginning, words in _QUEUES.items() if logical_id.startswith(beginning))
    return _IN_WORDS.get(resource["Type"]) or _name(resource)
