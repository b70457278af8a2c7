"""What the fits of one combination learn from."""

from dataclasses import dataclass

import numpy as np

from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.tables import read_metadata, read_table


@dataclass(frozen=True)
class Data:
    """One combination.

    ``operations`` (n, positions), ``architecture`` and ``target`` (n,) are rows of its target table;
    ``target`` has mean 0 and standard deviation 1.
    """

    combination: str
    space: str
    direction: str
    architecture: np.ndarray
    operations: np.ndarray
    target: np.ndarray


def read_data(architectures_file, targets_file):
    """Return the ``Data`` of the combination whose targets these are, in a space with these architectures."""
    metadata = read_metadata(targets_file)
    targets = read_table(targets_file, "targets")
    table = read_table(architectures_file, "architectures").set_index("architecture")
    positions = [name for name in table if name[0] == "p"]
    return Data(
        combination=metadata["combination"],
        space=metadata["space"],
        direction=metadata["direction"],
        architecture=targets["architecture"].to_numpy(),
        operations=table.loc[targets["architecture"], positions].to_numpy(),
        target=targets["target"].to_numpy(),
    )


def encode(data, encoding):
    """Return the architectures of ``data`` in a predictor's encoding: one of the space, or ``structured``."""
    if encoding == "structured":
        return structured(data.space, data.operations)
    return get_space(data.space).encode(encoding, data.operations)
