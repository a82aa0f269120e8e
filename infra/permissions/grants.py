"""The vocabulary of the permission table: a grant is a statement with names in place of ARNs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.config import Config


class On(StrEnum):
    """What a grant is for; `statements` says which ARN each one is."""

    ANYTHING = auto()
    CONNECTIONS = auto()
    LAGS = auto()
    DIRECT_CONNECT_ROLE = auto()
    LEDGER = auto()
    KEY_SECRETS = auto()
    MANAGED_SECRETS = auto()
    ROTATION_FUNCTION = auto()
    KEY = auto()
    ROUTER_TASKS = auto()
    CHANGES = auto()
    ALERTS = auto()
    EVENT_BUS = auto()
    SECURITY_HUB = auto()
    ROTATE_KEY = auto()
    ROTATIONS = auto()
    ROTATE_FLEET = auto()
    FLEET_RUNS = auto()
    ENFORCE_ENCRYPTION = auto()
    ENFORCEMENTS = auto()
    RECOVER_LINK = auto()
    RECOVERIES = auto()
    MEMBER_ROLES = auto()
    ORGANISATION_RUNS = auto()
    SHELF_RUNS = auto()


def _always(_config: Config) -> bool:
    return True


@dataclass(frozen=True)
class Grant:
    """One statement of a role.

    `via` names the service through which a KMS key may be used, `conditions` are further IAM conditions.
    `when` tells whether the deployer's choices ask for the statement at all.
    """

    sid: str
    actions: tuple[str, ...]
    on: tuple[On, ...]
    via: str | None = None
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    when: Callable[[Config], bool] = _always


# A describe without an id reads the whole Region and is for no single ARN, as in AWS's own example:
# https://docs.aws.amazon.com/directconnect/latest/UserGuide/security_iam_resource-based-policy-examples.html
READ_LINKS = Grant(
    "ReadLinks",
    (
        "directconnect:DescribeConnections",
        "directconnect:DescribeInterconnects",
        "directconnect:DescribeLags",
    ),
    (On.ANYTHING,),
)
# A location is nobody's, so IAM knows no resource for it:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdirectconnect.html
READ_LOCATIONS = Grant("ReadLocations", ("directconnect:DescribeLocations",), (On.ANYTHING,))
# A list of groups concerns no single one; whether the other call knows a resource is not documented.
READ_GROUPS = Grant(
    "ReadResiliencyGroups",
    ("directconnect:ListResiliencyGroupAssociations", "directconnect:ListResiliencyGroups"),
    (On.ANYTHING,),
)
ADD_KEYS = Grant("AddKeys", ("directconnect:AssociateMacSecKey",), (On.CONNECTIONS, On.LAGS))
REMOVE_KEYS = Grant("RemoveKeys", ("directconnect:DisassociateMacSecKey",), (On.CONNECTIONS, On.LAGS))
SET_MODE_OF_CONNECTIONS = Grant("SetModeOfConnections", ("directconnect:UpdateConnection",), (On.CONNECTIONS,))
SET_MODE_OF_LAGS = Grant("SetModeOfLags", ("directconnect:UpdateLag",), (On.LAGS,))

# The first association in an account makes the service-linked role, in the caller's name:
# https://docs.aws.amazon.com/directconnect/latest/UserGuide/using-service-linked-roles.html
MAKE_SERVICE_ROLE = Grant(
    "MakeDirectConnectServiceRole",
    ("iam:CreateServiceLinkedRole",),
    (On.DIRECT_CONNECT_ROLE,),
    conditions={"StringEquals": {"iam:AWSServiceName": "directconnect.amazonaws.com"}},
)
READ_SERVICE_ROLE = Grant("ReadDirectConnectServiceRole", ("iam:GetRole",), (On.DIRECT_CONNECT_ROLE,))

READ_KEY_LABELS = Grant("ReadKeyLabels", ("secretsmanager:DescribeSecret",), (On.KEY_SECRETS,))
# A list is of the whole Region, and IAM knows no narrower resource for it; it has names and labels, no values.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
LIST_SECRETS = Grant("ListSecrets", ("secretsmanager:ListSecrets",), (On.ANYTHING,))
READ_MANAGED_SECRETS = Grant("ReadManagedSecrets", ("secretsmanager:DescribeSecret",), (On.MANAGED_SECRETS,))
READ_KEYS = Grant("ReadKeys", ("secretsmanager:GetSecretValue",), (On.KEY_SECRETS,))
STORE_KEYS = Grant(
    "StoreKeys",
    ("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "secretsmanager:TagResource"),
    (On.KEY_SECRETS,),
)
ADD_KEY_VERSIONS = Grant("AddKeyVersions", ("secretsmanager:PutSecretValue",), (On.KEY_SECRETS,))
# Who attaches a rotation function must be allowed to call it:
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
ATTACH_ROTATION = Grant("AttachRotation", ("secretsmanager:RotateSecret",), (On.KEY_SECRETS,))
CALL_ROTATION = Grant("CallRotation", ("lambda:InvokeFunction",), (On.ROTATION_FUNCTION,))
MOVE_KEY_LABELS = Grant("MoveKeyLabels", ("secretsmanager:UpdateSecretVersionStage",), (On.KEY_SECRETS,))
# Only with the longest recovery window that there is, said in the call: never at once, never by default.
LET_KEYS_GO = Grant(
    "LetKeysGo",
    ("secretsmanager:DeleteSecret",),
    (On.KEY_SECRETS,),
    conditions={"NumericEquals": {"secretsmanager:RecoveryWindowInDays": "30"}},
)
DECRYPT_KEYS = Grant("DecryptKeys", ("kms:Decrypt",), (On.KEY,), via="secretsmanager")
ENCRYPT_KEYS = Grant("EncryptKeys", ("kms:GenerateDataKey",), (On.KEY,), via="secretsmanager")
# GenerateRandom concerns no key, so IAM knows no resource for it.
MAKE_RANDOM_KEYS = Grant("MakeRandomKeys", ("kms:GenerateRandom",), (On.ANYTHING,))

SEND_ROUTER_TASKS = Grant("SendRouterTasks", ("sqs:SendMessage",), (On.ROUTER_TASKS,))
ENCRYPT_ROUTER_TASKS = Grant("EncryptRouterTasks", ("kms:Decrypt", "kms:GenerateDataKey"), (On.KEY,), via="sqs")
TELL_PEOPLE = Grant("TellPeople", ("sns:Publish",), (On.ALERTS,))
ENCRYPT_ALERTS = Grant("EncryptAlerts", ("kms:Decrypt", "kms:GenerateDataKey"), (On.KEY,), via="sns")
# What the event source of a function does in its name:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
TAKE_CHANGES = Grant(
    "TakeChanges",
    ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
    (On.CHANGES,),
)
LOOK_AGAIN = Grant("LookAgain", ("sqs:SendMessage",), (On.CHANGES,))
REPORT_FINDINGS = Grant(
    "ReportFindings",
    ("securityhub:BatchImportFindings",),
    (On.SECURITY_HUB,),
    when=lambda config: config.security_hub,
)
SEND_EVENTS = Grant("SendEvents", ("events:PutEvents",), (On.EVENT_BUS,))
# A task token belongs to its machine. CDK's own `grantTaskResponse` names the machine, too.
ANSWER_ROUTER_TASKS = Grant("AnswerRouterTasks", ("states:SendTaskSuccess",), (On.ROTATE_KEY,))
START_ROTATIONS = Grant("StartRotations", ("states:StartExecution",), (On.ROTATE_KEY,))
SEE_WHO_ROTATES = Grant("SeeWhoRotates", ("states:DescribeExecution",), (On.ROTATIONS, On.RECOVERIES))
SEE_WHO_ROTATES_THE_FLEET = Grant(
    "SeeWhoRotatesTheFleet", ("states:DescribeExecution",), (On.ROTATIONS, On.FLEET_RUNS, On.RECOVERIES)
)
SEE_WHO_WORKS = Grant(
    "SeeWhoWorks",
    ("states:DescribeExecution",),
    (On.ROTATIONS, On.FLEET_RUNS, On.ENFORCEMENTS, On.RECOVERIES),
)
START_RECOVERIES = Grant("StartRecoveries", ("states:StartExecution",), (On.RECOVER_LINK,))
START_REMEDIES = Grant("StartRemedies", ("states:StartExecution",), (On.ENFORCE_ENCRYPTION, On.ROTATE_FLEET))
SEE_WHO_ACTS = Grant("SeeWhoActs", ("states:DescribeExecution",), (On.ROTATIONS, On.ENFORCEMENTS, On.RECOVERIES))
READ_HISTORIES = Grant(
    "ReadHistories",
    ("states:DescribeExecution", "states:GetExecutionHistory"),
    (On.ROTATIONS, On.ENFORCEMENTS, On.RECOVERIES),
)
# The coordinator's one way into a member. A role of that name in an account of somebody else's is none of ours:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
BECOME_MEMBERS = Grant(
    "BecomeMembers",
    ("sts:AssumeRole",),
    (On.MEMBER_ROLES,),
    conditions={"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
)
SEE_WHO_RUNS_THE_ORGANISATION = Grant(
    "SeeWhoRunsTheOrganisation", ("states:DescribeExecution",), (On.ORGANISATION_RUNS,)
)
PUT_ON_SHELF = Grant("PutOnShelf", ("s3:PutObject",), (On.SHELF_RUNS,))
TAKE_FROM_SHELF = Grant("TakeFromShelf", ("s3:GetObject",), (On.SHELF_RUNS,))
# X-Ray knows no resource for what takes traces:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
SEND_TRACES = Grant(
    "SendTraces",
    ("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    (On.ANYTHING,),
    when=lambda config: config.tracing,
)


def ledger(*operations: str) -> Grant:
    """The DynamoDB operations that a function does on the ledger, for example `GetItem`."""
    return Grant("UseLedger", tuple(f"dynamodb:{operation}" for operation in operations), (On.LEDGER,))
