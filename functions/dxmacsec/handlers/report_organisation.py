"""The function ReportOrganisation."""

from __future__ import annotations

from dxmacsec.handlers.coordinator import organisation_task
from dxmacsec.steps.report_organisation import report_organisation

handler = organisation_task(report_organisation)
