"""Selection under a limit: what is chosen, whether it keeps the limit, and what that costs."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from hwpred.figures.limits import plot_limits, table_of
from hwpred.findings.limits import HELP_LIMITS, help_table, limits_of
from hwpred.selection.limits import (
    ALIKE,
    MARGINS,
    VERIFIED,
    WORTHWHILE,
    Choosing,
    limit_at,
    preferred,
    quantile_limits,
    select_under_limits,
)
from hwpred.selection.ranked import RankedArchitectures
from hwpred.selection.stages.making import make
from hwpred.tables import read_table, write_table

WORTH = np.array([90.0, 80, 70, 60, 50])
METRIC = np.array([5.0, 4, 3, 2, 1])
NONE = np.zeros(5, dtype=bool)


def outcomes(believed, limit=3.0, margin=0.0, std=1.0, measured=NONE, verified=VERIFIED):
    choosing = Choosing(WORTH, METRIC, np.asarray(believed, dtype=float), np.full(5, std), np.asarray(measured))
    return {row.pop("verified"): row for row in choosing.outcomes(limit, margin, verified)}


def test_of_equal_worth_the_smaller_metric_is_preferred():
    assert preferred([1, 2, 2, 3], [0, 5, 4, 9]).tolist() == [3, 2, 1, 0]


def test_right_predictions_find_the_best_and_measure_it_once():
    found = outcomes(METRIC)
    assert found[0] == {"place": 2, "broken": False, "quality_lost": 0, "measured": 0, "found": True}
    assert found[1] == {"place": 2, "broken": False, "quality_lost": 0, "measured": 1, "found": True}


def test_what_is_not_verified_may_break_the_limit_and_verifying_goes_down_the_list():
    believed = [3, 3, 5, 3, 3]
    found = outcomes(believed, std=np.nan)
    assert found[0]["broken"]
    assert found[0]["place"] == 0
    assert np.isnan(found[0]["quality_lost"])
    assert found[1] == {"place": -1, "broken": False, "quality_lost": pytest.approx(np.nan, nan_ok=True)} | {
        "measured": 1,
        "found": False,
    }
    assert found[3] == {"place": 3, "broken": False, "quality_lost": 10, "measured": 3, "found": True}
    assert found[10] == found[3]


def test_a_margin_leaves_out_what_is_expected_to_keep_the_limit_barely():
    assert outcomes(METRIC, margin=1.0)[0]["place"] == 3
    assert outcomes(METRIC, margin=2.5)[0]["place"] == -1
    assert not outcomes(METRIC, margin=2.5)[0]["found"]


def test_what_was_measured_needs_no_margin_and_ends_the_verification():
    measured = [False, False, True, False, False]
    assert outcomes(METRIC, margin=2.0, measured=measured)[0]["place"] == 2
    found = outcomes([2, 2, 3, 2, 1], measured=measured, std=np.nan)
    # The first two are measured and break the limit; the third is known to keep it.
    assert found[3] == {"place": 2, "broken": False, "quality_lost": 0, "measured": 2, "found": True}
    assert found[1] == {"place": 2, "broken": False, "quality_lost": 0, "measured": 1, "found": False}


def test_limits_lie_half_way_to_the_next_metric():
    assert limit_at(METRIC, 0.2) == (4, 3)
    assert limit_at(METRIC, 0.21) == (3, 2)
    assert limit_at(METRIC, 1) == (0, 0)
    assert limit_at([1, 1, 2], 0.1) == (0, 2)


@pytest.fixture
def space():
    rng = np.random.default_rng(0)
    metric = rng.normal(0, 1, 300)
    return RankedArchitectures(np.arange(300), 60 + 10 * metric + rng.normal(0, 5, 300), metric)


def fits(space, error, std=None):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        believed = space.metric + rng.normal(0, error, len(space))
        names = {"predictor": "gp" if std else "lgb", "train_size": 11, "seed": seed}
        yield names, believed, np.full(len(space), std or np.nan), np.zeros(len(space), dtype=bool)


def test_larger_margins_break_fewer_limits_and_cost_quality(space):
    limits = quantile_limits(space, 10 + space.metric)
    chosen = select_under_limits(space, 10 + space.metric, fits(space, 0.3, 0.3), limits)
    table = table_of(chosen.assign(combination="c"))
    single = table[table["verified"] == 0].set_index("margin")
    assert (single["broken_percent"].diff().dropna() <= 0).all()
    assert single.loc[0, "broken_percent"] > single.loc[2, "broken_percent"]
    assert single.loc[2, "quality_lost"] > single.loc[0, "quality_lost"]
    assert (table.loc[table["verified"] > 0, "broken_percent"] == 0).all()
    assert single.loc[0, "overshoot_percent"] > 0
    assert list(single.index) == list(MARGINS)


def test_a_predictor_that_states_no_std_has_no_margin(space):
    limits = quantile_limits(space, 10 + space.metric)
    chosen = select_under_limits(space, 10 + space.metric, fits(space, 0.3), limits)
    assert set(chosen["margin"]) == {0}


def test_brute_force_agrees(space):
    limits = quantile_limits(space, 10 + space.metric)
    chosen = select_under_limits(space, 10 + space.metric, fits(space, 0.3, 0.3), limits, (1.0,), (0, 3))
    for (names, believed, std, _), (name, (limit, _)) in (
        (fit, limit) for fit in fits(space, 0.3, 0.3) for limit in limits.items()
    ):
        rows = chosen[(chosen["seed"] == names["seed"]) & (chosen["limit"] == name)]
        rows = rows[rows["verification"] != "suggested"].set_index("verified")
        good = sorted((i for i in range(len(space)) if believed[i] + std[i] <= limit), key=lambda i: -space.accuracy[i])
        best = max(space.accuracy[i] for i in range(len(space)) if space.metric[i] <= limit)
        assert rows.loc[0, "broken"] == (space.metric[good[0]] > limit)
        tried, kept = brute_force(space, believed, std, limit, sorted(good, key=lambda i: -space.accuracy[i]))
        assert rows.loc[3, "found"] == (kept is not None)
        assert rows.loc[3, "measured"] == len(tried)
        if kept is not None:
            assert rows.loc[3, "quality_lost"] == pytest.approx(best - space.accuracy[kept])


def brute_force(space, believed, std, limit, good):
    """Return what is measured, three at most, and which of it keeps the limit; of ``good``, the best first."""
    tried, errors = [], []
    for i in good:
        n = len(errors)
        alike = ALIKE + (1 - ALIKE) * np.eye(n)
        expected = np.full(n, ALIKE) @ np.linalg.solve(alike, errors) if n else 0.0
        if len(tried) < 3 and believed[i] + (1 + expected) * std[i] <= limit:
            tried.append(i)
            errors.append((space.metric[i] - believed[i]) / std[i])
            if space.metric[i] <= limit:
                return tried, i
    return tried, None


def tables_of(folder, direction, quality_direction):
    """Write targets, accuracies, and predictions that are right after ten measurements; return values and paths."""
    rng = np.random.default_rng(0)
    value = rng.uniform(1, 2, 40)
    quality = rng.uniform(10, 20, 40)
    target = (value - value.mean()) / value.std()
    told = {"combination": "nasbench201-t-d-m", "space": "nasbench201", "device": "d", "direction": direction}
    paths = [folder / name for name in ("nasbench201-t-d-m.parquet", "accuracy.parquet")]
    frame = pd.DataFrame({"architecture": np.arange(40), "value": value, "target": target})
    write_table(frame, paths[0], "targets", told)
    facts = {"space": "nasbench201", "title": "q", "unit": "%", "direction": quality_direction}
    write_table(pd.DataFrame({"architecture": np.arange(40), "accuracy": quality}), paths[1], "accuracy", facts)
    file = folder / told["combination"] / "gp" / "0-0.parquet"
    fit = {"train_size": 10, "seed": 0, "architecture": np.arange(40), "measured": False}
    std = np.full(40, 0.2)
    write_table(
        pd.DataFrame({**fit, "prediction": target, "std": std}), file, "space_predictions", told | {"predictor": "gp"}
    )
    return value, quality, paths, file


@pytest.mark.parametrize("direction", ["smaller", "larger"])
@pytest.mark.parametrize("quality_direction", ["smaller", "larger"])
def test_metric_and_quality_of_either_direction(tmp_path, direction, quality_direction):
    value, quality, paths, file = tables_of(tmp_path, direction, quality_direction)
    output = tmp_path / "limits" / "nasbench201-t-d-m.parquet"
    files = {"targets": paths[0], "accuracy": paths[1], "predictions": [file]}
    make("limited", files, {}, output)
    table = read_table(output, "limited_selection")
    plain = table[(table["margin"] == 0) & (table["verification"] == "none")]
    assert len(plain) == 4
    assert not plain["broken"].any()
    assert (plain["quality_lost"] == 0).all()
    wide = table[(table["margin"] == 2) & (table["verified"] == 0)]
    sign = 1 if direction == "smaller" else -1
    limit = np.sort(sign * value)[9:11].mean()
    kept, beyond = sign * value <= limit, sign * value <= limit - 0.4 * value.std()
    best = min if quality_direction == "smaller" else max
    assert wide.set_index("limit").loc[0.25, "quality_lost"] == pytest.approx(
        abs(best(quality[kept]) - best(quality[beyond])), rel=1e-6
    )


def test_the_figure_is_drawn_also_where_no_predictor_states_an_std(space):
    limits = quantile_limits(space, 10 + space.metric)
    frames = [select_under_limits(space, 10 + space.metric, fits(space, 0.3, std), limits) for std in (None, 0.3)]
    for chosen in (frames[0], pd.concat(frames)):
        figure = plot_limits(table_of(chosen.assign(combination="c")))
        assert len(figure.axes) == 3
        assert len(figure.axes[0].lines) == chosen["margin"].nunique()
        assert len(figure.axes[2].lines) == len(VERIFIED) - 1


@pytest.mark.parametrize(("lost", "noted"), [(0.009, True), (0.5, False)])
def test_the_figure_says_where_it_draws_more_than_is_lost(space, lost, noted):
    chosen = select_under_limits(
        space, 10 + space.metric, fits(space, 0.3, 0.3), quantile_limits(space, 10 + space.metric)
    )
    figure = plot_limits(table_of(chosen.assign(combination="c")).assign(quality_lost=lost))
    words = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert ("less than 0.01 is drawn as 0.01" in words) == noted
    drawn = np.concatenate([line.get_ydata() for line in figure.axes[1].lines])
    assert drawn == pytest.approx(max(lost, 0.01))


def test_limits_in_the_unit_become_limits_of_the_target(tmp_path):
    value, _, (targets, _), _ = tables_of(tmp_path, "smaller", "larger")
    found = limits_of(targets, (1.5, 3))
    assert found[1.5] == (pytest.approx((1.5 - value.mean()) / value.std()), 1.5)
    assert found[3][0] == pytest.approx((3 - value.mean()) / value.std())


def test_the_limits_of_help_are_chosen_under_after_ten_measurements(tmp_path, monkeypatch):
    value, _, (targets, accuracy), file = tables_of(tmp_path, "smaller", "larger")
    monkeypatch.setitem(HELP_LIMITS, "d", (np.sort(value)[4:6].mean(), np.sort(value)[19:21].mean()))
    table = help_table([targets], accuracy, [file])
    right = table[(table["margin"] == 0) & (table["verified"] == 3) & (table["verification"] == "in_turn")].iloc[0]
    assert right[["device", "predictor", "broken_percent", "quality_lost", "measured", "seeds"]].tolist() == [
        "d",
        "gp",
        0,
        0,
        1,
        1,
    ]
    assert table["not_found_percent"].max() == 50  # no architecture lies two deviations below the smaller limit


def test_what_breaks_the_limit_corrects_what_is_expected_of_the_others():
    # The first is measured 2.5 standard deviations beyond its prediction: half of that is expected of the others.
    found = outcomes([2.5, 2.5, 2.5, 1.5, 1.0])
    assert found[3] == {"place": 3, "broken": False, "quality_lost": 10, "measured": 2, "found": True}
    # A predictor that does not say how sure it is, is not corrected.
    assert outcomes([2.5, 2.5, 2.5, 1.5, 1.0], std=np.nan)[3]["place"] == 2
    assert outcomes([2.5, 2.5, 2.5, 1.5, 1.0], std=np.nan)[3]["measured"] == 3


def suggested(believed, std, limit=3.0, measured=NONE, verified=(1, 3, 5)):
    choosing = Choosing(WORTH, METRIC, np.asarray(believed, dtype=float), np.full(5, std), np.asarray(measured))
    return {row.pop("verified"): row for row in choosing.suggested(limit, verified)}


def test_one_measures_on_as_long_as_it_is_worth_it():
    # The fourth is expected to keep the limit, and does; the third, which is better, perhaps.
    found = suggested([9.0, 9, 3.1, 2, 1], 0.2)
    assert found[1] == {"place": 3, "broken": False, "quality_lost": 10, "measured": 1, "found": True}
    assert found[3] == {"place": 2, "broken": False, "quality_lost": 0, "measured": 2, "found": True}
    # Its probability is that of its distance, less the error that the first one makes expect, in what is left of it.
    assert 10 * norm.cdf(-0.1 / 0.2 / np.sqrt(0.75)) > WORTHWHILE * 20
    assert suggested([9.0, 9, 3.5, 2, 1], 0.2)[3]["measured"] == 1
    # What was measured before counts, and is not measured again.
    assert suggested([9.0, 9, 3, 2, 1], 0.2, measured=[False, False, True, False, False])[3]["measured"] == 0


def test_measuring_on_loses_less_than_stopping(space):
    limits = quantile_limits(space, 10 + space.metric)
    chosen = select_under_limits(space, 10 + space.metric, fits(space, 0.5, 0.5), limits)
    means = chosen[chosen["margin"] == 0].groupby(["verification", "verified"])[["quality_lost", "measured"]].mean()
    in_turn, on = means.loc["in_turn"], means.loc["suggested"]
    assert on.loc[10, "quality_lost"] < in_turn.loc[10, "quality_lost"]
    assert on.loc[10, "measured"] > in_turn.loc[10, "measured"]
    assert on.loc[1].tolist() == in_turn.loc[1].tolist()
