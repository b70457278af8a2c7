"""timm's image networks, each at an input size: what operators they run, as ``hwpred.networks.count_zoo`` counted them.

A network is called by timm's name and the side of its images in pixels: ``resnet50@224``.
"""

from functools import cached_property
from pathlib import Path

import numpy as np

from hwpred.spaces.features import FeatureSpace

TABLE = Path(__file__).with_suffix(".parquet")
SHA256 = "3065e524d2b14b17778e2ef8cc18327990293cc0abd451f155f61eb727f3e2b3"
"""Of the table: that other networks or counts were made stands in the code, on which hashes of jobs stand."""


class Zoo(FeatureSpace):
    """The networks of ``zoo.parquet``."""

    key = "zoo"

    @cached_property
    def counts(self):
        """The table of operators, a DataFrame with a row a network: ``hwpred.networks.count_zoo.COLUMNS``."""
        import pandas as pd

        return pd.read_parquet(TABLE)

    @cached_property
    def names(self):
        """Names of the networks with their sizes."""
        return tuple(name_of(*pair) for pair in zip(self.counts["network"], self.counts["size"], strict=True))

    @cached_property
    def _places(self):
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def features_of_all(self):
        """Standardised ``features`` of all networks, float32."""
        values = np.stack(list(features(self.counts).values()), axis=1)
        return ((values - values.mean(axis=0)) / values.std(axis=0)).astype(np.float32)


def name_of(network, size):
    """Return what a network is called here: its name in timm, without the tag of its weights, and its size."""
    return f"{str(network).split('.')[0]}@{size}"


def features(counts):
    """Return the features of networks, {name: float array}, given their counts of operators.

    Logarithms of the totals (multiply-accumulates, bytes, operators, parameters), of multiply-accumulates a byte and of
    the size; and of each total the share of each class of operators, but for classes that have none of it anywhere.
    """
    measures = ("macs", "bytes", "operators")
    by_class = {name: counts[name].to_numpy(float) for name in counts if name.endswith(measures)}
    total = {
        measure: sum(values for name, values in by_class.items() if name.endswith(f"_{measure}"))
        for measure in measures
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
