"""Make the tables of the tutorials from data/embedded, which the project measured: python docs/tutorial/make.py.

``my_device.csv``: the latency of the 60 architectures that ``hwpred plan`` chooses. ``more.csv``: of ten others.
``suggested.csv``: of the two that ``hwpred suggest`` names in ``my_device.md``.
``accuracies.csv``: the accuracies of these 60, and of 1,000 architectures drawn at random.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import hwpred
from hwpred.spaces import get_space

HERE = Path(__file__).parent
EMBEDDED = HERE.parents[1] / "data/embedded"
SUGGESTED = [
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|skip_connect~0|skip_connect~1|avg_pool_3x3~2|",
    "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|skip_connect~0|skip_connect~1|nor_conv_3x3~2|",
]


def make(folder=HERE):
    """Write the files into ``folder``."""
    space = get_space("nasbench201")
    texts = [space.to_text(row) for row in space.enumerate().tolist()]
    latency = pd.read_parquet(EMBEDDED / "nasbench201-cifar10-epyc_onnx-latency.parquet")
    accuracy = pd.read_parquet(EMBEDDED / "nasbench201-digits-accuracy.parquet")
    latency["architecture"] = [texts[i] for i in latency["architecture"]]
    accuracy["architecture"] = [texts[i] for i in accuracy["architecture"]]
    planned = hwpred.plan("nasbench201", 60)["architecture"]
    others = latency[~latency["architecture"].isin(planned)]
    rng = np.random.default_rng(0)
    more = others.iloc[rng.permutation(len(others))[:10]]
    drawn = accuracy.iloc[np.sort(rng.permutation(len(accuracy))[:1000])]
    known = pd.concat([accuracy[accuracy["architecture"].isin(planned)], drawn]).drop_duplicates("architecture")
    measured = latency.set_index("architecture")
    _write(measured.loc[planned].reset_index(), "value", 4, folder / "my_device.csv")
    _write(measured.loc[SUGGESTED].reset_index(), "value", 4, folder / "suggested.csv")
    _write(more, "value", 4, folder / "more.csv")
    _write(known.rename(columns={"value": "accuracy"}), "accuracy", 2, folder / "accuracies.csv")


def _write(table, column, digits, file):
    rounded = table[["architecture", column]].assign(**{column: table[column].astype(float).round(digits)})
    rounded.to_csv(file, index=False, lineterminator="\n")


if __name__ == "__main__":
    make()
