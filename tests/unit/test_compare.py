"""The paper's numbers, and ours beside them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hwpred.figures import style
from hwpred.figures.paper import COLUMNS, FIGURES, PREDICTORS, combination_of, compare, curves_of_space
from hwpred.tables import COLUMNS as TABLE_COLUMNS

PAPER = Path(__file__).parents[2] / "data" / "paper"


@pytest.fixture(scope="module")
def tables():
    return pd.read_csv(PAPER / "paper_tables.csv")


def evaluation(*rows):
    """An evaluation table with (predictor, train_size, tau) and another measure that must not be taken."""
    rows = [
        (predictor, size, measure, value, 0, value, value, value, 50)
        for predictor, size, tau in rows
        for measure, value in (("pearson", -1.0), ("kendall_tau", tau))
    ]
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS["evaluation"]))


def test_data_sets_are_combinations(tables):
    datasets = {(row.table, row.dataset): combination_of(row.table, row.dataset) for row in tables.itertuples()}
    assert len(set(datasets.values())) == 32
    assert datasets["table3", "cifar10-pixel3 latency"] == "nasbench201-cifar10-pixel3-latency"
    eyeriss = datasets["table3", "ImageNet16-120-eyeriss arith. int."]
    assert eyeriss == "nasbench201-ImageNet16-120-eyeriss-arithmetic_intensity"
    assert datasets["table4", "room layout"] == "transnas_macro-room_layout-v100-latency"


def test_ours_stands_beside_the_papers(tables):
    ours = evaluation(("lin_reg", 11, 0.4), ("lin_reg", 12, 0.9), ("xgb", 15000, 0.88), ("lookup", 25, 0.47))
    comparison = compare(tables, {"nasbench201-cifar10-pixel3-latency": ours, "fbnet-a-b-c": ours})
    assert list(comparison.columns) == COLUMNS
    assert comparison["train_size"].tolist() == ["11", "15000", "all"]
    assert comparison["predictor"].tolist() == ["lin_reg", "xgb", "lookup"]
    assert comparison["paper"].tolist() == [0.388, 0.878, 0.475]
    np.testing.assert_allclose(comparison["difference"], [0.012, 0.002, -0.005], atol=1e-12)


def test_a_skipped_predictor_has_no_row(tables):
    comparison = compare(tables, {"transnas_macro-jigsaw-v100-latency": evaluation(("lookup", 21, 0.7))})
    assert comparison["predictor"].tolist() == ["lookup"]


def test_nothing_in_common_is_an_error(tables):
    with pytest.raises(ValueError, match="none of fbnet-a-b-c with this run's predictors"):
        compare(tables, {"fbnet-a-b-c": evaluation(("lin_reg", 11, 0.4))})


def test_curves_behind_ours():
    curves = pd.read_csv(PAPER / "paper_curves.csv")
    assert curves_of_space(curves, "fbnet") is None
    for space in FIGURES:
        rows = curves_of_space(curves, space)
        assert set(rows["predictor"]) <= set(style.LOOKS)
        assert rows["kendall_tau"].between(-0.1, 1).all()
    assert set(PREDICTORS.values()) <= set(rows["predictor"])
