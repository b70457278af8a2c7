"""The lookup table: an additive model filled by measuring one operation change at a time."""

import numpy as np

from hwpred.predictors.base import Predictor
from hwpred.spaces import get_space


class LookupTable(Predictor):
    """Metric of a base architecture plus one increment for each operation that differs from it.

    It has no training set of its own choice: ``measured`` says which architectures it needs
    (protocol section 5: 25 of nasbench201, 21 of transnas_macro).

    Parameters
    ----------
    space : str
        Key of the search space.
    """

    def __init__(self, space):
        self.space = space

    @staticmethod
    def measured(space):
        """Return the architectures to measure, int8 of shape (measurements, positions).

        Raises
        ------
        ValueError
            If the space does not hold them (it is known by a random sample).
        """
        base, changes = get_space(space).lookup_design()
        wanted = [base] + [architecture for change in changes for architecture in change[2:]]
        return np.array(list(dict.fromkeys(wanted)), dtype=np.int8)

    @classmethod
    def encode(cls, data):
        """Return the one-hot of every position, of numbers too."""
        return get_space(data.space).adjacency_one_hot(np.asarray(data.operations, dtype=np.intp))

    @classmethod
    def why_left_out(cls, data):
        """Say that the space does not hold the architectures that it needs, or that one was not measured."""
        try:
            measured = cls.measured(data.space)
        except ValueError as reason:
            return str(reason)
        known = set(map(tuple, data.operations.tolist()))
        missing = [row for row in map(tuple, measured.tolist()) if row not in known]
        if missing:
            return f"{data.combination} has no measurement of {get_space(data.space).to_text(missing[0])!r}"
        return None

    def _fit(self, x, y, rng):
        """Fill the table from the ``measured`` architectures, one-hot ``x``, in any order.

        Raises
        ------
        ValueError
            If one of them is not in ``x``.
        """
        space = get_space(self.space)
        base, changes = space.lookup_design()
        known = dict(zip(map(bytes, np.asarray(x, dtype=np.int8)), y, strict=True))

        def metric(architecture):
            row = bytes(space.adjacency_one_hot(np.array([architecture], dtype=np.int8))[0])
            if row not in known:
                raise ValueError(f"the lookup table needs a measurement of {space.to_text(architecture)!r}")
            return known[row]

        starts = np.concatenate([[0], np.cumsum(space.sizes)])
        self.increments_ = np.zeros(starts[-1])
        for position, operation, reference, changed in changes:
            self.increments_[starts[position] + operation] = metric(changed) - metric(reference)
        self.base_ = float(metric(base))

    def predict(self, x):
        """Return base plus increments, of shape (n,)."""
        return self.base_ + x.astype(np.float64) @ self.increments_
