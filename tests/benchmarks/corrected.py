"""Do corrected intervals hold what they promise? `python -m tests.benchmarks.corrected`.

Two outlets; people find the frame in 30 % of the articles of one and in 40 % of the other's; a machine finds it too,
with mistakes that differ by outlet, as given below. Some articles of each outlet are drawn and coded by people.
Printed: how often the 95 % interval of the corrected prevalence and of the corrected difference covers the truth
(people's coding of endless articles), beside that of the machine's codes taken as they are; and how wide it is, beside
that of the hand-coded articles alone.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

import analysis

TRUTH = {"Beacon": 0.30, "Herald": 0.40}
#: Name: for each outlet the machine's sensitivity and specificity.
MACHINES = {
    "good, alike in both": {"Beacon": (0.85, 0.90), "Herald": (0.85, 0.90)},
    "differs by outlet": {"Beacon": (0.90, 0.75), "Herald": (0.60, 0.95)},
    "hides the difference": {"Beacon": (0.95, 0.75), "Herald": (0.80, 0.93)},
    "no better than chance": {"Beacon": (0.50, 0.50), "Herald": (0.50, 0.50)},
}


def units(machine: dict[str, tuple[float, float]], n: int, coded: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return articles; those that the machine is sure of are drawn half as often as the others."""
    parts = []
    for outlet, share in TRUTH.items():
        truth = rng.random(n) < share
        sensitivity, specificity = machine[outlet]
        says = np.where(truth, rng.random(n) < sensitivity, rng.random(n) > specificity)
        sure = rng.random(n) < 0.5
        probability = np.where(sure, 2 / 3, 4 / 3) * coded / n
        gold = np.where(rng.random(n) < probability, truth.astype(float), np.nan)
        columns: dict[str, Any] = {"machine": says.astype(float), "gold": gold, "probability": probability}
        parts.append(pd.DataFrame(columns).assign(outlet=outlet))
    return pd.concat(parts, ignore_index=True)


def covers(table: pd.DataFrame, truth: list[float]) -> float:
    return float(
        np.mean([low <= true <= high for low, high, true in zip(table["low"], table["high"], truth, strict=True)])
    )


def naive_difference(found: pd.DataFrame) -> tuple[float, float]:
    """Return the interval of a difference between two means of `group_means`, as large samples have it."""
    a, b = found.to_dict("records")
    half = 1.96 * float(np.hypot(a["sd"] / a["n"] ** 0.5, b["sd"] / b["n"] ** 0.5))
    return a["mean"] - b["mean"] - half, a["mean"] - b["mean"] + half


def measure(runs: int, n: int, coded: int, seed: int = 20231015) -> pd.DataFrame:
    truth = list(TRUTH.values())
    gap = truth[0] - truth[1]
    rows = []
    for name, machine in MACHINES.items():
        rng = np.random.default_rng(seed)
        found: dict[str, list[float]] = {}
        for run in range(runs):
            table = units(machine, n, coded, rng)
            means = analysis.corrected_means(table, by="outlet")
            one = analysis.corrected_differences(table, by="outlet").iloc[0]
            raw = analysis.group_means(table, by="outlet", value="machine")
            low, high = naive_difference(raw)
            for key, value in {
                "means": covers(means, truth),
                "means_uncorrected": covers(raw, truth),
                "difference": one["low"] <= gap <= one["high"],
                "difference_uncorrected": low <= gap <= high,
                "width": one["high"] - one["low"],
                "bias": one["difference"] - gap,
                "bias_uncorrected": one["uncorrected"] - gap,
            }.items():
                found.setdefault(key, []).append(float(value))
            if run % 10 == 0:  # a machine that says nothing: the hand-coded articles alone
                alone = analysis.corrected_differences(table.assign(machine=0.0), by="outlet").iloc[0]
                found.setdefault("width_by_hand", []).append(float(alone["high"] - alone["low"]))
        rows.append({"machine": name, **{key: float(np.mean(values)) for key, values in found.items()}})
    return pd.DataFrame(rows).set_index("machine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000, help="of each machine (default: 1,000)")
    parser.add_argument("--articles", type=int, default=600, help="of each outlet (default: 600)")
    parser.add_argument("--coded", type=int, nargs="+", default=[40, 100], help="of each outlet, on average")
    given = parser.parse_args()
    for coded in given.coded:
        table = measure(given.runs, given.articles, coded)
        print(f"{given.articles} articles and about {coded} coded ones of each outlet, {given.runs:,} runs")
        print(table.T.round(3).to_string(), "\n", flush=True)


if __name__ == "__main__":
    main()
