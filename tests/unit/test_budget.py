import numpy as np
import pandas as pd
import pytest

from hwpred.figures.budget import advice, minutes_text, plot_budget
from hwpred.selection.budget import (
    ADAPTIVE,
    MEASURE,
    PREDICT,
    VERIFY,
    best_by_budget,
    budgets,
    measure_only,
    offers,
)
from hwpred.selection.space import Space

ARCHITECTURES = 300


@pytest.fixture(scope="module")
def space():
    rng = np.random.default_rng(0)
    metric = rng.normal(size=ARCHITECTURES)
    return Space(np.arange(ARCHITECTURES), 50 + 5 * metric + rng.normal(size=ARCHITECTURES), metric)


@pytest.fixture(scope="module")
def offered(space):
    one = {"predictor": "lin_reg", "architectures": ARCHITECTURES, "best_hypervolume": 2.0}
    selections = pd.DataFrame(
        [
            {
                **one,
                "train_size": size,
                "seed": seed,
                "verification": way,
                "verified": m,
                "mra": mra + seed,
                "hypervolume": hv,
            }
            for size, gain in ((10, 0.0), (50, 0.2))
            for seed in (0, 1)
            for way, m, mra, hv in (
                ("none", 0, 2.0, 1.0 + gain),
                ("selected", 7, 1.0, 1.0 + gain),
                ("promising", 20, 0.5, 1.5 + gain),
            )
        ]
    )
    adaptive = pd.DataFrame([{**one, "train_size": 40, "seed": 0, "mra": 0.1, "hypervolume": 1.9, "seconds": 3.0}])
    seconds = {"fit_seconds": 1.0, "search_seconds": 2.0, "predict_seconds": 0.01}
    fits = pd.DataFrame([{"predictor": "lin_reg", "train_size": size, **seconds} for size in (10, 10, 50, 50)])
    return offers(selections, adaptive, fits, space, 6.0, ("t",))


def test_an_offer_costs_measuring_search_fit_and_prediction(offered):
    by = offered.set_index(["strategy", "train_size", "verified"])
    assert by.loc[(PREDICT, 10, 0), "seconds"] == pytest.approx(10 * 6 + 3 + 0.01 * ARCHITECTURES)
    assert by.loc[(VERIFY, 50, 20), "seconds"] == pytest.approx(70 * 6 + 3 + 0.01 * ARCHITECTURES)
    assert by.loc[(ADAPTIVE, 40, 0), "seconds"] == pytest.approx(40 * 6 + 3)
    assert by.loc[(VERIFY, 50, 20), "retained_mean"] == pytest.approx(85)
    assert by.loc[(PREDICT, 10, 0), ["mra_mean", "mra_std", "seeds"]].tolist() == [2.5, pytest.approx(0.5**0.5), 2]
    assert np.isnan(by.loc[(ADAPTIVE, 40, 0), "mra_std"])
    assert set(offered["strategy"]) == {MEASURE, PREDICT, VERIFY, ADAPTIVE}


def test_measuring_more_at_random_keeps_more(space):
    rows = measure_only(space, ("t",)).groupby("train_size")[["mra", "hypervolume"]].mean()
    assert rows["hypervolume"].is_monotonic_increasing
    assert rows["mra"].iloc[0] > rows["mra"].iloc[-1]


def test_budgets_choose_the_best_that_they_pay_for(offered):
    best = best_by_budget(offered, [0.5, 2, 5, 9])
    assert set(best.query("minutes == 0.5")["strategy"]) == {MEASURE}
    assert best.query("minutes == 2 and strategy == @PREDICT")["train_size"].tolist() == [10]
    assert best.query("minutes == 9 and strategy == @VERIFY")[["train_size", "verified"]].to_numpy().tolist() == [
        [50, 20]
    ]
    assert (best["seconds"] <= 60 * best["minutes"]).all()
    gains = best.groupby(["strategy", "predictor"])["retained_mean"]
    assert all(values.is_monotonic_increasing for _, values in gains)


def test_budgets_are_round_and_span_the_space():
    assert budgets(6, 1000) == [1, 2, 5, 10, 20, 50, 100]
    assert budgets(0.2, 15_625)[0] == pytest.approx(0.05)


@pytest.mark.parametrize("count", [2, 3, 5, 60])
def test_few_architectures_have_budgets_and_a_figure(count):
    few = Space(np.arange(count), 50.0 + np.arange(count), np.arange(count) / 2)
    rows = measure_only(few, ("t",))
    assert rows["train_size"].between(1, count).all()
    offered = rows.groupby("train_size", as_index=False)[["mra", "hypervolume"]].mean()
    offered = offered.rename(columns={"mra": "mra_mean"}).assign(
        strategy=MEASURE, predictor="", verified=0, seconds=lambda table: 6.0 * table["train_size"]
    )
    offered = offered.assign(mra_std=0.0, retained_mean=90.0, retained_std=0.0, seeds=100)
    best = best_by_budget(offered, budgets(6, count))
    figure = plot_budget(best, advice(best, count), "one", 6.0)
    assert figure.texts[0].get_text() == "What should a time budget be spent on?"


def test_advice_is_a_sentence_for_each_budget(offered):
    with_predictor = offered[offered["strategy"] != MEASURE]
    assert advice(best_by_budget(with_predictor, [2, 5]), ARCHITECTURES)["advice"].tolist() == [
        "2 min: measure 10 at random, fit Lin. Reg., predict 300; "
        "expect to lose 2.50 ± 0.71 points of accuracy, and to keep 50.00 % of the hypervolume",
        "5 min: measure 40 in turns, those that Lin. Reg. finds promising; "
        "expect to lose 0.10 points of accuracy, and to keep 95.00 % of the hypervolume",
    ]


def test_figure_says_what_a_measurement_takes(offered):
    best = best_by_budget(offered, [0.5, 2, 5, 9])
    figure = plot_budget(best, advice(best, ARCHITECTURES), "one", 6.0)
    assert any("6 s a measurement" in text.get_text() for text in figure.texts)


def test_without_a_time_nothing_is_advised(offered):
    none = best_by_budget(offered, [])
    assert none.empty
    assert advice(none, ARCHITECTURES).empty
    figure = plot_budget(none, none, "one", None)
    assert any("seconds_per_measurement" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize(("minutes", "text"), [(0.05, "3 s"), (2, "2 min"), (200, "3.33 h")])
def test_durations_are_written_in_their_unit(minutes, text):
    assert minutes_text(minutes) == text
