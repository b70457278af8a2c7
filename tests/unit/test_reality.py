import numpy as np
import pandas as pd
import pytest
from load_script import load_script

from hwpred.figures.reality import plot_reality
from hwpred.selection.deviation_model import EDGES, OneHot, bins_of, draw_like, shape_of
from hwpred.selection.reality import FITTED, MIXTURE, MIXTURE_AT_TAU, REAL, Comparison, how_far_off, std_at_tau
from hwpred.selection.space import Space
from hwpred.spaces import get_space
from hwpred.tables import write_table

OPERATIONS = get_space("nasbench201").enumerate()
N = len(OPERATIONS)


@pytest.fixture(scope="module")
def one_hot():
    return OneHot(OPERATIONS)


@pytest.fixture(scope="module")
def metric():
    return np.random.default_rng(0).normal(size=N)


def test_bins_are_shares_of_the_architectures(metric):
    shares = np.bincount(bins_of(metric)) / N
    np.testing.assert_allclose(shares, np.diff(EDGES), atol=1e-3)
    assert metric[bins_of(metric) == 0].max() < metric[bins_of(metric) == 1].min()


def test_share_of_alike_networks(one_hot):
    rng = np.random.default_rng(1)
    linear = one_hot.draw(rng)
    assert linear.std() == pytest.approx(1)
    assert one_hot.share(linear) == pytest.approx(1)
    assert one_hot.share(rng.normal(size=N)) < 0.01
    assert one_hot.share(linear + rng.normal(size=N)) == pytest.approx(0.5, abs=0.02)


def test_drawn_deviations_have_the_shape_that_they_were_fitted_to(metric, one_hot):
    rng = np.random.default_rng(2)
    spread = np.where(bins_of(metric) < 4, 0.1, 1.0)
    deviation = 0.3 * (np.where(bins_of(metric) > 10, 2, 0) + spread * rng.standard_t(4, N))
    shape = shape_of(bins_of(metric), deviation, one_hot)
    drawn = draw_like([shape], bins_of(metric), 0.6, one_hot, rng)
    assert drawn.std() == pytest.approx(0.6)
    again = shape_of(bins_of(metric), drawn, one_hot)
    np.testing.assert_allclose(again.mean, shape.mean, atol=0.2)
    np.testing.assert_allclose(again.spread, shape.spread, rtol=0.25, atol=0.03)


def test_draws_take_the_shapes_that_deviate_about_as_much(metric, one_hot):
    rng = np.random.default_rng(3)
    low = np.where(bins_of(metric) == 6, 1.0, 0.0) + 1e-3 * rng.normal(size=N)
    shapes = [
        shape_of(bins_of(metric), scale * (low if scale < 1 else rng.normal(size=N)), one_hot)
        for scale in [0.1] * 8 + [10] * 8
    ]
    drawn = draw_like(shapes, bins_of(metric), 0.12, one_hot, rng)
    assert drawn[bins_of(metric) == 6].mean() > 5 * np.abs(drawn[bins_of(metric) == 2]).mean()


def test_no_deviations_have_no_shape(metric, one_hot):
    with pytest.raises(ValueError, match="no shape"):
        shape_of(bins_of(metric), np.zeros(N), one_hot)


@pytest.fixture(scope="module")
def comparison(metric):
    rng = np.random.default_rng(4)
    space = Space(np.arange(N), 60 + 5 * metric + rng.normal(0, 5, N), metric)
    simulation = pd.DataFrame(
        {"architectures": [9, N, N, N], "deviation_std": [0, 0, 0.5, 1], "kendall_tau": [9, 1, 0.7, 0.5]}
    )
    return space, Comparison(space, OPERATIONS[space.architecture], std_at_tau(simulation), ("t",))


def test_the_mixture_follows_tau_or_std(comparison):
    space, compare = comparison
    believed = space.metric + np.random.default_rng(5).normal(0, 0.4, N)
    shape = shape_of(bins_of(space.metric), believed - space.metric, compare.one_hot)
    rows = pd.DataFrame(compare.compare(("lin_reg", 5, 0), believed, [shape])).set_index("kind")
    assert set(rows.index) == {REAL, MIXTURE, MIXTURE_AT_TAU, FITTED}
    np.testing.assert_allclose(rows.loc[[REAL, MIXTURE, FITTED], "deviation_std"], 0.4, rtol=0.02)
    tau = rows.loc[REAL, "kendall_tau"]
    assert rows.loc[MIXTURE_AT_TAU, "deviation_std"] == pytest.approx(np.interp(tau, [0.5, 0.7, 1], [1, 0.5, 0]))
    # The shape of these very deviations is known, so what they cost is, too.
    assert rows.loc[FITTED, "mra_all"] == pytest.approx(rows.loc[REAL, "mra_all"], rel=0.5)
    assert set(pd.DataFrame(compare.compare(("lin_reg", 5, 0), believed, []))["kind"]) == {
        REAL,
        MIXTURE,
        MIXTURE_AT_TAU,
    }


def test_errors_are_those_of_the_means(comparison):
    one = {"combination": "c", "train_size": 5, "family": "linear", "kendall_tau": 0.9, "deviation_std": 1.0, "seed": 0}
    rows = [
        {**one, "kind": kind, "predictor": predictor, "mra_all": value, "mra_pareto": value, "lost": value}
        for kind, values in ((REAL, (1, 3)), (MIXTURE, (4, 4)), (FITTED, (1, 1)))
        for predictor, value in zip(("lin_reg", "ridge_reg"), values, strict=True)
    ]
    errors = how_far_off(pd.DataFrame(rows)).set_index(["measure", "kind"])
    assert errors.loc[("mra_all", MIXTURE), ["ratio", "error", "cases"]].tolist() == [2, 2, 1]
    assert errors.loc[("lost", FITTED), ["ratio", "error"]].tolist() == [0.5, 1]
    words = " ".join(text.get_text() for text in plot_reality(pd.DataFrame(rows)).texts)
    assert "1 combination." in words


def test_combinations_of_a_space_may_have_other_architectures(tmp_path, metric):
    script, rng = load_script("compare_with_simulation"), np.random.default_rng(6)

    def combination(name, architecture):
        space = Space(architecture, 60 + 5 * metric[architecture], metric[architecture])
        columns = {"train_size": 5, "seed": 0, "architecture": architecture, "measured": False}
        fit = pd.DataFrame({**columns, "prediction": space.metric + rng.normal(0, 0.4, len(space))})
        write_table(fit, tmp_path / name, "space_predictions", {"predictor": "lin_reg"})
        return space, OneHot(OPERATIONS[architecture]), 1, [tmp_path / name]

    own, other = combination("a.parquet", np.arange(3, N)), combination("b.parquet", np.arange(N))
    comparison = Comparison(own[0], OPERATIONS[3:], lambda tau: 0.4, ("t",))
    rows = script.compare(own[0], 1, own[3], [other], comparison)
    assert set(rows["kind"]) == {REAL, MIXTURE, MIXTURE_AT_TAU, FITTED}
