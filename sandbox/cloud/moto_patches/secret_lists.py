"""Secrets Manager: ListSecrets as AWS answers it.

moto lists versions without a label, takes any page size and page, and matches owning services by words in any
case. What breaks when moto moves: `list_secrets` of the backend, `_form_version_ids_to_stages` of a secret, the
table of filters.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

from typing import Any, Final

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

LARGEST_PAGE: Final = 100
INVALID: Final = "ValidationException"
WRONG_PAGE: Final = "InvalidNextTokenException"


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Show labelled versions only, check the pages, and match owning services by their beginning."""
    models = private("moto.secretsmanager.models")
    show, listed = models.FakeSecret._form_version_ids_to_stages, models.SecretsManagerBackend.list_secrets

    def labelled(self: Private) -> dict[str, list[str]]:
        return {version_id: labels for version_id, labels in show(self).items() if labels}

    def list_secrets(
        self: Private,
        filters: list[dict[str, Any]],
        max_results: int | None = None,
        next_token: str | None = None,
        include_planned_deletion: bool = False,  # noqa: FBT001, FBT002 - moto's signature
    ) -> Private:
        _check_page(max_results, next_token)
        return listed(self, filters, max_results or LARGEST_PAGE, next_token, include_planned_deletion)

    def owned_by(secret: Private, services: list[str]) -> bool:
        owner = secret.owning_service or ""
        return any(bool(owner) and owner.startswith(service) for service in services)

    mends.replace(models.FakeSecret, "_form_version_ids_to_stages", labelled)
    mends.replace(models.SecretsManagerBackend, "list_secrets", list_secrets)
    filters = {**models._filter_functions, "owning-service": owned_by}
    mends.replace(models, "_filter_functions", filters)


def _check_page(max_results: int | None, next_token: str | None) -> None:
    error: Private = private("moto.secretsmanager.exceptions").SecretsManagerClientError
    if max_results is not None and not 1 <= max_results <= LARGEST_PAGE:
        detail = f"Value '{max_results}' at 'maxResults' must be between 1 and {LARGEST_PAGE}"
        raise error(INVALID, detail)
    if next_token is not None and not next_token.isdigit():
        detail = "The NextToken value is invalid."
        raise error(WRONG_PAGE, detail)
