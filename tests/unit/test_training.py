import json
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hwpred.evaluation import evaluate
from hwpred.predictors.base import Problem
from hwpred.predictors.classical import svm
from hwpred.predictors.classical.linear import LinearRegression, RidgeRegression
from hwpred.predictors.classical.svm import SupportVectorRegression
from hwpred.predictors.search_space import Choice, draw_candidates
from hwpred.seeding import generator
from hwpred.spaces import get_space
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid
from hwpred.training.search import FOLDS, margin, search_hyperparameters
from hwpred.training.splits import Split, check_sizes

SPACE = get_space("nasbench201")
SECONDS = ["fit_seconds", "search_seconds", "predict_seconds"]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    operations = SPACE.enumerate()
    x = SPACE.adjacency_one_hot(operations)
    target = x @ rng.uniform(0, 1, x.shape[1]) + rng.normal(0, 0.1, len(x))
    target = (target - target.mean()) / target.std()
    return Data("nasbench201-t-d-latency", "nasbench201", "smaller", np.arange(len(x)), operations, target)


def settings(seeds=range(4), **changes):
    values = {
        "run_seed": 1,
        "train_sizes": (5, 20, 60),
        "test_size": 100,
        "hpo_configurations": 4,
        "hpo_samples": 30,
        "prediction_seeds": 2,
        "default_seeds": 0,
        "hyperparameters": {},
    }
    return Settings(seeds=tuple(seeds), **{**values, **changes})


def test_training_sets_are_nested_and_apart_from_the_test_set():
    split = Split(200, 50, 1, "c", 0)
    assert set(split.train(10)) < set(split.train(40)) <= set(split.pool)
    assert set(split.test) | set(split.pool) == set(range(200))
    assert len(split.test) == 50


def test_splits_differ_by_seed_and_combination_and_repeat():
    first = Split(200, 50, 1, "c", 0).test
    assert np.array_equal(first, Split(200, 50, 1, "c", 0).test)
    for other in (Split(200, 50, 1, "c", 1), Split(200, 50, 1, "d", 0), Split(200, 50, 2, "c", 0)):
        assert not np.array_equal(first, other.test)


def test_sizes_beyond_the_data_are_named():
    with pytest.raises(ValueError, match="c: train_sizes 60 plus test_sizes 50 exceed its 100 architectures"):
        check_sizes("c", 100, 50, [5, 60])


@pytest.mark.parametrize("predictor", ["ridge_reg", "svmr", "ngb"])
def test_blocks_of_seeds_do_not_change_a_single_bit(predictor, data):
    changes = {"hyperparameters": {"rounds": 20}} if predictor == "ngb" else {}
    whole, whole_predictions, *_ = fit_grid(predictor, data, settings(range(4), **changes))
    parts = [fit_grid(predictor, data, settings(seeds, **changes)) for seeds in ((0,), (1, 2, 3))]
    for all_at_once, index in ((whole, 0), (whole_predictions, 1)):
        joined = pd.concat([part[index] for part in parts])
        by = ["train_size", "seed"] + (["architecture"] if index else [])
        left, right = (
            frame.drop(columns=SECONDS, errors="ignore").sort_values(by).reset_index(drop=True)
            for frame in (all_at_once, joined)
        )
        pd.testing.assert_frame_equal(left, right, check_exact=True)


@pytest.mark.parametrize("space", ["nasbench201", "zoo"])
def test_errors_in_percent_are_those_of_the_metric_in_its_unit(space):
    """Also where targets are logarithms."""
    known = get_space(space)
    operations = known.enumerate()[:300]
    rng = np.random.default_rng(0)
    learnt = known.encode("adjacency_one_hot", operations) @ rng.normal(size=known.encoded_columns) / 10 + 3
    value = np.exp(learnt + rng.normal(0, 0.05, 300)) if known.logarithmic else learnt + rng.normal(0, 0.05, 300)
    shown = np.log(value) if known.logarithmic else value
    target = (shown - shown.mean()) / shown.std()
    data = Data(f"{space}-t-d-latency", known, "smaller", np.arange(300), operations, target, value=value)
    fits, predictions, *_ = fit_grid("gp", data, settings(range(1), train_sizes=(150,), hpo_configurations=1))
    predicted = shown.mean() + shown.std() * predictions["prediction"].to_numpy(float)
    predicted = np.exp(predicted) if known.logarithmic else predicted
    error = np.abs(predicted / value[predictions["architecture"]] - 1)
    row = fits.iloc[0]
    assert row["median_error_percent"] == pytest.approx(100 * np.median(error), rel=1e-3)
    assert row["within_10_percent"] == pytest.approx(np.mean(error <= 0.1), abs=0.02)
    assert 0.8 < row["coverage_95"] <= 1


def test_a_predictor_that_states_no_deviation_has_no_coverage(data):
    fits, *_ = fit_grid("ridge_reg", data, settings(range(1)))
    assert fits["coverage_95"].isna().all()


@pytest.mark.parametrize("space", ["nasbench201", "transnas_macro", "fbnet", "mnasnet"])
@pytest.mark.parametrize("predictor", ["gcn", "nao", "bananas", "gp", "structured_gp"])
def test_every_encoding_of_every_space_goes_through_the_grid(predictor, space):
    """Whatever the blocks of seeds, to float tolerance."""
    rng = np.random.default_rng(0)
    operations = rng.integers(0, get_space(space).sizes, (60, get_space(space).positions)).astype(np.int8)
    data = Data(f"{space}-t-d-latency", space, "smaller", np.arange(60), operations, rng.normal(size=60))
    short = {} if predictor.endswith("gp") else {"most_steps": 5, "least_steps": 1}
    some = {"train_sizes": (5, 20), "test_size": 40, "hpo_configurations": 2, "hyperparameters": short}
    whole, *_ = fit_grid(predictor, data, settings(range(2), **some))
    parts = pd.concat([fit_grid(predictor, data, settings((seed,), **some))[0] for seed in range(2)])
    whole, parts = (frame.sort_values(["train_size", "seed"]) for frame in (whole, parts))
    np.testing.assert_allclose(parts["deviation_std"], whole["deviation_std"], rtol=1e-3)
    assert whole["deviation_std"].nunique() == 4


def test_grid_holds_each_size_and_seed_once_and_predictions_of_the_first_seeds(data):
    fits, predictions, _, skipped = fit_grid("lin_reg", data, settings())
    assert skipped is None
    assert sorted(zip(fits["train_size"], fits["seed"], strict=True)) == [(n, s) for n in (5, 20, 60) for s in range(4)]
    assert set(predictions["seed"]) == {0, 1}
    assert len(predictions) == 3 * 2 * 100
    assert fits.query("train_size == 60")["kendall_tau"].mean() > 0.8


def test_lookup_table_is_fitted_once_and_tested_on_everything(data):
    fits, predictions, *_ = fit_grid("lookup", data, settings((0,)))
    assert fits[["train_size", "test_size"]].to_numpy().tolist() == [[25, 15_625]]
    assert len(predictions) == 15_625


def test_lookup_table_on_a_sampled_space_is_left_out_with_a_reason():
    operations = np.random.default_rng(0).integers(0, 9, (300, 22)).astype(np.int8)
    data = Data("fbnet-i-d-latency", "fbnet", "smaller", np.arange(300), operations, np.arange(300.0))
    fits, predictions, _, skipped = fit_grid("lookup", data, settings((0,)))
    assert len(fits) == len(predictions) == 0
    assert "random sample" in skipped


def test_hyperparameters_of_the_configuration_and_of_the_search_are_recorded(data):
    fits, *_ = fit_grid("ridge_reg", data, settings(hyperparameters={"alpha": 3.0}, hpo_configurations=1))
    assert set(map(json.loads(fits["hyperparameters"][0]).get, ["alpha"])) == {3.0}
    searched, *_ = fit_grid("ridge_reg", data, settings(hpo_configurations=8))
    assert set(searched.query("train_size == 5")["hyperparameters"]) == {"{}"}
    assert searched.query("train_size == 60")["search_seconds"].gt(0).all()


def test_gain_of_the_search_is_over_the_same_fit_without_it(data, monkeypatch):
    """Ridge regression draws nothing, so a run without search has the very fits that the gain is over."""
    monkeypatch.setattr(RidgeRegression.__init__, "__defaults__", (1e4,))
    searched, *_ = fit_grid("ridge_reg", data, settings(default_seeds=3))
    unsearched, *_ = fit_grid("ridge_reg", data, settings(hpo_configurations=1))
    difference = (searched["kendall_tau"] - unsearched["kendall_tau"]).to_numpy()
    compared = (searched["train_size"] >= 10) & (searched["seed"] < 3)
    assert np.abs(difference[compared]).max() > 0
    np.testing.assert_allclose(searched["search_gain"], np.where(compared, difference, np.nan))


def test_evaluation_counts_only_the_seeds_with_a_gain(data):
    fits, *_ = fit_grid("ridge_reg", data, settings(default_seeds=3))
    table = evaluate(fits).set_index(["train_size", "measure"])
    assert table.loc[(20, "search_gain"), "seeds"] == 3
    assert (5, "search_gain") not in table.index


def test_sizes_beyond_the_samples_of_the_search_share_it(data):
    """The seconds of a search are measured, so equal ones say that it ran once; other blocks change nothing."""
    fits, *_ = fit_grid("ridge_reg", data, settings(train_sizes=(20, 40, 60), hpo_samples=30))
    by_size = fits.set_index(["train_size", "seed"])
    for column in ("search_seconds", "hyperparameters"):
        assert by_size.loc[40, column].tolist() == by_size.loc[60, column].tolist()
    assert by_size.loc[20, "search_seconds"].tolist() != by_size.loc[40, "search_seconds"].tolist()
    alone, *_ = fit_grid("ridge_reg", data, settings(train_sizes=(60,), hpo_samples=30))
    assert alone["kendall_tau"].tolist() == by_size.loc[60, "kendall_tau"].tolist()


def test_search_prefers_what_ranks_held_out_architectures(monkeypatch):
    """With as many samples as columns, noise and an absurd default, the search must leave the default."""
    monkeypatch.setattr(RidgeRegression.__init__, "__defaults__", (1e6,))
    rng = np.random.default_rng(0)
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:40])
    y = x @ rng.normal(size=x.shape[1]) + rng.normal(size=40)
    problems = [Problem(x, y, np.random.default_rng(seed)) for seed in range(3)]
    for hyperparameters, seconds in search_hyperparameters(RidgeRegression, problems, 8):
        assert hyperparameters["alpha"] <= 2.5
        assert seconds > 0


class Told(RidgeRegression):
    """Predicts what it is told of each fold that is held out; notes what it was fitted for."""

    told, fitted, search_races = (), [], True

    @classmethod
    def search_space(cls):
        return {"candidate": Choice(tuple(range(1, len(cls.told))))}

    @classmethod
    def fit_many(cls, problems):
        cls.fitted.extend(problem.hyperparameters.get("candidate", 0) for problem in problems)
        return [SimpleNamespace(candidate=p.hyperparameters.get("candidate", 0), fit_seconds_=1.0) for p in problems]

    @classmethod
    def predict_many(cls, fitted, xs):
        return [cls.told[model.candidate][x[:, 0].astype(int)] for model, x in zip(fitted, xs, strict=True)]


def chosen_of(*told, races=True):
    """Return the candidate that a search chooses among these predictions of 30 architectures, and its fits."""
    Told.told, Told.fitted, Told.search_races = told, [], races
    problem = Problem(np.arange(30.0)[:, None], np.arange(30.0), np.random.default_rng(1))
    ((hyperparameters, seconds),) = search_hyperparameters(Told, [problem], 20)
    assert seconds == len(Told.fitted)
    return hyperparameters.get("candidate", 0), Counter(Told.fitted)


@pytest.mark.parametrize("races", [True, False])
def test_search_keeps_the_default_unless_another_is_better_by_more_than_the_noise(races):
    y = np.arange(30.0)
    sorted_but_one, shuffled = y.copy(), np.random.default_rng(0).permutation(y)
    sorted_but_one[[0, 1]] = 1, 0
    assert chosen_of(sorted_but_one, y, shuffled, -shuffled, races=races)[0] == 0
    assert chosen_of(shuffled, sorted_but_one, y, races=races)[0] == 2


def test_candidates_that_rank_the_first_fold_worse_than_the_default_cost_one_fit():
    y, rng = np.arange(30.0), np.random.default_rng(0)
    default = y + rng.normal(scale=9, size=30)
    worse, better = [rng.permutation(y) for _ in range(6)], [y + rng.normal(scale=k, size=30) for k in range(6)]
    _, fits = chosen_of(default, *worse, *better)
    assert fits[0] == 3
    assert all(fits[number] == 1 for number in range(1, 7))
    assert sorted(fits[number] for number in range(7, 13)) == [1, 1, 3, 3, 3, 3]
    assert chosen_of(y, *worse)[1] == Counter(range(7))
    assert set(chosen_of(default, *worse, *better, races=False)[1].values()) == {3}


def test_search_leaves_alone_what_is_configured(monkeypatch):
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:40])
    rng = np.random.default_rng(0)
    y = x @ rng.normal(size=x.shape[1])
    tried = []
    fit_many = SupportVectorRegression.fit_many
    monkeypatch.setattr(
        SupportVectorRegression,
        "fit_many",
        classmethod(
            lambda cls, problems: tried.extend(problem.hyperparameters for problem in problems) or fit_many(problems)
        ),
    )

    def search(**fixed):
        tried.clear()
        problem = Problem(x, y, np.random.default_rng(0), fixed)
        ((hyperparameters, _),) = search_hyperparameters(SupportVectorRegression, [problem], 6)
        return hyperparameters

    chosen = search(C=7.0, iterations_per_sample=30)
    assert chosen["C"] == 7.0
    assert {(one["C"], one["iterations_per_sample"]) for one in tried} == {(7.0, 30)}
    assert len({one.get("kernel") for one in tried}) > 2
    assert search(C=7.0, kernel="linear") == {"C": 7.0, "kernel": "linear"}
    assert not tried


def test_candidates_share_the_kernel_matrices_of_their_folds(monkeypatch):
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:40])
    y = x @ np.random.default_rng(0).normal(size=x.shape[1])
    kernel_matrix, made = svm._kernel_matrix, []

    def counted(left, right, kernel, gamma):
        if left is right:
            made.append(kernel)
        return kernel_matrix(left, right, kernel, gamma)

    monkeypatch.setattr(svm, "_kernel_matrix", counted)
    search_hyperparameters(SupportVectorRegression, [Problem(x, y, np.random.default_rng(0))], 20)
    assert Counter(made) == dict.fromkeys(svm.KERNELS, FOLDS)


def test_problems_with_unlike_hyperparameters_are_searched_apart():
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:40])
    y = x @ np.random.default_rng(0).normal(size=x.shape[1])
    problems = [Problem(x, y, np.random.default_rng(0), fixed) for fixed in ({"alpha": 3.0}, {})]
    (fixed, none), (free, seconds) = search_hyperparameters(RidgeRegression, problems, 5)
    assert (fixed, none) == ({"alpha": 3.0}, 0.0)
    assert free.get("alpha") != 3.0
    assert seconds > 0


@pytest.mark.parametrize("candidates", [1, 4, 19])
def test_chance_gives_up_the_default_no_more_often_with_many_candidates_than_with_one(candidates):
    """Scores of candidates that are all as good as the default, in standard errors of a difference."""
    scores = np.random.default_rng(0).normal(size=(40_000, candidates + 1)) / 2**0.5
    best = scores[:, 1:].max(axis=1) - scores[:, 0]
    assert (best > margin(candidates)).mean() < 0.1587 + 0.01


def test_a_single_candidate_must_be_better_by_one_standard_error():
    assert margin(1) == pytest.approx(1)
    assert margin(19) == pytest.approx(2.393, abs=0.001)


def test_search_scores_on_held_out_folds_only(monkeypatch):
    """A model that has seen its fold would rank it perfectly: every training fold must lack the held-out rows."""
    seen = []
    fit_many, predict_many = RidgeRegression.fit_many, RidgeRegression.predict_many
    monkeypatch.setattr(
        RidgeRegression, "fit_many", classmethod(lambda cls, problems: seen.extend(problems) or fit_many(problems))
    )
    held_out = []
    monkeypatch.setattr(
        RidgeRegression,
        "predict_many",
        classmethod(lambda cls, fitted, xs: held_out.extend(xs) or predict_many(fitted, xs)),
    )
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:30])
    search_hyperparameters(RidgeRegression, [Problem(x, np.arange(30.0), np.random.default_rng(0))], 3)
    for problem, rows in zip(seen, held_out, strict=True):
        assert len(problem.x) + len(rows) == 30
        assert not {bytes(row) for row in problem.x} & {bytes(row) for row in rows}


def test_settings_of_the_search_are_not_those_of_the_final_fit():
    x = SPACE.adjacency_one_hot(SPACE.enumerate()[:40])
    problem = Problem(x, x @ np.arange(30.0), np.random.default_rng(0))
    ((hyperparameters, _),) = search_hyperparameters(SupportVectorRegression, [problem], 5)
    assert SupportVectorRegression.search_settings == {"iterations_per_sample": 20}
    assert "iterations_per_sample" not in hyperparameters


def test_search_needs_a_space_enough_points_and_candidates():
    small = Problem(np.eye(9, dtype=np.int8), np.arange(9.0), np.random.default_rng(0), {"alpha": 7})
    assert search_hyperparameters(RidgeRegression, [small], 8) == [({"alpha": 7}, 0.0)]
    large = Problem(np.eye(30, dtype=np.int8), np.arange(30.0), np.random.default_rng(0))
    assert search_hyperparameters(LinearRegression, [large], 8) == [({}, 0.0)]
    assert search_hyperparameters(RidgeRegression, [large], 1) == [({}, 0.0)]


def test_candidates_are_different_and_start_with_the_default():
    space = RidgeRegression.search_space()
    candidates = draw_candidates(space, 20, np.random.default_rng(0))
    assert candidates[0] == {}
    assert len(candidates) == 9
    assert sorted(candidate["alpha"] for candidate in candidates[1:]) == sorted(space["alpha"].values)


def test_generators_are_named_not_numbered():
    assert generator(1, "a", 2).random() == generator(1, "a", 2).random()
    assert len({generator(*names).random() for names in ((1, "a", 2), (1, "a", 3), (1, "b", 2), ("1", "a", 2))}) == 4


def test_evaluation_summarises_over_seeds(data):
    fits, *_ = fit_grid("lin_reg", data, settings())
    table = evaluate(fits).set_index(["train_size", "measure"])
    taus = fits.query("train_size == 20")["kendall_tau"]
    row = table.loc[(20, "kendall_tau")]
    assert (row["mean"], row["std"], row["seeds"]) == (pytest.approx(taus.mean()), pytest.approx(taus.std(ddof=1)), 4)
    assert row["q05"] <= row["q50"] <= row["q95"]


def test_evaluation_counts_the_seeds_that_have_a_measure(data):
    fits, *_ = fit_grid("lin_reg", data, settings(train_sizes=(20,)))
    fits.loc[1:, ["kendall_tau", "spearman"]] = np.nan
    fits.loc[0, "spearman"] = np.nan
    table = evaluate(fits).set_index("measure")
    assert table.loc["mae", "seeds"] == len(fits)
    assert table.loc["kendall_tau", "seeds"] == 1
    assert np.isnan(table.loc["kendall_tau", "std"])
    assert "spearman" not in table.index


def test_evaluation_refuses_a_fit_that_occurs_twice(data):
    fits, *_ = fit_grid("lin_reg", data, settings())
    with pytest.raises(ValueError, match="more than once"):
        evaluate(pd.concat([fits, fits.head(1)]))
