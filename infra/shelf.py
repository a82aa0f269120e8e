"""The coordinator's shelf: a bucket for what is too large for a state's payload, run by run."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

_KEPT_DAYS = 365


class Shelf(Construct):
    """Private, encrypted, over TLS only; a run's lists and its report go after a year, the bucket stays.

    It is encrypted under S3's own key: on it are names of links, dates and reasons, never a key, and the machine
    that writes results there then needs no right to decrypt.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Make the bucket; its name is CloudFormation's, for a bucket's is the whole world's."""
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="RunsGoAfterAYear",
                    expiration=Duration.days(_KEPT_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
