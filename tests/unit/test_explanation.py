"""What structured_gp tells: shares that add up, costs that were put in, intervals that are counted; and its figures."""

import numpy as np
import pytest

from hwpred.explanation import LEVELS, calibration, explain, operation_costs
from hwpred.figures.explanation import KEY, calibration_table, plot_calibration, plot_explanation
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.data import Data

OPERATIONS = get_space("nasbench201").enumerate()[:500]
COSTS = np.array([0, 0.1, 1, 3, 0.5])
LATENCY = COSTS[OPERATIONS].sum(axis=1) + 0.05 * np.random.default_rng(0).normal(size=500)
DEVIATION = LATENCY.std()
DATA = Data("c", "nasbench201", "smaller", np.arange(500), OPERATIONS, (LATENCY - LATENCY.mean()) / DEVIATION)
SETTINGS = {"run_seed": 0, "seeds": 2, "train_sizes": [10, 60], "test_size": 200, "design": "random"}


@pytest.fixture(scope="module")
def explanation():
    return explain(DATA, DEVIATION, {**SETTINGS, "hyperparameters": {"evaluations": 20}})


def test_costs_are_those_that_were_put_in(explanation):
    costs = explanation.query("kind == 'cost' and train_size == 60").groupby("part")["value"].mean()
    for i, name in enumerate(get_space("nasbench201").operations[0]):
        told = [costs[f"{position}/{name}"] for position in range(6)]
        np.testing.assert_allclose(told, COSTS[i] - COSTS.mean(), atol=0.15)


def test_shares_add_up_and_fall_to_what_all_networks_share(explanation):
    shares = explanation.query("kind == 'share' and train_size == 60")
    np.testing.assert_allclose(shares.groupby("seed")["value"].sum(), 1)
    linear = shares[shares["part"].str.contains("(?:size|costs|counts) linear")]
    assert (linear.groupby("seed")["value"].sum() > 0.8).all()


def test_coverage_counts_what_lies_within():
    model = StructuredGaussianProcess().fit(structured("nasbench201", OPERATIONS[:50]), DATA.target[:50], None)
    x = structured("nasbench201", OPERATIONS[50:54])
    steps = np.array([0, 0.7, 1.5, 3]) * model.calibrated_std(x)
    found = calibration(model, x, model.predict(x) + steps)
    assert list(found["coverage"].values()) == [0.25, 0.5, 0.75]
    assert found["spread"]["residuals"] == pytest.approx(np.std([0, 0.7, 1.5, 3]))
    assert LEVELS == (0.5, 0.8, 0.95)


def test_figures_say_what_they_show(explanation):
    table = calibration_table(explanation.assign(combination="c"))
    assert list(table) == [*KEY, "coverage_50", "coverage_80", "coverage_95", "residual_spread", "seeds"]
    assert table["seeds"].eq(2).all()
    assert table["train_size"].tolist() == [10, 60]
    one = explanation[explanation["train_size"] == 60].groupby(["kind", "part"])["value"].mean()
    assert table.loc[1, "coverage_95"] == pytest.approx(100 * one["coverage", "0.95"])
    assert table.loc[1, "residual_spread"] == pytest.approx(one["spread", "residuals"])
    assert [axes.get_title() for axes in plot_calibration(table).axes][-1] == "spread of errors"
    figure = plot_explanation(explanation, {"combination": "c", "unit": "ms"})
    words = " ".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))
    assert "nor_conv_3x3" in words
    assert "60 measurements" in words
    assert "cost (ms)" in words


@pytest.mark.parametrize(
    ("key", "absent"),
    [
        ("mnasnet", {f"{4 * b + 2}/l4" for b in range(7) if b != 5}),
        ("transnas_macro", {f"{p}/missing" for p in range(4)}),
    ],
)
def test_what_a_space_does_not_have_costs_nothing(key, absent):
    space = get_space(key)
    operations = space.draw(200, np.random.default_rng(0))
    x = structured(key, operations)
    y = x.blocks["drawn/costs"].sum(axis=1)
    model = StructuredGaussianProcess(evaluations=4).fit(x[:60], (y[:60] - y.mean()) / y.std())
    costs = operation_costs(model, key, operations, 1.0)
    assert set(costs) == {f"{p}/{name}" for p, names in enumerate(space.operations) for name in names} - absent
    assert np.isfinite(list(costs.values())).all()
