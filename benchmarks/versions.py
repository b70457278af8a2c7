"""Compare the fits of two versions of the library: their Kendall's tau, and the CPU seconds that they take.

    git worktree add ../before REVISION
    PYTHONPATH=workflow python benchmarks/versions.py --before ../before/workflow --data results/open_three_seeds/data

Both fit the grid of the paper, search included, on the same data with the same seeds. ``--data`` is a folder of a run,
with its tables of architectures and targets. A third of the processes fits by this version, the others by the one
before, which may take longer; both begin with the same seeds, and end after ``--minutes``.

Columns of the table: ``predictor``; ``fits`` that both made; ``tau_difference``, this version minus the one before, its
mean over these fits; ``standard_error`` of it; ``before_seconds`` and ``seconds`` of CPU for one seed of one
combination, eleven training sizes and the search. A second table, named like the first and ``.fits.csv``, holds all
fits.
"""

import argparse
import csv
import importlib
import multiprocessing
import os
import sys
from pathlib import Path
from time import monotonic, process_time

import pandas as pd

SIZES = {"nasbench201": (5, 11, 25, 55, 124, 276, 614, 1366, 3036, 6748, 15000)}
SIZES |= dict.fromkeys(("fbnet", "mnasnet"), (5, 10, 19, 39, 76, 151, 298, 588, 1159, 2283, 4500))
TEST_SIZES = {"nasbench201": 625, "fbnet": 500, "mnasnet": 500}
COMBINATIONS = (
    "nasbench201-cifar10-pixel3-latency",
    "mnasnet-imagenet-a100-throughput",
    "fbnet-images-titan_rtx_32-latency",
)
PREDICTORS = ("bananas", "gcn", "mlp", "bonas", "gp", "minimlp", "ngb", "sparse_gp", "lgb", "svmr")
CANDIDATES, SEARCH_SAMPLES, RUN_SEED = 20, 1000, 2022
FITS = ["version", "seed", "combination", "predictor", "train_size", "kendall_tau", "task_seconds"]
WORKFLOW = Path(__file__).parents[1] / "workflow"


def main(options):
    """Fit by both versions until the time is over, and write both tables."""
    fits = options.output.with_suffix(".fits.csv")
    with open(fits, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FITS)
        for rows in fitted(options):
            writer.writerows(rows)
            file.flush()
    table = summary(pd.read_csv(fits))
    table.to_csv(options.output, index=False, float_format="%.4g")
    print(table.to_string(index=False), flush=True)


def fitted(options):
    """Yield the rows of each seed of a predictor on a combination, by either version."""
    spawn, end = multiprocessing.get_context("spawn"), monotonic() + 60 * options.minutes
    shares = {"before": max(1, options.processes * 2 // 3), "after": max(1, options.processes // 3)}
    folders = {"before": options.before, "after": WORKFLOW}
    tasks = [
        (options.data, seed, combination, predictor)
        for seed in range(options.seeds)
        for combination in options.combinations
        for predictor in options.predictors
    ]
    pools = {name: spawn.Pool(share, start, (name, folders[name])) for name, share in shares.items()}
    running = {name: pool.imap_unordered(fit, tasks) for name, pool in pools.items()}
    while running and monotonic() < end:
        for name in list(running):
            try:
                yield running[name].next(timeout=0.5)
            except multiprocessing.TimeoutError:
                continue
            except StopIteration:
                del running[name]
    for pool in pools.values():
        pool.terminate()


def start(version, folder):
    """Let this process import the library of one version."""
    global VERSION
    VERSION = version
    sys.path[:] = [str(folder), *(entry for entry in sys.path if Path(entry or ".").resolve() != WORKFLOW)]
    os.environ["OMP_NUM_THREADS"] = "1"
    importlib.import_module("torch").set_num_threads(1)


def fit(task):
    """Fit one seed of a predictor on a combination, all training sizes; return the rows of its fits."""
    from hwpred.predictors.devices import use_device
    from hwpred.training.data import read_data
    from hwpred.training.grid import Settings, fit_grid

    use_device("cpu")
    folder, seed, combination, predictor = task
    space = combination.split("-")[0]
    data = read_data(f"{folder}/{space}/architectures.parquet", f"{folder}/targets/{combination}.parquet")
    settings = Settings(RUN_SEED, (seed,), SIZES[space], TEST_SIZES[space], CANDIDATES, SEARCH_SAMPLES, 0, 0)
    begin = process_time()
    fits = fit_grid(predictor, data, settings)[0]
    seconds = process_time() - begin
    return [
        (VERSION, seed, combination, predictor, size, tau, round(seconds, 3))
        for size, tau in zip(fits["train_size"], fits["kendall_tau"], strict=True)
    ]


def summary(fits):
    """Return the table, a row a predictor, of the fits that both versions made.

    Parameters
    ----------
    fits : DataFrame
        With the columns ``FITS``.

    Returns
    -------
    DataFrame
        The predictor that takes longest first.
    """
    keys = ["predictor", "combination", "seed"]
    taus = fits.pivot(index=[*keys, "train_size"], columns="version", values="kendall_tau").dropna()
    difference = (taus["after"] - taus["before"]).groupby("predictor")
    seconds = fits.drop_duplicates(["version", *keys]).pivot(index=keys, columns="version", values="task_seconds")
    seconds = seconds.dropna().groupby("predictor").mean()
    table = pd.DataFrame(
        {
            "fits": difference.size(),
            "tau_difference": difference.mean(),
            "standard_error": difference.sem(),
            "before_seconds": seconds["before"],
            "seconds": seconds["after"],
        }
    )
    return table.sort_values("before_seconds", ascending=False).reset_index()


def parse(arguments=None):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--before", type=Path, required=True, help="the folder workflow/ of the other version")
    parser.add_argument("--data", type=Path, required=True, help="results/<run>/data")
    parser.add_argument("--output", type=Path, default=Path("versions.csv"))
    parser.add_argument("--combinations", nargs="+", default=COMBINATIONS)
    parser.add_argument("--predictors", nargs="+", default=PREDICTORS)
    parser.add_argument("--seeds", type=int, default=10, help="at most")
    parser.add_argument("--processes", type=int, default=max(2, (os.cpu_count() or 2) - 1))
    parser.add_argument("--minutes", type=float, default=10, help="after which both stop")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(parse())
