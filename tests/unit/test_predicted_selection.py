import numpy as np
import pandas as pd
import pytest

from hwpred.figures.predicted_selection import plot_selection, plot_verification, summarise_selections
from hwpred.selection.adaptive import select_adaptively
from hwpred.selection.adaptive_seeds import select_by_seeds
from hwpred.selection.pareto import front_numbers
from hwpred.selection.predicted import NONE, PROMISING, SELECTED, select_by_predictions
from hwpred.selection.promising import promising
from hwpred.selection.ranked import RankedArchitectures
from hwpred.selection.refit import Refitter
from hwpred.spaces import get_space
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid
from hwpred.training.splits import Split

SPACE = get_space("nasbench201")
ARCHITECTURES = 400


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    chosen = rng.choice(SPACE.architectures, ARCHITECTURES, replace=False)
    operations = SPACE.enumerate()[chosen]
    x = SPACE.adjacency_one_hot(operations)
    target = x @ rng.uniform(0, 1, x.shape[1]) + rng.normal(0, 0.2, len(x))
    target = (target - target.mean()) / target.std()
    return Data("nasbench201-t-d-latency", "nasbench201", "smaller", np.sort(chosen), operations, target)


@pytest.fixture(scope="module")
def space(data):
    accuracy = 60 + 10 * data.target + np.random.default_rng(1).normal(0, 5, len(data.target))
    return RankedArchitectures(data.architecture, accuracy, data.target)


def predictions(space, values, measured=(), predictor="lin_reg", size=0):
    flags = np.zeros(len(space), dtype=bool)
    flags[list(measured)] = True
    columns = {"predictor": predictor, "train_size": size, "seed": 0, "architecture": space.architecture}
    return pd.DataFrame({**columns, "measured": flags, "prediction": values})


def select(space, frame, architectures=(ARCHITECTURES,), verified=(4, 16, 64)):
    table = select_by_predictions(space, frame, architectures=architectures, verified=verified, names=("t",))
    return table.set_index(["architectures", "verification", "verified"])


def study_settings(**changes):
    values = {"train_sizes": (10, 60), "test_size": 100, "hpo_configurations": 3, "hpo_samples": 50}
    others = {"prediction_seeds": 3, "default_seeds": 0, "hyperparameters": {}}
    return Settings(run_seed=1, seeds=(0, 1, 2), **{**values, **others, **changes})


@pytest.mark.parametrize("predictor", ["ridge_reg", "svmr", "minimlp"])
def test_fits_of_chosen_seeds_predict_all_architectures(predictor, data):
    short = {"hyperparameters": {"most_steps": 20, "least_steps": 1}} if predictor == "minimlp" else {}
    _, tested, everything, _ = fit_grid(predictor, data, study_settings(space_seeds=(0, 1), **short))
    assert len(everything) == 2 * 2 * ARCHITECTURES
    both = tested.merge(everything, on=["train_size", "seed", "architecture"], suffixes=("", "_again"))
    assert len(both) == 2 * 2 * 100
    np.testing.assert_allclose(both["prediction_again"], both["prediction"], atol=1e-5)
    for (size, seed), fit in everything.groupby(["train_size", "seed"]):
        trained = Split(ARCHITECTURES, 100, 1, data.combination, seed).train(size)
        assert set(fit.loc[fit["measured"], "architecture"]) == set(data.architecture[trained])
        assert fit["std"].isna().all()


def test_a_predictor_that_states_how_sure_it_is_does_so_of_all_architectures(data):
    everything = fit_grid("gp", data, study_settings(train_sizes=(10,), space_seeds=(0, 1)))[2]
    assert len(everything) == 2 * ARCHITECTURES
    assert (everything["std"] > 0).all()
    known = everything.groupby("measured")["std"].mean()
    assert known[True] < known[False]


def test_predictions_of_all_architectures_change_no_fit(data):
    with_them, without = (fit_grid("svmr", data, study_settings(space_seeds=seeds)) for seeds in ((0, 2), ()))
    assert without[2].empty
    times = ["fit_seconds", "search_seconds", "predict_seconds"]
    pd.testing.assert_frame_equal(with_them[0].drop(columns=times), without[0].drop(columns=times), check_exact=True)
    pd.testing.assert_frame_equal(with_them[1], without[1], check_exact=True)


def test_lookup_table_predicts_the_space_from_what_it_measures():
    operations = SPACE.enumerate()
    target = operations.sum(axis=1) / 10
    everything = Data(
        "nasbench201-t-d-latency", "nasbench201", "smaller", np.arange(len(operations)), operations, target
    )
    _, tested, predicted, _ = fit_grid("lookup", everything, study_settings(space_seeds=(0,)))
    assert predicted["measured"].sum() == 25
    np.testing.assert_array_equal(predicted["prediction"], tested["prediction"].astype(np.float32))


def test_lookup_table_that_was_left_out_predicts_nothing(data):
    _, _, predicted, reason = fit_grid("lookup", data, study_settings(space_seeds=(0,)))
    assert reason is not None
    assert predicted.empty


def test_most_promising_are_front_after_front(space):
    measured = np.zeros(ARCHITECTURES, dtype=bool)
    measured[::7] = True
    order = promising(space.accuracy, space.metric, measured, 60)
    assert len(set(order)) == 60
    assert not measured[order].any()
    remaining, place = np.ones(ARCHITECTURES, dtype=bool), 0
    while place < 60:
        front = np.flatnonzero(remaining)[front_numbers(space.accuracy[remaining], space.metric[remaining]) == 0]
        new = [one for one in front if not measured[one]]
        taken = order[place : place + len(new)]
        assert set(taken) <= set(new)
        place, remaining[front] = place + len(new), False


def test_there_are_no_more_promising_than_unmeasured():
    measured = np.array([True, False, False])
    assert sorted(promising(np.array([3.0, 2, 1]), np.array([0.0, 1, 2]), measured, 9)) == [1, 2]


def test_beginnings_of_a_front_are_spread_over_it():
    accuracy, metric = np.arange(100.0)[::-1], np.arange(100.0)[::-1]
    first = np.sort(promising(accuracy, metric, np.zeros(100, dtype=bool), 10))
    assert np.diff(first).max() < 20


def test_a_perfect_predictor_loses_nothing(space):
    table = select(space, predictions(space, space.metric))
    for name in (NONE, SELECTED):
        rows = table.xs(name, level="verification")
        assert (rows["mra"] == 0).all()
        assert (rows["hypervolume"] == rows["best_hypervolume"]).all()


def test_measuring_everything_repairs_the_worst_predictor(space):
    shuffled = np.random.default_rng(0).permutation(space.metric)
    table = select(space, predictions(space, shuffled), verified=(5, ARCHITECTURES))
    assert table.loc[(ARCHITECTURES, NONE, 0), "mra"] > 1
    repaired = table.loc[(ARCHITECTURES, PROMISING, ARCHITECTURES)]
    assert repaired["mra"] == 0
    assert repaired["hypervolume"] == repaired["best_hypervolume"]


def test_numbers_beyond_what_is_left_to_measure_are_one(space):
    frame = predictions(space, space.metric, measured=range(10), size=10)
    table = select(space, frame, verified=(4, 2 * ARCHITECTURES, 3 * ARCHITECTURES))
    assert table.xs(PROMISING, level="verification").index.tolist() == [
        (ARCHITECTURES, 4),
        (ARCHITECTURES, ARCHITECTURES - 10),
    ]


def test_measured_architectures_keep_their_value_and_are_candidates(space):
    front = np.flatnonzero(front_numbers(space.accuracy, space.metric) == 0)
    wrong = predictions(space, np.full(ARCHITECTURES, 9.0), measured=front, size=len(front))
    table = select(space, wrong, architectures=(len(front), 50, ARCHITECTURES))
    # As many architectures as were measured leave none to predict.
    assert set(table.index.get_level_values("architectures")) == {50, ARCHITECTURES}
    for count in (50, ARCHITECTURES):
        assert table.loc[(count, SELECTED, 0), "mra"] == 0
        assert table.loc[(count, PROMISING, 16), "hypervolume"] == table.loc[(count, NONE, 0), "best_hypervolume"]


def test_predictors_of_a_seed_select_from_the_same_architectures(space):
    frame = pd.concat([predictions(space, -space.metric), predictions(space, space.metric, predictor="xgb")])
    table = select_by_predictions(space, frame, architectures=(50,), verified=(), names=("t",))
    assert table["best_hypervolume"].nunique() == 1
    assert table.groupby("predictor")["kendall_tau"].first().to_dict() == {"lin_reg": -1, "xgb": 1}


def test_an_architecture_without_prediction_is_named(space):
    frame = predictions(space, space.metric)
    lacking = frame.loc[3, "architecture"]
    frame.loc[3, "architecture"] = 99_999
    with pytest.raises(ValueError, match=f"1 of 400 architectures with accuracy were not predicted, first {lacking};"):
        select(space, frame)


def test_predictions_without_accuracy_change_nothing(space):
    frame = predictions(space, -space.metric, measured=[3, 5])
    others = frame.iloc[:20].assign(architecture=SPACE.architectures + np.arange(20), prediction=-9.0)
    more = pd.concat([others, frame]).sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(select(space, more), select(space, frame))


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((10, 55, 11), r"11 follows 55 in \[10, 55, 11\]; sort them"),
        ((10, 10), "10 follows 10"),
        ((10, 500), "training size 500 exceeds the 400 architectures"),
        ((5, 10), "10 architectures are measured at first, but the first training size is 5"),
    ],
)
def test_adaptive_sizes_that_cannot_be_are_refused(space, sizes, words):
    with pytest.raises(ValueError, match=words):
        select_adaptively(space, np.arange(10), sizes, lambda places, place: space.metric)


def test_a_negative_number_of_promising_ones_is_refused(space):
    with pytest.raises(ValueError, match="-44 of the most promising"):
        promising(space.accuracy, space.metric, np.zeros(ARCHITECTURES, dtype=bool), -44)


def test_adaptive_selection_measures_only_those_with_accuracy(data, space):
    known = RankedArchitectures(space.architecture[::5], space.accuracy[::5], space.metric[::5])
    settings = {"run_seed": 1, "seeds": 2, "sizes": [5, 20, 100], "test_size": 300}
    settings |= {"design": "random", "hyperparameters": {}}
    rounds, _ = select_by_seeds("ridge_reg", data, known, settings)
    assert rounds.groupby("seed")["train_size"].apply(list).tolist() == [[5, 20]] * 2
    assert select_by_seeds("ridge_reg", data, known, {**settings, "sizes": [100]})[0].empty


def test_adaptive_rounds_measure_more_and_end_at_the_true_front(space):
    sizes = (10, 30, 90, ARCHITECTURES)
    seen = []

    def predict(places, place):
        seen.append((len(places), place))
        return space.metric + np.random.default_rng(place).normal(0, 0.3, ARCHITECTURES)

    rounds = select_adaptively(space, np.arange(10), sizes, predict)
    assert seen == [(10, 0), (30, 1), (90, 2)]
    assert rounds["hypervolume"].is_monotonic_increasing
    assert rounds["seconds"].is_monotonic_increasing
    last = rounds.iloc[-1]
    assert last["mra"] == 0
    assert last["hypervolume"] == last["best_hypervolume"]
    assert rounds["hypervolume"].iloc[1] > 0.9 * last["best_hypervolume"]


def test_summaries_and_figures(space):
    noisy = [
        predictions(space, space.metric + np.random.default_rng(seed).normal(0, 0.5, ARCHITECTURES)).assign(seed=seed)
        for seed in range(3)
    ]
    table = select_by_predictions(space, pd.concat(noisy), architectures=(50, 400), verified=(4, 16), names=("t",))
    summary = summarise_selections(table.assign(combination="one"))
    assert len(summary) == 2 * 4
    row = summary.query("architectures == 400 and verification == 'none'").iloc[0]
    assert row["mra_mean"] == pytest.approx(
        table.query("architectures == 400 and verification == 'none'")["mra"].mean()
    )
    assert row["seeds"] == 3
    by_seed = table.query("architectures == 400 and verification == 'none'")["mra"]
    assert row["mra_std"] == pytest.approx(by_seed.std(ddof=1))
    one = summarise_selections(table.query("seed == 0").assign(combination="one"))
    assert one[["mra_std", "hypervolume_percent_std"]].isna().all(axis=None)
    words = " ".join(
        text.get_text().replace("\n", " ")
        for figure in (plot_selection(summary.assign(train_size=5)), plot_verification(summary.assign(train_size=5)))
        for text in figure.texts
    )
    assert "1 combination, 3 seeds" in words


def test_refits_repeat_by_their_names_and_obey_hyperparameters(data):
    rows = np.arange(0, ARCHITECTURES, 8)
    forest = Refitter("rf", data, 1, {"n_estimators": 5})
    first = forest.predict(rows, 0, "adaptive", 0)
    assert first.shape == (ARCHITECTURES,)
    np.testing.assert_array_equal(first, forest.predict(rows, 0, "adaptive", 0))
    assert (first != forest.predict(rows, 1, "adaptive", 0)).any()
    assert Refitter("ridge_reg", data, 1, {"alpha": 1e6}).predict(rows, 0).std() < 1e-3


def test_a_predictor_that_cannot_handle_a_combination_is_left_out_with_a_reason(data, space, caplog):
    reason = f"{data.combination} names no other devices in transfer_from"
    with pytest.raises(ValueError, match=f"transfer_gp cannot be fitted: {reason}"):
        Refitter("transfer_gp", data, 1, {})
    rounds, skipped = select_by_seeds("transfer_gp", data, space, {})
    assert skipped == reason
    assert rounds.empty
    assert f"transfer_gp is left out: {reason}" in caplog.text
