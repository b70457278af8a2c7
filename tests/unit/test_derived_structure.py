"""Structured Gaussian processes on structure of either origin, and the table that compares them."""

import numpy as np
import pandas as pd
import pytest

from hwpred.findings.derived_structure import derived_table
from hwpred.predictors.constraints import check_hyperparameters
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.transfer_gp import TransferGaussianProcess
from hwpred.spaces import get_space
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid


@pytest.fixture
def data():
    operations = get_space("transnas_macro").enumerate()[::20]
    target = operations @ np.arange(1.0, 7)
    target = (target - target.mean()) / target.std()
    others = np.stack([target, -target], axis=1)
    return Data(
        "transnas_macro-a-b-latency", "transnas_macro", "smaller", np.arange(len(target)), operations, target, others
    )


@pytest.mark.parametrize("cls", [StructuredGaussianProcess, TransferGaussianProcess])
def test_a_hyperparameter_says_which_structure_is_seen(data, cls):
    by_hand, derived = (cls.encode_for(data, {"structure": kind}) for kind in ("hand_written", "derived"))
    assert "modules/part_costs" in by_hand.blocks
    assert "parts/part_costs" in derived.blocks
    # What networks alone tell is better in this space, and so the default.
    assert set(cls.encode_for(data, {"believed": 0.5}).blocks) == set(derived.blocks)


def test_fits_of_a_grid_see_it(data):
    grid = {"seeds": (0,), "train_sizes": (20,), "test_size": 50, "hpo_configurations": 1, "hpo_samples": 20}
    settings = {**grid, "run_seed": 1, "prediction_seeds": 1, "default_seeds": 0}
    predictions = [
        fit_grid("structured_gp", data, Settings(**settings, hyperparameters={"structure": structure}))[1]["prediction"]
        for structure in ("derived", "hand_written")
    ]
    assert not np.allclose(*predictions)
    default = fit_grid("structured_gp", data, Settings(**settings))[1]["prediction"]
    np.testing.assert_array_equal(default, predictions[0])


def test_another_structure_is_refused():
    with pytest.raises(
        ValueError, match=r"structured_gp.structure is 'graph'; it must be one of best, hand_written, derived"
    ):
        check_hyperparameters("structured_gp", {"structure": "graph"})


def test_gains_are_between_equal_training_sets():
    fits = pd.DataFrame(
        {"combination": "a", "train_size": [11, 11, 25], "seed": [0, 1, 0], "kendall_tau": [0.5, 0.7, 0.9]}
    )
    table = derived_table(fits, fits.assign(kendall_tau=[0.4, 0.7, 0.9])).set_index("train_size")
    assert table.loc[11, ["seeds", "hand_written", "derived", "gain"]].tolist() == pytest.approx([2, 0.55, 0.6, 0.05])
    assert table.loc[11, "standard_error"] == pytest.approx(0.05)
    assert table.loc[25, "gain"] == 0
