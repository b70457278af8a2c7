"""Make the tables of the smoke study: small, synthetic, deterministic; they say nothing of any device.

Run from the repository's root: python tests/smoke/make_tables.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.predictors.classical.lookup import LookupTable
from hwpred.spaces import get_space

TABLES = Path(__file__).parent / "tables"
RANDOM_ARCHITECTURES = 120


def make_table(space_key, unit_cost, seed):
    """Additive costs of the operations, one interaction and noise, on the lookup table's and random architectures."""
    space, rng = get_space(space_key), np.random.default_rng(seed)
    everything = space.enumerate()
    rows = np.concatenate(
        [LookupTable.measured(space_key), rng.choice(everything, RANDOM_ARCHITECTURES, replace=False)]
    )
    rows = np.unique(rows, axis=0)
    cost = rng.uniform(0, unit_cost, space.sizes.sum())
    value = 1 + space.adjacency_one_hot(rows) @ cost + 0.5 * unit_cost * (rows[:, 0] == rows[:, 1])
    value *= rng.normal(1, 0.02, len(rows))
    accuracy = 50 + 10 * np.tanh(value - value.mean()) + rng.normal(0, 1, len(rows))
    text = [space.to_text(row) for row in rows]
    return pd.DataFrame({"architecture": text, "value": value.round(4), "accuracy": accuracy.round(2)})


if __name__ == "__main__":
    make_table("nasbench201", 1.0, seed=1).to_csv(TABLES / "nasbench201.csv", index=False)
    table = make_table("transnas_macro", 2.0, seed=2)
    table["value"] = (1000 / table["value"]).round(3)
    table.to_csv(TABLES / "transnas_macro.csv", index=False)
