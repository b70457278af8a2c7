"""Which predictors are best, and which cannot be told apart by a few seeds."""

import numpy as np
import pandas as pd
import pytest

from hwpred.answer.ranking import LEVEL, rank, recommend

TRIALS = 150
# Kendall's tau of fits to 55 measurements of raspi4 (HELP, NAS-Bench-201), ten seeds.
REAL = pd.DataFrame(
    {
        "bananas": [0.536, 0.548, 0.494, 0.575, 0.447, 0.578, 0.568, 0.539, 0.571, 0.492],
        "bayes_lin_reg": [0.763, 0.782, 0.803, 0.767, 0.704, 0.686, 0.731, 0.743, 0.649, 0.699],
        "bohamiann": [0.760, 0.790, 0.798, 0.775, 0.709, 0.687, 0.738, 0.754, 0.668, 0.724],
        "bonas": [0.754, 0.769, 0.768, 0.757, 0.705, 0.714, 0.733, 0.706, 0.733, 0.684],
        "gcn": [0.769, 0.769, 0.777, 0.805, 0.771, 0.763, 0.756, 0.761, 0.796, 0.751],
        "gp": [0.760, 0.786, 0.799, 0.775, 0.693, 0.691, 0.740, 0.756, 0.656, 0.705],
        "lgb": [0.704, 0.773, 0.735, 0.742, 0.697, 0.652, 0.701, 0.731, 0.709, 0.678],
        "lin_reg": [0.765, 0.778, 0.801, 0.753, 0.703, 0.692, 0.717, 0.743, 0.656, 0.698],
        "minimlp": [0.709, 0.733, 0.754, 0.695, 0.667, 0.653, 0.742, 0.682, 0.614, 0.674],
        "mlp": [0.611, 0.665, 0.565, 0.623, 0.499, 0.546, 0.452, 0.585, 0.529, 0.577],
        "nao": [0.677, 0.771, 0.764, 0.767, 0.733, 0.741, 0.706, 0.720, 0.765, 0.726],
        "ngb": [0.656, 0.694, 0.673, 0.710, 0.642, 0.634, 0.693, 0.697, 0.633, 0.673],
        "rf": [0.577, 0.650, 0.638, 0.642, 0.596, 0.611, 0.693, 0.614, 0.595, 0.590],
        "ridge_reg": [0.755, 0.781, 0.788, 0.770, 0.704, 0.685, 0.749, 0.741, 0.646, 0.697],
        "sparse_gp": [0.707, 0.745, 0.736, 0.762, 0.672, 0.655, 0.752, 0.694, 0.622, 0.661],
        "svmr": [0.611, 0.640, 0.653, 0.681, 0.633, 0.611, 0.688, 0.631, 0.592, 0.609],
        "xgb": [0.587, 0.652, 0.584, 0.612, 0.509, 0.585, 0.605, 0.533, 0.566, 0.573],
    }
).T


def table(rng, means, seeds, std=1.0, common=0.5):
    """Return values of predictors ``p0``, ``p1``, ... that share how hard each seed is."""
    noise = std * rng.normal(size=(len(means), seeds)) + common * rng.normal(size=seeds)
    return pd.DataFrame(np.asarray(means, float)[:, None] + noise, [f"p{place}" for place in range(len(means))])


def seconds_of(values):
    return pd.Series(np.arange(len(values), dtype=float), values.index)


@pytest.mark.parametrize("seeds", [2, 5])
def test_of_equal_predictors_one_alone_is_seldom_best_and_a_best_one_seldom_left_out(seeds):
    rng = np.random.default_rng(seeds)
    ranked = [rank(table(rng, np.zeros(10), seeds), larger_is_better=True) for _ in range(TRIALS)]
    assert np.mean([len(one.tied) == 1 for one in ranked]) <= LEVEL
    # All ten are best, so each may be left out with a probability of at most the level; three standard errors more.
    left_out = np.mean([1 - one.table["tied"].mean() for one in ranked])
    assert left_out <= LEVEL + 3 * (LEVEL / TRIALS) ** 0.5


@pytest.mark.parametrize(("seeds", "lead"), [(2, 12), (5, 5)])
def test_a_clearly_better_predictor_is_found(seeds, lead):
    rng = np.random.default_rng(seeds)
    found = [recommend(values, seconds_of(values), larger_is_better=True).tied
             for values in (table(rng, [0, 0, 0, lead, *np.zeros(6)], seeds) for _ in range(40))]  # fmt: skip
    assert np.mean([one == ("p3",) for one in found]) >= 0.9


def test_what_is_expected_is_not_the_luck_by_which_it_was_chosen():
    rng, bias, naive, covered = np.random.default_rng(0), [], [], []
    means = np.linspace(0, 1, 8)
    for _ in range(TRIALS):
        values = table(rng, means, 4, common=0.0)
        told = recommend(values, pd.Series(0.0, values.index), larger_is_better=True)
        truth = means[int(told.predictor[1:])]
        bias.append(told.expected - truth)
        naive.append(told.best[1] - means[int(told.best[0][1:])])
        covered.append(told.low <= truth <= told.high)
    # The best of few values promises too much; half the seeds choose a little worse than all of them.
    assert -0.2 < np.mean(bias) < 0.05
    assert np.mean(naive) > 0.3
    assert np.mean(covered) >= 0.9


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_what_is_expected_of_a_clear_leader_is_not_that_of_cheaper_ones_which_few_seeds_cannot_tell_apart(seeds):
    rng, means, covered = np.random.default_rng(seeds), [4, *-np.linspace(0, 10, 17)], []
    for _ in range(TRIALS):
        values = table(rng, means, seeds)
        told = recommend(values, -seconds_of(values), larger_is_better=True)
        covered.append(told.low <= means[int(told.predictor[1:])] <= told.high)
    assert np.mean(covered) >= 0.9


def test_two_halves_of_the_seeds_give_the_same_advice():
    rng, agree = np.random.default_rng(0), []
    for _ in range(60):
        values = table(rng, rng.normal(0, 2, 12), 6)
        told = [
            recommend(half, seconds_of(half), larger_is_better=True)
            for half in (values.iloc[:, :3], values.iloc[:, 3:])
        ]
        agree.append(bool(set(told[0].tied) & set(told[1].tied)))
    assert np.mean(agree) >= 1 - LEVEL


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_two_halves_of_real_seeds_give_the_same_advice(seeds):
    costs = seconds_of(REAL)
    first, second = (
        recommend(REAL[part], costs, larger_is_better=True) for part in (range(seeds), range(seeds, 2 * seeds))
    )
    assert set(first.tied) & set(second.tied)
    assert first.halves_agree


def test_values_of_seeds_that_are_hard_for_all_do_not_hide_a_difference():
    rng = np.random.default_rng(0)
    values = table(rng, [0, 0, 0, 0, 3], 5, std=0.3, common=20.0)
    assert rank(values, larger_is_better=True).tied == ("p4",)
    assert rank(-values, larger_is_better=False).tied == ("p4",)


def test_a_predictor_that_explodes_does_not_hide_a_difference():
    values = table(np.random.default_rng(0), [5, 0, 0, 0, 0, 0], 5)
    calm = rank(values, larger_is_better=True)
    values.loc["p5"] = [-900.0, 3, -5000, 2, -70]
    exploded = rank(values, larger_is_better=True)
    assert exploded.limit < 2 * calm.limit
    assert exploded.tied == calm.tied == ("p0",)


def test_a_best_predictor_that_scatters_is_not_alone():
    values = table(np.random.default_rng(0), np.zeros(8), 4, std=0.1)
    values.loc["p7"] = [9.0, -5, 7, -6]
    assert len(rank(values, larger_is_better=True).tied) == 8


def test_one_seed_tells_no_predictors_apart():
    values = table(np.random.default_rng(0), [0, 9, 3], 1)
    ranking, told = rank(values, larger_is_better=True), recommend(values, seconds_of(values), larger_is_better=True)
    assert ranking.limit == np.inf
    assert ranking.tied == ("p1", "p2", "p0")
    assert told.tied == ("p0", "p1", "p2")
    assert told.predictor is None
    assert told.best[0] == "p1"
    assert np.isnan([told.expected, told.low, told.high]).all()
    assert (told.halves_agree, told.seeds) == (None, 1)


def test_tied_ones_are_named_from_the_cheapest_on_and_the_next_follows():
    values = pd.DataFrame([[0.90, 0.92, 0.91, 0.89], [0.91, 0.91, 0.90, 0.90], [0.2, 0.21, 0.2, 0.19]], list("abc"))
    told = recommend(values, pd.Series({"a": 3.0, "c": 0.1}), larger_is_better=True)
    # b has no known cost, so it counts as the most expensive.
    assert told.tied == ("a", "b")
    assert told.predictor == "a"
    assert told.next == ("c", pytest.approx(0.2))
    assert told.low < told.expected < told.high


def test_of_two_predictors_with_two_seeds_the_better_is_recommended_though_not_the_cheaper():
    values = pd.DataFrame({0: {"slow": 0.94, "quick": 0.35}, 1: {"slow": 0.96, "quick": 0.19}})
    seconds = pd.Series({"slow": 1.0, "quick": 0.001})
    found = recommend(values, seconds, larger_is_better=True)
    assert (found.predictor, found.tied, found.by_cost) == ("slow", ("slow", "quick"), False)
    assert found.expected == pytest.approx(0.95)
    many = pd.concat([values, pd.DataFrame({i: values[0] - 0.1 * i for i in range(2, 12)})], axis=1)
    assert recommend(many, seconds, larger_is_better=True).by_cost


def test_if_the_halves_disagree_both_are_named():
    values = table(np.random.default_rng(0), [0, 0, *np.full(18, -5)], 4, std=0.3, common=0.0)
    values.iloc[:2] = [[1.0, 0, 1, 0], [0.0, 1, 0, 1]]
    told = recommend(values, seconds_of(values), larger_is_better=True)
    assert not told.halves_agree
    assert {"p0", "p1"} <= set(told.tied)


def test_missing_values_are_compared_on_the_seeds_in_common():
    values = table(np.random.default_rng(0), [0, 0, 0, 0, 0, 8], 4, std=0.1, common=10.0)
    values.loc["late"] = [np.nan, np.nan, np.nan, values.loc["p5"].iloc[3] - 5]
    values.loc["never"] = np.nan
    ranking = rank(values, larger_is_better=True)
    assert ranking.tied == ("p5",)
    assert "never" not in set(ranking.table["predictor"])
    assert ranking.table.set_index("predictor").loc["late", "seeds"] == 1


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_one_predictor_is_its_own_recommendation(seeds):
    values = table(np.random.default_rng(0), [0], seeds)
    assert rank(values, larger_is_better=True).tied == ("p0",)
    assert recommend(values, seconds_of(values), larger_is_better=True).tied == ("p0",)


def test_equal_values_are_tied():
    told = recommend(pd.DataFrame(0.5, list("abc"), range(3)), pd.Series(dtype=float), larger_is_better=True)
    assert told.tied == ("a", "b", "c")
    assert (told.expected, told.next) == (0.5, None)


def test_what_cannot_be_ranked_is_an_error():
    with pytest.raises(ValueError, match="no value to rank"):
        rank(pd.DataFrame([[np.nan]], ["a"]), larger_is_better=True)
    with pytest.raises(ValueError, match="predictor 'a' stands twice"):
        rank(pd.DataFrame([[1.0], [2.0]], ["a", "a"]), larger_is_better=True)
