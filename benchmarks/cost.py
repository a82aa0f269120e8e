"""What the product costs a month: usage counted elsewhere, times published prices, by item."""

from __future__ import annotations

import json
from collections import Counter
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
    rotation = of_a_rotation()
    unit = prices()
    figures = [
        Figure(
            AREA,
            "one rotation, all that it uses",
            sum(amount * unit[name] for name, amount in rotation.items()),
            "USD",
            note=", ".join(f"{amount} {name}" for name, amount in sorted(rotation.items()) if amount),
        ),
        Figure(
            AREA, "standing charge a link a month", (sum(_stands(2)) - sum(_stands(1))), "USD", unit["secret_month"]
        ),
    ]
    for links in FLEETS:
        items = by_item(links, rotation, of_a_sweep(links))
        dearest = sorted(items.items(), key=lambda item: -item[1])[:4]
        note = ", ".join(f"{name} {cost:.2f}" for name, cost in dearest)
        figures.append(Figure(AREA, f"{links:,} links a month", sum(items.values()), "USD", note=note))
        figures.append(Figure(AREA, f"{links:,} links: a link a month", sum(items.values()) / links, "USD"))
    return figures


def _stands(links: int) -> list[float]:
    unit = prices()
    return [amount * unit[name] for name, amount in standing(links).items()]
