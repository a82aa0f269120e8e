"""Deploying the product: synthesise the CDK app, upload its assets, create its stack."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.vocabulary import Client, Json

REPOSITORY = Path(__file__).parents[2]
BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
"""The parameter by which a template checks that `cdk bootstrap` ran."""
BOOTSTRAP_VERSION = "30"


class DeployError(Exception):
    """The stack could not be synthesised or created; the message holds the whole reason."""


def synthesise(outdir: Path, overrides: Mapping[str, Any]) -> Path:
    """Synthesise the CDK app into a cloud assembly, with context on top of that of cdk.json.

    Raises:
        DeployError: the app failed; with everything that it printed.
    """
    context = {**json.loads((REPOSITORY / "cdk.json").read_text())["context"], **overrides}
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(outdir),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_DEFAULT_ACCOUNT": ACCOUNT_ID,
        "CDK_DEFAULT_REGION": REGION,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        detail = f"the CDK app failed:\n{done.stdout}{done.stderr}"
        raise DeployError(detail)
    return outdir


class Deployer:
    """Creates the stacks of a cloud assembly, as the CDK CLI would, by the sandbox's own API."""

    def __init__(self, s3: Client, ssm: Client, cloudformation: Client, account: str = ACCOUNT_ID) -> None:
        """Take the three clients that a deployment needs, and the account that they call."""
        self._s3, self._ssm, self._cloudformation, self._account = s3, ssm, cloudformation, account
        self._lent: set[str] = set()

    def deploy(
        self, assembly: Path, parameters: Mapping[str, str] | None = None, *, stacks: Container[str] | None = None
    ) -> dict[str, str]:
        """Upload the assets, create the stacks in the manifest's order, all or those named, and return all outputs.

        Raises:
            DeployError: CloudFormation refused a stack or could not finish it.
        """
        listed = json.loads((assembly / "manifest.json").read_text())["artifacts"]
        artifacts = {name: each for name, each in listed.items() if stacks is None or name.split(".")[0] in stacks}
        with self._bootstrapped():
            return self._deploy_artifacts(assembly, artifacts, parameters or {})

    def _deploy_artifacts(
        self, assembly: Path, artifacts: Mapping[str, Json], parameters: Mapping[str, str]
    ) -> dict[str, str]:
        for artifact in artifacts.values():
            if artifact["type"] == "cdk:asset-manifest":
                self._upload(assembly, artifact["properties"]["file"])
        outputs: dict[str, str] = {}
        for name, artifact in artifacts.items():
            if artifact["type"] == "aws:cloudformation:stack":
                stack_name = artifact["properties"].get("stackName", name)
                template = (assembly / artifact["properties"]["templateFile"]).read_text()
                outputs |= self._create(stack_name, template, parameters)
        return outputs

    @contextmanager
    def _bootstrapped(self) -> Iterator[None]:
        """Lend what `cdk bootstrap` makes, and take it back, so that a real one later finds nothing in its way.

        Functions keep their code: it is read when they are made.
        """
        buckets = self._buckets()
        present = self._ssm.get_parameters(Names=[BOOTSTRAP_PARAMETER])["Parameters"]
        if not present:
            self._ssm.put_parameter(Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String")
        try:
            yield
        finally:
            for bucket in self._lent & (self._buckets() - buckets):
                self._remove(bucket)
            if not present:
                self._ssm.delete_parameter(Name=BOOTSTRAP_PARAMETER)

    def _buckets(self) -> set[str]:
        return {each["Name"] for each in self._s3.list_buckets()["Buckets"]}

    def _remove(self, bucket: str) -> None:
        for stored in self._s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            self._s3.delete_object(Bucket=bucket, Key=stored["Key"])
        self._s3.delete_bucket(Bucket=bucket)

    def _upload(self, assembly: Path, manifest: str) -> None:
        files = json.loads((assembly / manifest).read_text()).get("files", {})
        for asset in files.values():
            source = assembly / asset["source"]["path"]
            body = zipped(source) if asset["source"]["packaging"] == "zip" else source.read_bytes()
            for destination in asset["destinations"].values():
                bucket = filled(destination["bucketName"], self._account)
                self._make_bucket(bucket)
                self._s3.put_object(Bucket=bucket, Key=filled(destination["objectKey"], self._account), Body=body)

    def _make_bucket(self, bucket: str) -> None:
        if bucket not in self._buckets():
            self._s3.create_bucket(Bucket=bucket)
            self._lent.add(bucket)

    def _create(self, stack_name: str, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        try:
            self._cloudformation.create_stack(
                StackName=stack_name,
                TemplateBody=template,
                Parameters=given,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            )
        except (ClientError, ResponseParserError) as error:
            detail = f"stack {stack_name}: {error}"
            raise DeployError(detail) from error
        stack = self._cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise DeployError("\n".join(self._story(stack_name)))
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}

    def _story(self, stack_name: str) -> Iterator[str]:
        """Yield every event of a stack that failed, the oldest first."""
        events = self._cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
        for event in reversed(events):
            reason = event.get("ResourceStatusReason", "")
            yield f"{event['LogicalResourceId']} {event['ResourceStatus']} {reason}".rstrip()


def filled(text: str, account: str = ACCOUNT_ID) -> str:
    """Fill the account, Region and partition into a name of the asset manifest."""
    for name, value in (("AccountId", account), ("Region", REGION), ("Partition", "aws")):
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def zipped(folder: Path) -> bytes:
    """Return a folder as a zip file, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
