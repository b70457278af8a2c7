"""CPU seconds of one simulated trial, all eleven deviations, by number of architectures, beside the published code's.

Run, after snakemake plot_simulation --configfile config/open.yaml config/simulation.yaml:

    OMP_NUM_THREADS=1 python docs/simulation_cost.py results/simulation
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.selection.reading import read_selectable
from hwpred.selection.simulation import generator_names, paired, simulate

PIXEL3 = "nasbench201-cifar10-pixel3-latency"
TRIALS = 1000
PUBLISHED = {100: 0.006, 500: 0.008, 1000: 0.011, 2000: 0.018, 5000: 0.029, 15625: 0.075}
"""With pymoo 0.6.2; 14.6 at 15,625 with pymoo 0.4.2.1, which it pins."""


def seconds_of_a_trial(accuracy, metric, architectures):
    """Return the CPU seconds of one trial."""
    names = generator_names(2022, PIXEL3)
    started = time.process_time()
    simulate(accuracy, metric, architectures=architectures, stds=np.arange(11) / 10, trials=TRIALS, names=names)
    return (time.process_time() - started) / TRIALS


if __name__ == "__main__":
    data = Path(sys.argv[1]) / "data"
    accuracies = data / "accuracy/nasbench201-cifar100.parquet"
    files = data / "nasbench201/architectures.parquet", data / f"targets/{PIXEL3}.parquet", accuracies
    accuracy, metric = paired(*read_selectable(*files), "true")
    table = pd.DataFrame(
        {"published": PUBLISHED, "ours": {n: seconds_of_a_trial(accuracy, metric, n) for n in PUBLISHED}}
    )
    table["times_cheaper"] = table["published"] / table["ours"]
    print(table.to_string(float_format="{:.4g}".format))
