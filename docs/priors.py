"""What the weights of structured_gp's components are on devices that no result of their space is about.

Run: python docs/priors.py results/priors docs/results

after ``snakemake --until build_targets --configfile config/priors.yaml``. Fits ``structured_gp`` on 300 architectures
of each combination and writes ``priors.csv``: by kind of block, form of the kernel, and whether a view leads, the
median weight over devices and components, and the standard deviation of its logarithm. The priors
(``hwpred.predictors.structured_kernel``) were found by repeating that from wider ones, and rounded.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.figures.summary_tables import write_csv
from hwpred.predictors.structured_gp import StructuredGaussianProcess
from hwpred.training.data import read_data
from hwpred.training.splits import split_of

SAMPLES = 300


def fitted_weights(data):
    """Return the weights of the most probable hypothesis: combination, kind, form, leads, weight."""
    train = split_of(data, 0, 0, 0).train(SAMPLES)
    x = StructuredGaussianProcess.encode(data)
    model = StructuredGaussianProcess().fit(x[train], data.target[train])
    best = model.hypotheses_[0]
    rows = []
    for component in best.components_:
        kind = component.block.split("/")[1]
        rows.append((data.combination, kind, component.form, component.leads, component.weight))
    return pd.DataFrame(rows, columns=["combination", "kind", "form", "leads", "weight"])


def summary(weights):
    """Return median and deviation of the logarithms by kind, form and whether the view leads."""
    by = weights.assign(logarithm=np.log(weights["weight"])).groupby(["kind", "form", "leads"], sort=False)
    table = by.agg(median=("weight", "median"), deviation=("logarithm", "std"), combinations=("combination", "nunique"))
    return table.reset_index().sort_values(["leads", "kind"], ascending=[False, True], kind="stable")


def main(run, folder):
    """Write the table of the combinations whose targets lie in the folder of a run."""
    frames = []
    for file in sorted(Path(run, "data/targets").glob("*.parquet")):
        space = file.name.split("-")[0]
        frames.append(fitted_weights(read_data(Path(run, f"data/{space}/architectures.parquet"), file)))
    table = summary(pd.concat(frames, ignore_index=True))
    write_csv(table.assign(median=table["median"].map("{:.2g}".format)), Path(folder, "priors.csv"))
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
