"""Who looks and with what rights: credentials, clock, permissions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.check import Check, failed, not_checked, ok
from cli.words import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cli.doctor.check import Patient

CREDENTIALS = "credentials"
CLOCK = "clock"
PERMISSIONS = "permissions"
MOST_SKEW = timedelta(seconds=60)
SKEWED = frozenset({"RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"})
"""What AWS says to a caller whose clock is minutes off, or whose key is wrong."""
SET_CLOCK = "timedatectl set-ntp true"

READS = (
    "directconnect:DescribeConnections",
    "directconnect:DescribeLags",
    "directconnect:DescribeInterconnects",
    "directconnect:ListResiliencyGroups",
    "directconnect:ListResiliencyGroupAssociations",
)
OF_THE_LEDGER = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
)
OF_THE_MACHINES = ("states:StartExecution", "states:SendTaskSuccess", "states:SendTaskFailure")
OF_EXECUTIONS = ("states:DescribeExecution", "states:GetExecutionHistory")
OF_KEY_SECRETS = ("secretsmanager:DescribeSecret",)
"""What the commands of every day call: reading Direct Connect, the ledger, starting, following and answering
executions, and the labels of the key secrets. CloudFormation and Lambda were read to find the stack's settings."""

ANY_SUFFIX = "AbCdEf"
"""Secrets Manager puts a hyphen and six characters behind a secret's name."""

ASKED = (
    "read Direct Connect and the labels of the key secrets, read and write the ledger, "
    "start and answer the state machines"
)
NOT_ASKED = "reading a CAK (router-config --reveal), CloudTrail (evidence), the agent's calls, service control policies"


def credentials_and_clock(patient: Patient) -> tuple[list[Check], str]:
    """Return who looks, and how far this machine's clock is off; with the caller's ARN, empty where unknown."""
    try:
        answer = patient.client("sts").get_caller_identity()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        clock = [failed(CLOCK, f"AWS says {code}: the clock may be minutes off.", SET_CLOCK)] if code in SKEWED else []
        return [failed(CREDENTIALS, f"AWS refuses them: {code}.", "aws sso login, or aws configure"), *clock], ""
    except BotoCoreError as error:
        kind = type(error).__name__
        return [
            failed(CREDENTIALS, f"AWS can't be asked: {kind}.", "aws configure; check AWS_PROFILE, the network")
        ], ""
    found = f"{answer['Arn']} in account {answer['Account']}, Region {patient.region}"
    return [ok(CREDENTIALS, found), _clock(answer)], str(answer["Arn"])


def _clock(answer: Mapping[str, Any]) -> Check:
    date = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    if not date:
        return not_checked(CLOCK, "AWS's answer carries no date.")
    return clock_skew(parsedate_to_datetime(date), datetime.now(UTC))


def clock_skew(theirs: datetime, ours: datetime) -> Check:
    """Hold this machine's clock against AWS's: deadlines are shown by ours and kept by theirs."""
    skew = abs(ours - theirs)
    if skew <= MOST_SKEW:
        return ok(CLOCK, f"{span(skew.total_seconds())} from AWS's")
    return failed(CLOCK, f"{span(skew.total_seconds())} from AWS's; signatures fail from 5 minutes on.", SET_CLOCK)


def permissions(patient: Patient) -> Iterator[Check]:
    """Ask IAM whether the caller may do what the commands of every day do; where it doesn't say, try what is harmless.

    A service control policy is not in IAM's answer.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    denied: list[str] = []
    try:
        source = _policy_source(patient)
        if source is None:
            yield ok(PERMISSIONS, "The root user may do everything; use a role instead.")
            return
        for actions, resource in _needed(patient):
            denied += _denied(patient, source, actions, resource)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield _by_reading(patient, f"{error.operation_name}: {code}")
        return
    if denied:
        fix = f"Allow the caller {', '.join(sorted(denied))}."
        yield failed(PERMISSIONS, f"The caller may not {', '.join(sorted(denied))}.", fix)
    else:
        what = ASKED if patient.account else "read Direct Connect; the rest waits for the stack"
        yield ok(PERMISSIONS, f"The caller may {what}. Not asked: {NOT_ASKED}.")


def _policy_source(patient: Patient) -> str | None:
    """Return the user or role whose policies count; a session's ARN doesn't tell its role's path. None for root."""
    arn = patient.caller
    if arn.endswith(":root"):
        return None
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind != "assumed-role":
        return arn
    role = rest.split("/", maxsplit=1)[0]
    return str(patient.client("iam").get_role(RoleName=role)["Role"]["Arn"])


def _needed(patient: Patient) -> Iterator[tuple[tuple[str, ...], str]]:
    yield READS, "*"
    account = patient.account
    if account is None:
        return
    settings = account.settings
    partition, home = settings.rotate_key_arn.split(":")[1], settings.rotate_key_arn.split(":")[4]
    yield OF_THE_LEDGER, f"arn:{partition}:dynamodb:{patient.region}:{home}:table/{settings.ledger_table}"
    prefix = f"arn:{partition}:secretsmanager:{patient.region}:{home}:secret:{settings.key_secret_prefix}"
    yield OF_KEY_SECRETS, f"{prefix}doctor-{ANY_SUFFIX}"
    for machine in (settings.rotate_key_arn, settings.rotate_fleet_arn):
        yield OF_THE_MACHINES, machine
        yield OF_EXECUTIONS, f"{machine.replace(':stateMachine:', ':execution:')}:doctor"


def _denied(patient: Patient, source: str, actions: tuple[str, ...], resource: str) -> list[str]:
    answer = patient.client("iam").simulate_principal_policy(
        PolicySourceArn=source, ActionNames=list(actions), ResourceArns=[resource]
    )
    refused = [each for each in answer["EvaluationResults"] if each["EvalDecision"] != "allowed"]
    return [f"{each['EvalActionName']} on {resource}" for each in refused]


def _by_reading(patient: Patient, why: str) -> Check:
    """Try what only reads: whether the caller may act stays open."""
    reads: dict[str, Callable[[], Any]] = {
        "directconnect:DescribeConnections": lambda: patient.client("directconnect").describe_connections()
    }
    account = patient.account
    if account is not None:
        machine, table = account.settings.rotate_key_arn, account.settings.ledger_table
        key = {"pk": {"S": "DOCTOR"}, "sk": {"S": "DOCTOR"}}
        reads["dynamodb:GetItem"] = lambda: patient.client("dynamodb").get_item(TableName=table, Key=key)
        reads["states:ListExecutions"] = lambda: patient.client("stepfunctions").list_executions(
            stateMachineArn=machine, maxResults=1
        )
    refused = []
    for action, read in reads.items():
        try:
            read()
        except ClientError as error:
            refused.append(f"{action} ({error.response['Error']['Code']})")
    if refused:
        return failed(PERMISSIONS, f"Refused: {', '.join(refused)}.", "Allow the caller what was refused.")
    tried = ", ".join(reads)
    return not_checked(PERMISSIONS, f"Reading works ({tried}); whether the caller may act is unknown ({why}).")
