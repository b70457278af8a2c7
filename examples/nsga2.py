"""Search for fast and accurate networks with NSGA-II; a saved device predicts their latencies.

python examples/nsga2.py my_device.hwpred
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize

import hwpred
from hwpred.spaces import get_space

SPACE = get_space("nasbench201")
ACCURACIES = Path(__file__).parents[1] / "data/embedded/nasbench201-digits-accuracy.parquet"


class FastAndAccurate(Problem):
    """Two objectives, both to be small: latency in ms, and error in %."""

    def __init__(self, device):
        super().__init__(n_var=SPACE.positions, n_obj=2, xl=0, xu=SPACE.sizes - 1, vtype=int)
        self.device = device
        # In a search of yours, networks are trained or estimated here; NAS-Bench-201 lets us look them up.
        known = pd.read_parquet(ACCURACIES).set_index("architecture")["value"]
        self.error = np.empty(SPACE.sizes)
        self.error[tuple(SPACE.enumerate().T)] = 100 - known.loc[range(SPACE.architectures)]

    def _evaluate(self, population, out, *args, **kwargs):
        # The whole population at once: the device predicts a thousand networks in hardly more time than one.
        latency, _ = self.device.predict_arrays(population)
        out["F"] = np.column_stack([latency, self.error[tuple(population.T)]])


class Redraw(Mutation):
    """Draw one operation in six anew. Operations have no order, so that a step up or down would mean nothing."""

    def _do(self, problem, population, *args, random_state=None, **kwargs):
        drawn = random_state.integers(0, SPACE.sizes, population.shape)
        return np.where(random_state.random(population.shape) < 1 / SPACE.positions, drawn, population)


def search(device, generations=20, population=40, seed=0):
    """Return the front that the search found: architectures, their latency in ms and their accuracy in %."""
    algorithm = NSGA2(population, sampling=IntegerRandomSampling(), crossover=UniformCrossover(), mutation=Redraw())
    found = minimize(FastAndAccurate(device), algorithm, ("n_gen", generations), seed=seed)
    texts = [SPACE.to_text(row) for row in found.X]
    front = pd.DataFrame({"architecture": texts, "latency": found.F[:, 0], "accuracy": 100 - found.F[:, 1]})
    return front.sort_values("latency", ignore_index=True)


if __name__ == "__main__":
    print(search(hwpred.load(sys.argv[1])).to_csv(index=False, float_format="%.4g"), end="")
