"""The comparison of two versions, on fits that are made up."""

import pandas as pd
import pytest
from load_script import load_script

versions = load_script("versions", "benchmarks")


def write_fits(run, taus, seconds):
    folder = run / "fits" / "nasbench201-cifar10-pixel3-latency" / "mlp"
    folder.mkdir(parents=True)
    table = pd.DataFrame({"train_size": [11, 25] * 2, "seed": [0, 0, 1, 1], "kendall_tau": taus, "test_size": 100})
    table = table.assign(predictor="mlp", fit_seconds=seconds, search_seconds=1.0, predict_seconds=0.01)
    table.to_parquet(folder / "0-1.parquet")


def test_the_same_fits_are_compared(tmp_path):
    write_fits(tmp_path / "before", [0.5, 0.6, 0.5, 0.6], seconds=2.0)
    write_fits(tmp_path / "after", [0.5, 0.7, 0.5, 0.6], seconds=1.0)
    row = versions.summary(*(versions.read_fits(tmp_path / name) for name in ("before", "after"))).iloc[0]
    assert row["fits"] == 4
    assert row["tau_difference"] == pytest.approx(0.025)
    assert row["standard_error"] == pytest.approx(0.025)
    assert row["before_seconds"] == pytest.approx(2 * (2 + 1 + 1)), "two sizes, with search and test"
    assert row["seconds"] == pytest.approx(2 * (1 + 1 + 1))
