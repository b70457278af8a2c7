"""The same seed gives the same numbers: in other blocks, with other threads, and whatever the hashes of texts are."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from arrangements import PREDICTORS, fits

from hwpred.predictors.registry import REGISTRY
from hwpred.tables import read_table

SECONDS = ["fit_seconds", "search_seconds", "predict_seconds"]
LAST_BITS = 1e-5
"""By which metrics may differ where torch computes, which sums up a stack of one in another order than one of many."""

RANKS = ["kendall_tau", "spearman", "precision_at_10", "precision_at_20"]
A_PAIR = 0.01
"""By which metrics of ranks may differ there: of two predictions that are equal but for rounding, either is larger."""

CHAINS = {"bohamiann": 0.01}
"""The same of predictors whose thousands of steps, one after the other, make the last bit larger."""


@pytest.fixture(scope="module")
def together():
    return fits([[0, 1]])


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """The same fits, a block for each seed, by a process of other threads and hashes."""
    output = tmp_path_factory.mktemp("apart") / "fits.parquet"
    script = Path(__file__).with_name("arrangements.py")
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "2",
        "MKL_NUM_THREADS": "2",
        "PYTHONHASHSEED": "7",
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    subprocess.run([sys.executable, script, output, "1", "0"], env=environment, check=True)
    return read_table(output, "fits")


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_blocks_threads_and_hashes_change_no_number(together, apart, predictor):
    one, other = (
        table[table["predictor"] == predictor].drop(columns=SECONDS).reset_index(drop=True)
        for table in (together, apart)
    )
    assert len(one) == 2
    assert one["mae"].nunique() == len(one)
    numbers = one.select_dtypes("number").columns
    pd.testing.assert_frame_equal(one.drop(columns=numbers), other.drop(columns=numbers))
    if not REGISTRY[predictor].on_torch:
        np.testing.assert_array_equal(one[numbers], other[numbers])
        return
    for columns, tolerance in ((RANKS, A_PAIR), (numbers.difference(RANKS), CHAINS.get(predictor, LAST_BITS))):
        np.testing.assert_allclose(one[columns], other[columns], rtol=tolerance, atol=tolerance)
