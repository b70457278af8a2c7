"""Compare a GPU with one processor core: the grid of the paper on one combination, predictor by predictor.

    PYTHONPATH=workflow python benchmarks/gpu.py --output gpu.csv

It needs the library and a GPU, and builds nothing: without ``--targets`` it takes the embedded latencies of
nasbench201 (data/embedded), else a table with the columns ``architecture`` and ``value``. The GPU fits all seeds. Each
seed of a predictor is a task for one core. After the GPU, ``--processes`` cores work on these tasks until ``--minutes``
are over, so the first seeds are fitted by both. A core's seconds are its process's own CPU time, which hardly depends
on what other cores do; they are multiplied to stand for all seeds.

Columns of the table: ``predictor``; ``device``; ``seeds``, fitted by the GPU; ``seconds`` of wall that it took;
``one_core_seconds`` for as many seeds; ``tau_difference``, GPU minus core, of the mean Kendall's tau over sizes and the
seeds that both fitted; ``times``, the ratio of seconds; ``core_seeds``, fitted by cores; ``standard_error`` of
``tau_difference``; ``start_seconds`` of a small fit before, by which libraries get ready. A second table, named like
the first and ``.fits.csv``, holds all fits.
"""

import argparse
import multiprocessing
import os
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from time import monotonic, process_time

import numpy as np
import pandas as pd
import torch

from hwpred.predictors.devices import use_device
from hwpred.spaces import get_space
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid

SPACE = "nasbench201"
EMBEDDED = Path(__file__).parents[1] / "data/embedded/nasbench201-cifar10-epyc_onnx-latency.parquet"
PREDICTORS = ("minimlp", "mlp", "bananas", "gcn", "bonas", "nao", "bohamiann", "gp", "sparse_gp")
SIZES = (5, 11, 25, 55, 124, 276, 614, 1366, 3036, 6748, 15000)
TEST_SIZE, SEARCH_SAMPLES, RUN_SEED = 625, 1000, 2022
START = {"sizes": (11, 25), "search": 2}
"""Sizes and search of the fits by which libraries get ready."""


def main(options):
    """Measure, and write the table anew after each measurement."""
    begin, data, results = monotonic(), read(options.targets), Results(options)
    use_device(options.device)
    for predictor in options.predictors:
        results.add_gpu(predictor, *on_gpu(predictor, data, options))
        results.write()
    left = 60 * options.minutes - (monotonic() - begin)
    for measured in on_cores(data, options, left):
        results.add_core(*measured)
        results.write()
    print(results.table().to_string(), flush=True)


def on_cores(data, options, seconds):
    """Yield what ``on_core`` returns for each seed and predictor, in that order, until the time is over."""
    pool = ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn"), _start_core)
    tasks = [(seed, predictor) for seed in range(options.core_seeds) for predictor in options.predictors]
    try:
        waiting = [pool.submit(on_core, predictor, data, options, seed) for seed, predictor in tasks]
        for future in as_completed(waiting, timeout=max(1, seconds)):
            yield future.result()
    except TimeoutError:
        print("time is over", flush=True)
    finally:
        processes = list(pool._processes.values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def read(file):
    """Return the ``Data`` of a table of latencies."""
    table = pd.read_parquet(file)
    value = table["value"].to_numpy(dtype=np.float64)
    architecture = table["architecture"].to_numpy()
    operations = get_space(SPACE).enumerate()[architecture]
    return Data(
        file.stem, SPACE, "smaller", architecture, operations, (value - value.mean()) / value.std(), value=value
    )


def fit(predictor, data, sizes, seeds, search):
    """Fit the grid; return the table of its fits."""
    settings = Settings(RUN_SEED, tuple(seeds), tuple(sizes), TEST_SIZE, search, SEARCH_SAMPLES, 0, 0)
    return fit_grid(predictor, data, settings)[0]


def on_gpu(predictor, data, options):
    """Return the fits, the seconds of wall, and those of getting ready; or what went wrong."""
    begin = monotonic()
    try:
        fit(predictor, data, START["sizes"], range(2), START["search"])
        started = monotonic()
        fits = fit(predictor, data, options.sizes, range(options.seeds), options.search)
    except Exception:
        # The others are to be measured all the same; the table says that this one failed.
        traceback.print_exc()
        return None, np.nan, monotonic() - begin
    memory = torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else 0
    print(f"{predictor}: {monotonic() - started:.1f} s, up to {memory:.1f} GiB", flush=True)
    return fits, monotonic() - started, started - begin


def _start_core():
    torch.set_num_threads(1)
    use_device("cpu")


def on_core(predictor, data, options, seed):
    """Return the predictor, its fits of one seed, and the CPU seconds that they took."""
    start = process_time()
    fits = fit(predictor, data, options.sizes, [seed], options.search)
    return predictor, fits, process_time() - start


class Results:
    """What was measured so far."""

    def __init__(self, options):
        self.options = options
        self.gpu, self.core = {}, {predictor: [] for predictor in options.predictors}

    def add_gpu(self, predictor, fits, seconds, start_seconds):
        """Keep what the GPU measured."""
        self.gpu[predictor] = fits, seconds, start_seconds

    def add_core(self, predictor, fits, seconds):
        """Keep one seed of what a core measured."""
        self.core[predictor].append((fits, seconds))

    def write(self):
        """Write the table, and beside it the fits of which it tells."""
        fits = [own.assign(device="gpu") for own, *_ in self.gpu.values() if own is not None]
        fits += [own.assign(device="core") for of_predictor in self.core.values() for own, _ in of_predictor]
        if fits:
            pd.concat(fits).to_csv(self.options.output.with_suffix(".fits.csv"), index=False, float_format="%.6g")
        self.table().to_csv(self.options.output, index=False, float_format="%.4g")

    def table(self):
        """Return the table, a row for each predictor that the GPU fitted."""
        return pd.DataFrame([self._row(predictor, *of_gpu) for predictor, of_gpu in self.gpu.items()])

    def _row(self, predictor, fits, seconds, start_seconds):
        seeds, core = self.options.seeds, self.core[predictor]
        one_core = seeds * np.mean([own for _, own in core]) if core else np.nan
        difference = self._differences(fits, core)
        return {
            "predictor": predictor,
            "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
            "seeds": seeds,
            "seconds": seconds,
            "one_core_seconds": one_core,
            "tau_difference": difference.mean(),
            "times": one_core / seconds,
            "core_seeds": len(core),
            "standard_error": difference.std(ddof=1) / len(difference) ** 0.5 if len(difference) > 1 else np.nan,
            "start_seconds": start_seconds,
        }

    @staticmethod
    def _differences(fits, core):
        """Return the mean difference of tau over sizes, for each seed that both fitted."""
        if fits is None or not core:
            return np.array([np.nan])
        by_seed = fits.groupby("seed")["kendall_tau"].mean()
        of_core = pd.concat([own for own, _ in core]).groupby("seed")["kendall_tau"].mean()
        return (by_seed - of_core).dropna().to_numpy()


def parse(arguments=None):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--targets", type=Path, default=EMBEDDED)
    parser.add_argument("--output", type=Path, default=Path("gpu.csv"))
    parser.add_argument("--predictors", nargs="+", default=PREDICTORS)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--seeds", type=int, default=50, help="that the GPU fits")
    parser.add_argument("--search", type=int, default=20, help="candidates")
    parser.add_argument("--core-seeds", type=int, default=50, help="at most, that cores fit")
    parser.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 1) - 1))
    parser.add_argument("--minutes", type=float, default=7, help="after which cores stop")
    parser.add_argument("--device", default="cuda")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(parse())
