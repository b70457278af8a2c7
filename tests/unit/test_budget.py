import numpy as np
import pandas as pd
import pytest

from hwpred.answer.spending import EVERYTHING, advise
from hwpred.figures.budget import minutes_text, plot_budget
from hwpred.selection.budget import (
    ADAPTIVE,
    MEASURE,
    PREDICT,
    VERIFY,
    best_by_budget,
    budgets,
    measure_only,
    offers,
    ways,
)
from hwpred.selection.ranked import RankedArchitectures
from hwpred.tables import read_table, write_table

ARCHITECTURES = 300


@pytest.fixture(scope="module")
def space():
    rng = np.random.default_rng(0)
    metric = rng.normal(size=ARCHITECTURES)
    return RankedArchitectures(np.arange(ARCHITECTURES), 50 + 5 * metric + rng.normal(size=ARCHITECTURES), metric)


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
    by = ways(offered).set_index(["strategy", "train_size", "verified"])
    assert by.loc[(PREDICT, 10, 0), "seconds"] == pytest.approx(10 * 6 + 3 + 0.01 * ARCHITECTURES)
    assert by.loc[(VERIFY, 50, 20), "seconds"] == pytest.approx(70 * 6 + 3 + 0.01 * ARCHITECTURES)
    assert by.loc[(ADAPTIVE, 40, 0), "seconds"] == pytest.approx(40 * 6 + 3)
    assert by.loc[(VERIFY, 50, 20), "hypervolume_percent_mean"] == pytest.approx(85)
    assert by.loc[(PREDICT, 10, 0), ["mra_mean", "mra_std", "seeds"]].tolist() == [2.5, pytest.approx(0.5**0.5), 2]
    assert np.isnan(by.loc[(ADAPTIVE, 40, 0), "mra_std"])
    assert set(offered["strategy"]) == {MEASURE, PREDICT, VERIFY, ADAPTIVE}


def test_offers_are_a_table(offered, tmp_path):
    write_table(offered, tmp_path / "c.parquet", "offers", {})
    pd.testing.assert_frame_equal(read_table(tmp_path / "c.parquet", "offers"), offered, check_dtype=False)


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
    gains = best.groupby(["strategy", "predictor"])["hypervolume_percent_mean"]
    assert all(values.is_monotonic_increasing for _, values in gains)


def test_budgets_are_round_and_span_the_space():
    assert budgets(6, 1000) == [1, 2, 5, 10, 20, 50, 100]
    assert budgets(0.2, 15_625)[0] == pytest.approx(0.05)


@pytest.mark.parametrize("count", [2, 3, 5, 60])
def test_few_architectures_have_budgets_and_a_figure(count):
    few = RankedArchitectures(np.arange(count), 50.0 + np.arange(count), np.arange(count) / 2)
    rows = measure_only(few, ("t",))
    assert rows["train_size"].between(1, count).all()
    offered = rows.assign(
        strategy=MEASURE, predictor="", verified=0, seconds=6.0 * rows["train_size"], hypervolume_percent=90.0
    )
    best = best_by_budget(offered, budgets(6, count))
    advised = advise(offered, count, 6.0, budgets(6, count))
    assert advised["strategy"].iloc[-1] == EVERYTHING
    figure = plot_budget(best, best, advised, "one", 6.0)
    assert figure.texts[0].get_text() == "What should a time budget be spent on?"


def many_offers(rng, means, seeds, scatter):
    """Return ways, each dearer than the one before; what they keep is a matter of luck, too."""
    rows = [
        {"strategy": VERIFY, "predictor": "gp" if way % 2 else "rf", "train_size": 10 + way, "verified": 8,
         "seed": seed, "seconds": 60.0 + way, "mra": 1.0, "hypervolume_percent": mean + scatter * rng.normal()}
        for way, mean in enumerate(means) for seed in range(seeds)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_of_ways_that_are_as_good_none_is_praised_and_the_cheapest_advised():
    rng, luckiest, judged, tied = np.random.default_rng(0), [], [], []
    for _ in range(12):
        offered = many_offers(rng, np.full(40, 95.0), 4, 0.5)
        luckiest.append(ways(offered)["hypervolume_percent_mean"].max())
        judged.append(best_by_budget(offered, [60.0], by=["strategy"])["hypervolume_percent_mean"].iloc[0])
        advised = advise(offered, 10_000, 6.0, [60.0]).iloc[0]
        assert advised["hypervolume_percent_low"] < 95.3
        tied.append(advised["tied"])
    assert np.mean(luckiest) > 95.4
    assert abs(np.mean(judged) - 95) < 0.25
    assert np.mean(tied) > 38
    assert "the cheapest of " in advised["advice"]
    assert " of 40 ways that cannot be told from the best (with " in advised["advice"]


def test_a_way_that_is_better_is_the_advice():
    means = np.full(40, 95.0)
    means[30] = 99
    advised = advise(many_offers(np.random.default_rng(0), means, 4, 0.2), 10_000, 6.0, [1.1, 60.0])
    assert advised["train_size"].tolist()[1:] == [40, 10_000]
    assert (
        "1 h: measure 40 at random, fit Random forest, predict 10,000, measure the 8 most promising (1.5 min); "
        in (advised["advice"].iloc[1])
    )
    assert "clearly the best; expect to keep 9" in advised["advice"].iloc[1]


def test_one_seed_is_not_judged():
    advised = advise(many_offers(np.random.default_rng(0), np.full(9, 95.0), 1, 0.5), 10_000, 6.0, [60.0]).iloc[0]
    assert "best by one seed, which cannot judge it" in advised["advice"]
    assert np.isnan(advised[["hypervolume_percent", "hypervolume_percent_low"]].astype(float)).all()


def test_measuring_everything_is_the_advice_where_the_budget_pays_for_it(offered):
    advised = advise(offered, ARCHITECTURES, 6.0, [2, 40])
    assert advised["minutes"].tolist() == [2, 40]
    assert advised["strategy"].tolist()[1:] == [EVERYTHING]
    assert advise(offered, ARCHITECTURES, 6.0, [2])["advice"].tolist()[1:] == [
        "30 min: measure all 300; nothing is lost"
    ]


def test_figure_says_what_a_measurement_takes(offered):
    best, leading = best_by_budget(offered, [0.5, 2, 5, 9]), best_by_budget(offered, [0.5, 2, 5, 9], by=["strategy"])
    figure = plot_budget(best, leading, advise(offered, ARCHITECTURES, 6.0, [0.5, 2, 5, 9]), "one", 6.0)
    assert any("6 s a measurement" in text.get_text() for text in figure.texts)
    assert any("cannot judge" in text.get_text() for text in figure.texts)


def test_without_a_time_nothing_is_advised(offered):
    none = best_by_budget(offered, [])
    assert none.empty
    figure = plot_budget(none, none, none, "one", None)
    assert any("seconds_per_measurement" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize(("minutes", "text"), [(0.05, "3 s"), (2, "2 min"), (200, "3.33 h")])
def test_durations_are_written_in_their_unit(minutes, text):
    assert minutes_text(minutes) == text
