"""S3: a bucket policy's conditional statements don't count; moto applies them as if their condition held.

The bootstrap's bucket denies requests without TLS, and would so deny every request on localhost.
What breaks when moto moves: `FakeBucket.get_permission`.
"""

from __future__ import annotations

import json

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Judge a request by the unconditional statements only."""
    control = private("moto.iam.access_control")

    def get_permission(self: Private, action: str, resource: str) -> Private:
        document = json.loads(self.policy or b"{}")
        statements = [each for each in document.get("Statement", []) if "Condition" not in each]
        if not statements:
            return control.PermissionResult.NEUTRAL
        return control.IAMPolicy({**document, "Statement": statements}).is_action_permitted(action, resource)

    mends.replace(private("moto.s3.models").FakeBucket, "get_permission", get_permission)
