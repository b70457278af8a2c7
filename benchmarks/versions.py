"""Compare the fits of two versions of the library: their Kendall's tau, and the CPU seconds that they take.

    PYTHONPATH=workflow python benchmarks/versions.py BEFORE/results/open_three_seeds results/open_three_seeds

Both folders hold the fits of one study, so that data, seeds and training sizes are the same.

Columns of the table: ``predictor``; ``fits`` that both made; ``tau_difference``, the second version minus the first,
its mean over these fits; ``standard_error`` of it; ``before_seconds`` and ``seconds`` of CPU for one seed of one
combination, all training sizes, search and test included.
"""

import argparse
from pathlib import Path

import pandas as pd

KEYS = ["predictor", "combination", "train_size", "seed"]
TIMES = ["fit_seconds", "search_seconds", "predict_seconds"]


def main(options):
    """Write the table, and print it."""
    table = summary(read_fits(options.before), read_fits(options.after))
    table.to_csv(options.output, index=False, float_format="%.4g")
    print(table.to_string(index=False), flush=True)


def read_fits(run):
    """Return ``kendall_tau`` and ``seconds`` of all fits below a folder of results, by ``KEYS``."""
    columns = ["predictor", "train_size", "seed", "test_size", "kendall_tau", *TIMES]
    # Not by hwpred.tables, which refuses tables of another version.
    tables = [
        pd.read_parquet(path, columns=columns).assign(combination=path.parts[-3])
        for path in sorted(run.glob("fits/*/*/*.parquet"))
    ]
    fits = pd.concat(tables)
    seconds = fits["fit_seconds"] + fits["search_seconds"] + fits["predict_seconds"] * fits["test_size"]
    return fits.assign(seconds=seconds).set_index(KEYS)[["kendall_tau", "seconds"]]


def summary(before, after):
    """Return the table, a row a predictor, of the fits that both versions made.

    Parameters
    ----------
    before, after : DataFrame
        As ``read_fits`` returns them.

    Returns
    -------
    DataFrame
        The predictor that took longest first.
    """
    both = before.add_suffix("_before").join(after, how="inner")
    both["difference"] = both["kendall_tau"] - both["kendall_tau_before"]
    differences = both.groupby("predictor")["difference"]
    tasks = both.groupby(["predictor", "combination", "seed"])[["seconds_before", "seconds"]].sum()
    seconds = tasks.groupby("predictor").mean()
    table = pd.DataFrame(
        {
            "fits": differences.size(),
            "tau_difference": differences.mean(),
            "standard_error": differences.sem(),
            "before_seconds": seconds["seconds_before"],
            "seconds": seconds["seconds"],
        }
    )
    return table.sort_values("before_seconds", ascending=False).reset_index()


def parse(arguments=None):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("before", type=Path, help="results/<run> of the other version")
    parser.add_argument("after", type=Path, help="results/<run> of this version")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/versions.csv"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(parse())
