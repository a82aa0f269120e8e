"""The CloudFormation resource types that moto lacks, each made by the service's own public API."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.vocabulary import Private

Properties = dict[str, Any]
MADE_BY = "cloudformation"
"""The caller that the journal names for what a template makes."""


@dataclass(frozen=True)
class ResourceType:
    """How one type is made and unmade.

    `make` gets a client, the physical name and the properties, and returns what Ref gives; it may run again
    with changed properties. `unmake` gets a client and what Ref gave.
    """

    service: str
    make: Callable[[Any, str, Properties], str]
    unmake: Callable[[Any, str], object] | None = None
    name_property: str = ""
    attributes: Callable[[Any, str, str], str] | None = None


@dataclass
class Made:
    """A made resource, as moto's stack holds it."""

    physical_resource_id: str
    kind: ResourceType
    hooks: Hooks
    account: str
    type: str = ""
    logical_resource_id: str = ""
    cf_resource_type: str = ""

    def get_cfn_attribute(self, name: str) -> str:
        """Return what Fn::GetAtt gives: the identity, unless the type knows better."""
        if self.kind.attributes is None:
            return self.physical_resource_id
        return self.kind.attributes(self._client(), self.physical_resource_id, name)

    def is_created(self) -> bool:
        """Everything here is made at once."""
        return True

    def delete(self, account_id: str, region: str) -> None:
        """Unmake the resource with its stack."""
        del account_id, region
        if self.kind.unmake is not None:
            self.kind.unmake(self._client(), self.physical_resource_id)

    def _client(self) -> Private:
        return self.hooks.client_for(self.kind.service, MADE_BY, self.account)


class _ModelClass:
    """The interface of moto's CloudFormationModel classes for one added type."""

    def __init__(self, type_name: str, kind: ResourceType, hooks: Hooks) -> None:
        self._type_name, self._kind, self._hooks = type_name, kind, hooks

    def cloudformation_name_type(self) -> str:
        return self._kind.name_property

    def has_cfn_attr(self, name: str) -> bool:
        return bool(name)

    def create_from_cloudformation_json(
        self, resource_name: str, cloudformation_json: Properties, account_id: str, *_: Private, **__: Private
    ) -> Made:
        client = self._hooks.client_for(self._kind.service, MADE_BY, account_id)
        identity = self._kind.make(client, resource_name, cloudformation_json["Properties"])
        return Made(identity, self._kind, self._hooks, account_id, self._type_name)

    def update_from_cloudformation_json(
        self, *, original_resource: Made, cloudformation_json: Properties, **_: Private
    ) -> Made:
        original_resource.delete("", "")
        name = original_resource.physical_resource_id.rsplit("/", 1)[-1]
        return self.create_from_cloudformation_json(name, cloudformation_json, original_resource.account)

    def delete_from_cloudformation_json(self, *_: Private, **__: Private) -> None:
        """Do nothing: a made resource unmakes itself."""


def _nothing(client: Private, name: str, properties: Properties) -> str:
    del client, properties
    return name


def _queue_policy(client: Private, name: str, properties: Properties) -> str:
    for queue_url in properties["Queues"]:
        policy = json.dumps(properties["PolicyDocument"])
        client.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
    return name


def _topic_policy(client: Private, name: str, properties: Properties) -> str:
    for topic_arn in properties["Topics"]:
        policy = json.dumps(properties["PolicyDocument"])
        client.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
    return name


def _subscription(client: Private, name: str, properties: Properties) -> str:
    del name
    attributes = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in properties.items()
        if key in {"FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"}
    }
    answer = client.subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def _schedule(client: Private, name: str, properties: Properties) -> str:
    client.create_schedule(**{**properties, "Name": name})
    return name


def _alarm(client: Private, name: str, properties: Properties) -> str:
    client.put_metric_alarm(**{**properties, "AlarmName": name})
    return name


def _bucket_policy(client: Private, name: str, properties: Properties) -> str:
    del name
    client.put_bucket_policy(Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"]))
    return str(properties["Bucket"])


def _secret(client: Private, name: str, properties: Properties) -> str:
    wanted = {key: value for key, value in properties.items() if key in {"Description", "KmsKeyId", "Tags"}}
    generate = dict(properties.get("GenerateSecretString", {}))
    template, key = generate.pop("SecretStringTemplate", None), generate.pop("GenerateStringKey", None)
    value = properties.get("SecretString")
    if value is None:
        value = client.get_random_password(**generate)["RandomPassword"]
        value = json.dumps({**json.loads(template), key: value}) if template else value
    return str(client.create_secret(Name=name, SecretString=value, **wanted)["ARN"])


def _secret_policy(client: Private, name: str, properties: Properties) -> str:
    del name
    policy = json.dumps(properties["ResourcePolicy"])
    return str(client.put_resource_policy(SecretId=properties["SecretId"], ResourcePolicy=policy)["ARN"])


def _rotation_schedule(client: Private, name: str, properties: Properties) -> str:
    del name
    given = {"RotationLambdaARN", "RotationRules"} & set(properties)
    answer = client.rotate_secret(
        SecretId=properties["SecretId"],
        RotateImmediately=properties.get("RotateImmediatelyOnUpdate", True),
        **{key: properties[key] for key in given},
    )
    return str(answer["ARN"])


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::CDK::Metadata": ResourceType("sts", _nothing),
    "AWS::CloudFormation::WaitConditionHandle": ResourceType("sts", _nothing),
    "AWS::CloudWatch::Alarm": ResourceType(
        "cloudwatch",
        _alarm,
        lambda client, name: client.delete_alarms(AlarmNames=[name]),
        "AlarmName",
        lambda client, name, _: client.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"],
    ),
    "AWS::S3::BucketPolicy": ResourceType(
        "s3", _bucket_policy, lambda client, bucket: client.delete_bucket_policy(Bucket=bucket)
    ),
    "AWS::SNS::Subscription": ResourceType(
        "sns", _subscription, lambda client, arn: client.unsubscribe(SubscriptionArn=arn)
    ),
    "AWS::SNS::TopicPolicy": ResourceType("sns", _topic_policy),
    "AWS::SQS::QueuePolicy": ResourceType("sqs", _queue_policy),
    "AWS::Scheduler::Schedule": ResourceType(
        "scheduler",
        _schedule,
        lambda client, name: client.delete_schedule(Name=name),
        "Name",
        lambda client, name, _: client.get_schedule(Name=name)["Arn"],
    ),
    "AWS::SecretsManager::ResourcePolicy": ResourceType(
        "secretsmanager", _secret_policy, lambda client, arn: client.delete_resource_policy(SecretId=arn)
    ),
    "AWS::SecretsManager::RotationSchedule": ResourceType(
        "secretsmanager", _rotation_schedule, lambda client, arn: client.cancel_rotate_secret(SecretId=arn)
    ),
    "AWS::SecretsManager::Secret": ResourceType(
        "secretsmanager",
        _secret,
        lambda client, arn: client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True),
        "Name",
    ),
}
"""Type name to how it is made."""


def classes(hooks: Hooks) -> dict[str, _ModelClass]:
    """Return, for moto's template parser, what stands for the class of each added type."""
    return {name: _ModelClass(name, kind, hooks) for name, kind in RESOURCE_TYPES.items()}
