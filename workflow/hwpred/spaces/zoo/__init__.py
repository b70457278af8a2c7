"""timm's image networks, each at an input size: what operators they run, as ``hwpred.spaces.zoo.count`` counted them.

A network is called by timm's name and the side of its images in pixels: ``resnet50@224``.
"""

from functools import cached_property
from pathlib import Path

import numpy as np

from hwpred.spaces.counted import CountedNetworks, columns_of
from hwpred.spaces.named import NamedNetworks
from hwpred.spaces.operator_counts import CLASSES, COLUMNS, MEASURES, OTHER

TABLE = Path(__file__).with_name("zoo.parquet")
SHA256 = "3dae201f66b450310e2e1304bb854d99e7827f8e08a2a8eb05e16bae1d55118f"
"""Of the table: that other networks or counts were made stands in the code, on which hashes of jobs stand."""

VIEWS = ("drawn", "executed")
"""Hardly any of these networks computes what does not reach its output, so that what is live is no view."""
_DRAWN = {f"drawn/{kind}/{measure}": f"{kind}_{measure}" for kind in CLASSES for measure in MEASURES}
_COUNTED = [name for name in COLUMNS if name.startswith(VIEWS) and f"/{OTHER}/" not in name]
COLUMN_OF = {name: _DRAWN.get(name, name) for name in ("parameters", *_COUNTED)}
"""Counts (``hwpred.spaces.operator_counts.COLUMNS``) -> their columns in the table.

All operators are of known classes; of what is drawn, the names begin with the class.
"""


class Zoo(CountedNetworks, NamedNetworks):
    """The networks of ``zoo.parquet``, or of another table of operators.

    Parameters
    ----------
    counts : DataFrame, optional
        ``hwpred.spaces.zoo.count.COLUMNS``, a row a network.
    reference : int, optional
        How many of the networks, the first ones, set the scales of features; all, if not given.
    """

    key = "zoo"
    views = VIEWS
    has_parts = False
    """What is on the longest path, and at which resolution, tells predictors nothing more of these networks."""

    def __init__(self, counts=None, reference=None):
        if counts is not None:
            self.counts = counts
        self._reference = reference

    @cached_property
    def counts(self):
        """The table of operators, a DataFrame with a row a network: ``hwpred.spaces.zoo.count.COLUMNS``."""
        import pandas as pd

        return pd.read_parquet(TABLE)

    @property
    def reference(self):
        """How many of the networks, the first ones, set the scales of features."""
        return len(self.counts) if self._reference is None else self._reference

    @cached_property
    def counted(self):
        """The counts as those of networks in files."""
        values = np.zeros((len(self.counts), len(COLUMNS)))
        for place, column in enumerate(COLUMNS):
            if column in COLUMN_OF:
                values[:, place] = self.counts[COLUMN_OF[column]]
        return values

    @cached_property
    def names(self):
        """Names of the networks with their sizes."""
        return tuple(name_of(*pair) for pair in zip(self.counts["network"], self.counts["size"], strict=True))

    @property
    def encoded_columns(self):
        """Number of features."""
        return self.features_of_all.shape[1]

    def adjacency_one_hot(self, operations):
        """Return the features in place of a one-hot, float32 of shape (networks, features)."""
        return self.features_of_all[operations[:, 0]]

    @cached_property
    def features_of_all(self):
        """``features`` of all networks, standardised over the reference networks, float32."""
        values = np.stack(list(features(self.counts).values()), axis=1)
        known = values[: self.reference]
        return ((values - known.mean(axis=0)) / known.std(axis=0)).astype(np.float32)

    def with_less_of(self, kind, share):
        """Return a space that has each network a second time, after all, with a share less of a class of operators."""
        import pandas as pd

        names = [COLUMN_OF[COLUMNS[place]] for place in columns_of(kind) if COLUMNS[place] in COLUMN_OF]
        less = self.counts.assign(**{name: (1 - share) * self.counts[name] for name in names})
        return Zoo(pd.concat([self.counts, less], ignore_index=True), self.reference)


def name_of(network, size):
    """Return what a network is called here, such as ``resnet50@224``.

    Parameters
    ----------
    network : str
        Its name in timm; the tag of its weights, behind a dot, does not count.
    size : int
        Side of its images, in pixels.

    Returns
    -------
    str
    """
    return f"{str(network).split('.')[0]}@{size}"


def features(counts):
    """Return the features of networks, {name: float array}, given their counts of operators.

    Logarithms of the totals (multiply-accumulates, bytes, operators, parameters), of multiply-accumulates a byte and of
    the size; and of each total the share of each class of operators, but for classes that have none of it anywhere.
    """
    by_class = {
        f"{kind}_{measure}": counts[f"{kind}_{measure}"].to_numpy(float) for kind in CLASSES for measure in MEASURES
    }
    total = {
        measure: sum(values for name, values in by_class.items() if name.endswith(f"_{measure}"))
        for measure in MEASURES
    }
    found = {measure: np.log(values) for measure, values in total.items()}
    found["intensity"] = found["macs"] - found["bytes"]
    found |= {name: np.log(counts[name].to_numpy(float)) for name in ("parameters", "size")}
    for name, values in by_class.items():
        share = values / total[name.rsplit("_", 1)[1]]
        if share.std() > 0:
            found[name] = share
    return found


SPACE = Zoo()
