"""What the product costs a month: usage counted elsewhere, times published prices, by item."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.usage import Usage, log_gigabytes, of_a_rotation, of_a_sweep

AREA = "cost"
PRICES = Path(__file__).with_name("prices.json")
FLEETS = (1, 100, 10_000)
DAYS_A_MONTH = 30.4
MAX_KEY_AGE_DAYS = 90
SWEEPS_A_MONTH = round(DAYS_A_MONTH * 24)
AGENT_POLLS_A_MONTH = round(DAYS_A_MONTH * 24 * 3600 / 20)
"""One agent's long polls of 20 s."""
ALARMS = 7
METRICS = 3 + 4
"""The sweep's three figures, and links by verdict: four verdicts at a time are many."""


def prices() -> dict[str, float]:
    """Return the price of one unit of each thing, in the currency that the file names."""
    document: dict[str, Any] = json.loads(PRICES.read_text())
    return {name: float(price) for name, price in document["prices"].items()}


def standing(links: int) -> Usage:
    """Return what is there all month, whatever happens."""
    return Usage(
        {
            "secret_month": links,
            "kms_key_month": 1,
            "alarm_month": ALARMS,
            "custom_metric_month": METRICS,
            "sqs_request": AGENT_POLLS_A_MONTH,
        }
    )


def by_item(links: int, rotation: Usage, sweep: Usage) -> dict[str, float]:
    """Return what each item costs a month for so many links, each rotated once in 90 days and swept every hour."""
    unit = prices()
    rotations = links * DAYS_A_MONTH / MAX_KEY_AGE_DAYS
    total: Counter[str] = Counter()
    for used, times in ((standing(links), 1.0), (rotation, rotations), (sweep, SWEEPS_A_MONTH)):
        for name, amount in used.items():
            total[name] += amount * times * unit[name]  # type: ignore[assignment]  # amounts of money are fractions
    total["log_gigabyte"] += log_gigabytes(rotation["lambda_request"]) * rotations * unit["log_gigabyte"]  # type: ignore[assignment]  # see above
    return {name: cost for name, cost in total.items() if cost}


def measure() -> list[Figure]:
    """Measure what 1, 100 and 10,000 links cost a month; the standing charge a link is its key secret."""
    return figures_of(of_a_rotation(), {links: of_a_sweep(links) for links in FLEETS})


def figures_of(rotation: Usage, sweeps: Mapping[int, Usage]) -> list[Figure]:
    """Return the rows, from what one rotation and one sweep of so many links use.

    How long a function runs is measured on this machine, so that everything but the standing charge wobbles a little.
    """
    unit = prices()
    one = sum(amount * unit[name] for name, amount in rotation.items())
    used = ", ".join(f"{amount} {name}" for name, amount in sorted(rotation.items()) if amount)
    more = standing(2) - standing(1)
    a_link = sum(amount * unit[name] for name, amount in more.items())
    figures = [
        Figure(AREA, "one rotation, all that it uses", one, "USD", note=used, wobbles=True),
        Figure(AREA, "standing charge a link a month", a_link, "USD", unit["secret_month"], note=", ".join(more)),
    ]
    for links, sweep in sweeps.items():
        items = by_item(links, rotation, sweep)
        dearest = sorted(items.items(), key=lambda item: -item[1])[:4]
        note = ", ".join(f"{name} {cost:.2f}" for name, cost in dearest)
        whole = sum(items.values())
        figures.append(Figure(AREA, "all of them a month", whole, "USD", note=note, links=links, wobbles=True))
        figures.append(Figure(AREA, "each of them a month", whole / links, "USD", links=links, wobbles=True))
    return figures
