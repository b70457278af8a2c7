"""What the fits of one combination learn from."""

from dataclasses import dataclass, field

import numpy as np

from hwpred.scale import Scale
from hwpred.spaces import get_space
from hwpred.spaces.reading import read_architectures
from hwpred.tables import read_metadata, read_table

MEASURING = "measuring"
"""What a combination says of ``file_order`` where it is that in which architectures were measured."""
MOST_UNMEASURED = 0.05
"""Share of a device's architectures that one may lack which others are predicted from."""


@dataclass(frozen=True)
class Data:
    """The rows of a combination's target table, and what is known of them.

    Parameters
    ----------
    combination : str
    space : str or Space
        Its key, or the space itself, declared or of networks in files.
    direction : str
        ``"smaller"`` or ``"larger"``: which values of the metric are better.
    architecture : int array of shape (n,)
        Index of each row's architecture in the space.
    operations : int array of shape (n, positions)
    target : float array of shape (n,)
        The metric (or its logarithm, as the space has it), with mean 0 and standard deviation 1.
    others : float array of shape (n, devices)
        The targets of other devices.
    dead_operations : str or None
        What the device is said to do with them (``hwpred.structure.structured``).
    value : float array of shape (n,) or None
        The metric in its unit; without it, nothing is said of errors in %.
    time : float array of shape (n,) or None
        When each was measured, in any unit, where that is known.
    file_order : bool
        Whether they were measured in the order of ``architecture``.
    metric : str or None
        Its name, if it is known.
    """

    combination: str
    space: str
    direction: str
    architecture: np.ndarray
    operations: np.ndarray
    target: np.ndarray
    others: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    dead_operations: str | None = None
    value: np.ndarray | None = None
    time: np.ndarray | None = None
    file_order: bool = False
    metric: str | None = None

    def in_unit(self, standardised):
        """Return predictions of ``target`` in the metric's unit: where targets are logarithms, as exponentials."""
        return Scale.of_values(self.value, get_space(self.space).logarithmic).in_unit(standardised)


def read_data(architectures_file, targets_file, other_targets_files=(), dead_operations=None, combination=None):
    """Read what the fits of a combination learn from.

    Parameters
    ----------
    architectures_file, targets_file : str or Path
        Tables of the architectures of the space, and of the targets of the combination.
    other_targets_files : sequence of str or Path
        Tables of the targets of other devices.
    dead_operations : str or None
        What the device is said to do with them, a key of ``hwpred.structure.blocks.DEAD_OPERATIONS``.
    combination : str or None
        What the targets must be of, where that is given.

    Returns
    -------
    Data

    Raises
    ------
    InputError
        If the targets are not those of ``combination``, where that is given, or the architectures not of its space.
    ValueError
        If another device lacks more of the architectures than ``MOST_UNMEASURED``.
    """
    metadata = read_metadata(targets_file, "targets", {"combination": combination} if combination else None)
    space = {"space": metadata["space"]}
    targets = read_table(targets_file, "targets")
    table = read_architectures(architectures_file, metadata["space"])
    architecture = targets["architecture"].to_numpy()
    others = [_measured_elsewhere(file, architecture, space) for file in other_targets_files]
    others = filled(np.stack(others, axis=1)) if others else np.empty((len(targets), 0))
    return Data(
        combination=metadata["combination"],
        space=table.space,
        direction=metadata["direction"],
        architecture=architecture,
        operations=table.operations[architecture],
        target=targets["target"].to_numpy(),
        others=others,
        dead_operations=dead_operations,
        value=targets["value"].to_numpy(),
        time=targets["time"].to_numpy() if "time" in targets else None,
        file_order=metadata.get("file_order") == MEASURING,
        metric=metadata.get("metric"),
    )


def _measured_elsewhere(file, architecture, space):
    """Return the targets of another device, NaN where it has none."""
    targets = read_table(file, "targets", space).set_index("architecture")["target"].reindex(architecture)
    if (missing := targets.isna()).mean() > MOST_UNMEASURED:
        raise ValueError(
            f"{file}: architecture {targets.index[missing][0]} and {int(missing.sum()) - 1} more were not measured, "
            f"but a device that others are predicted from must have measured {1 - MOST_UNMEASURED:.0%} of theirs; "
            "leave it out of transfer_from"
        )
    return targets.to_numpy()


def filled(others):
    """Return what several devices measured, without gaps.

    Where one lacks an architecture, the mean of the others stands for it, and where all do, that of all architectures.

    Parameters
    ----------
    others : float array of shape (n, devices)
        Targets, whose mean is 0; NaN where a device lacks it.

    Returns
    -------
    float array of shape (n, devices)
    """
    known = ~np.isnan(others)
    mean = np.where(known, others, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, others, mean[:, None])
