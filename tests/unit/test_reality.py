import numpy as np
import pandas as pd
import pytest

from hwpred.figures.reality import plot_reality
from hwpred.metrics import kendall_tau
from hwpred.selection.deviations import draw_calibrated
from hwpred.selection.ranked import RankedArchitectures
from hwpred.selection.reality import CALIBRATED, MIXTURE, MIXTURE_AT_TAU, REAL, Comparison, how_far_off, std_at_tau
from hwpred.spaces import get_space

N = get_space("nasbench201").architectures


@pytest.fixture(scope="module")
def metric():
    return np.random.default_rng(0).normal(size=N)


@pytest.mark.parametrize("tau", [0.3, 0.8])
def test_a_calibrated_predictor_reaches_its_tau_and_errs_whatever_it_predicts(metric, tau):
    deviation = draw_calibrated(metric, tau, np.random.default_rng(1))
    assert kendall_tau(metric, metric + deviation) == pytest.approx(tau, abs=0.01)
    assert np.corrcoef(metric + deviation, deviation)[0, 1] == pytest.approx(0, abs=0.03)
    assert deviation.std() == pytest.approx(metric.std() * np.cos(np.pi / 2 * tau), rel=0.03)


def test_without_correlation_all_orders_are_alike(metric):
    believed = metric + draw_calibrated(metric, -0.2, np.random.default_rng(2))
    assert kendall_tau(metric, believed) == pytest.approx(0, abs=0.02)
    assert len(np.unique(believed)) == N


@pytest.fixture(scope="module")
def comparison(metric):
    rng = np.random.default_rng(4)
    space = RankedArchitectures(np.arange(N), 60 + 5 * metric + rng.normal(0, 5, N), metric)
    simulation = pd.DataFrame(
        {"architectures": [9, N, N, N], "deviation_std": [0, 0, 0.5, 1], "kendall_tau": [9, 1, 0.7, 0.5]}
    )
    return space, Comparison(space, std_at_tau(simulation), ("t",))


def test_the_mixture_follows_tau_or_std(comparison):
    space, compare = comparison
    believed = space.metric + np.random.default_rng(5).normal(0, 0.4, N)
    rows = pd.DataFrame(compare.compare(("lin_reg", 5, 0), believed)).set_index("kind")
    assert set(rows.index) == {REAL, MIXTURE, MIXTURE_AT_TAU, CALIBRATED}
    np.testing.assert_allclose(rows.loc[[REAL, MIXTURE], "deviation_std"], 0.4, rtol=0.02)
    tau = rows.loc[REAL, "kendall_tau"]
    assert rows.loc[MIXTURE_AT_TAU, "deviation_std"] == pytest.approx(np.interp(tau, [0.5, 0.7, 1], [1, 0.5, 0]))
    # Noise on the metric is in the same order as a calibrated predictor's.
    assert rows.loc[CALIBRATED, "mra_all"] == pytest.approx(rows.loc[REAL, "mra_all"], rel=0.5)


def test_errors_are_those_of_the_means(comparison):
    one = {"combination": "c", "train_size": 5, "family": "linear", "kendall_tau": 0.9, "deviation_std": 1.0, "seed": 0}
    rows = [
        {
            **one,
            "kind": kind,
            "predictor": predictor,
            "mra_all": value,
            "mra_pareto": value,
            "hypervolume_lost_percent": value,
        }
        for kind, values in ((REAL, (1, 3)), (MIXTURE, (4, 4)), (CALIBRATED, (1, 1)))
        for predictor, value in zip(("lin_reg", "ridge_reg"), values, strict=True)
    ]
    errors = how_far_off(pd.DataFrame(rows)).set_index(["measure", "kind"])
    assert errors.loc[("mra_all", MIXTURE), ["ratio", "mean_absolute_error", "cases"]].tolist() == [2, 2, 1]
    assert errors.loc[("hypervolume_lost_percent", CALIBRATED), ["ratio", "mean_absolute_error"]].tolist() == [0.5, 1]
    words = " ".join(text.get_text() for text in plot_reality(pd.DataFrame(rows)).texts)
    assert "1 combination." in words


def test_the_mixture_is_that_of_the_simulation_whatever_the_order_of_the_space(metric):
    """Neighbours in the index are alike in some spaces, which the simulation knows nothing of."""
    architectures = np.random.default_rng(6).permutation(N)
    orders = {"index": np.arange(N), "shuffled": architectures}
    drawn = {
        name: Comparison(RankedArchitectures(order, -np.arange(N), metric), None, ("t",))._mixture(1.0, ("key",))
        for name, order in orders.items()
    }
    np.testing.assert_array_equal(drawn["index"], drawn["shuffled"])
    assert (drawn["index"][:, 1:] == drawn["index"][:, :-1]).mean() < 0.01
