"""The simulated selection: deviations as asked for, the same numbers in any batches, and summaries that say so."""

import numpy as np
import pandas as pd
import pytest

from hwpred.figures.fronts import plot_fronts
from hwpred.figures.simulation import plot_by_combination, plot_hypervolume, plot_reduction
from hwpred.figures.style import save
from hwpred.selection import simulation
from hwpred.selection.deviations import REPEAT, draw_deviations
from hwpred.selection.pareto import front_numbers
from hwpred.selection.quality import ACCURACY, quality_of
from hwpred.selection.simulation import draw_architectures, example, paired, simulate
from hwpred.selection.summary import COLUMNS, over_combinations, summarise

STDS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def space():
    """Accuracy in descending order, and a metric that grows with it, but not always."""
    generator = np.random.default_rng(1)
    accuracy = np.sort(generator.integers(400, 900, 600) / 10)[::-1]
    metric = accuracy / 20 + generator.normal(size=600)
    return accuracy, (metric - metric.mean()) / metric.std()


def run(space, trials=12, names=("test",)):
    return simulate(*space, architectures=100, stds=STDS, trials=trials, names=names)


@pytest.mark.parametrize("count", [*range(2, 34), 100, 1000])
@pytest.mark.parametrize("std", [0.0, 0.1, 1.0, 3.0])
def test_deviations_have_exactly_the_wanted_std(count, std):
    deviations = draw_deviations(count, std, np.random.default_rng(count))
    assert deviations.shape == (count,)
    assert deviations.std() == pytest.approx(std, rel=1e-12)


@pytest.mark.parametrize("count", [0, 1])
def test_one_architecture_has_no_std(count):
    with pytest.raises(ValueError, match=f"deviations of {count} architectures"):
        draw_deviations(count, 1.0, np.random.default_rng(0))


def test_fifteen_architectures_share_a_draw_and_are_random_ones():
    deviations = draw_deviations(1000, 1.0, np.random.default_rng(0))
    sharing = np.unique(deviations, return_counts=True)[1]
    assert sorted(sharing) == [1000 % REPEAT, *[REPEAT] * (1000 // REPEAT)]
    # Of random neighbours few have the same draw, of 15 consecutive ones 14 in 15 would.
    assert (deviations[1:] == deviations[:-1]).mean() < 0.05


def test_deviations_are_a_mixture_with_heavy_tails():
    deviations = draw_deviations(150_000, 1.0, np.random.default_rng(0))
    kurtosis = np.mean((deviations - deviations.mean()) ** 4) / deviations.var() ** 2
    assert kurtosis > 5


def test_another_std_changes_no_number_of_the_others(space):
    options = {"architectures": 100, "trials": 4, "names": ("test",)}
    more = simulate(*space, stds=(0.7, 1, 0.5, 0), **options)
    rows = more[more["deviation_std"].isin(STDS)].sort_values(["trial", "deviation_std"], ignore_index=True)
    pd.testing.assert_frame_equal(rows, simulate(*space, stds=STDS, **options), check_exact=True)


def test_the_architectures_of_a_trial_can_be_asked_for(space):
    accuracy, metric = space
    trial = example(*space, architectures=100, stds=STDS, names=("test",))
    drawn = draw_architectures(len(accuracy), 100, 0, ("test",))
    np.testing.assert_array_equal(accuracy[drawn], trial.accuracy)
    np.testing.assert_array_equal(metric[drawn], trial.metric)


def test_batches_do_not_change_a_number(space, monkeypatch):
    together = run(space)
    monkeypatch.setattr(simulation, "BATCH_VALUES", 1)
    pd.testing.assert_frame_equal(run(space), together, check_exact=True)


def test_more_trials_keep_the_first_ones(space):
    pd.testing.assert_frame_equal(run(space, trials=5), run(space).query("trial < 5").reset_index(drop=True))


def test_without_deviations_nothing_is_lost_and_with_them_something_is(space):
    means = run(space, trials=40).groupby("deviation_std").mean()
    assert (means.loc[0, ["mra_all", "mra_pareto"]] == 0).all()
    assert means.loc[0, "kendall_tau"] == 1
    assert means.loc[0, "hypervolume"] == means.loc[0, "best_hypervolume"]
    assert means["mra_all"].is_monotonic_increasing
    assert means["hypervolume"].is_monotonic_decreasing
    assert (means["mra_pareto"] <= means["mra_all"] + 1e-9).all()


def test_pairings():
    operations = np.array([[1, 0], [0, 1], [0, 0]])
    accuracy, metric = np.array([70.0, 80.0, 90.0]), np.array([3.0, 1.0, 2.0])
    np.testing.assert_array_equal(paired(operations, accuracy, metric, "true"), ([90, 80, 70], [2, 1, 3]))
    # Lexicographic order: (0, 0), (0, 1), (1, 0); the smallest value goes to the first.
    np.testing.assert_array_equal(paired(operations, accuracy, metric, "reference"), ([90, 80, 70], [1, 2, 3]))


@pytest.fixture
def summaries(space):
    one = summarise(run(space), "one", "true")
    two = summarise(run(space, names=("other",)), "two", "true")
    return pd.concat([one, two], ignore_index=True)


def test_summaries_are_means_over_trials(space, summaries):
    assert tuple(summaries) == COLUMNS
    simulated = run(space).query("deviation_std == 1")
    row = summaries.query("combination == 'one' and deviation_std == 1").iloc[0]
    assert row["mra_all"] == pytest.approx(simulated["mra_all"].mean())
    assert row["trials"] == 12
    mean = over_combinations(summaries).query("deviation_std == 1").iloc[0]
    assert mean["mra_all"] == pytest.approx(summaries.query("deviation_std == 1")["mra_all"].mean())


def test_figures_say_what_they_show(summaries):
    paper = pd.DataFrame(
        {
            "figure": ["sim_acc", "sim_hv"],
            "series": ["all selected architectures", "100"],
            "deviation_std": 0.5,
            "value": 1.0,
        }
    )
    reduction, hypervolume = plot_reduction(summaries, paper), plot_hypervolume(summaries, paper)
    words = " ".join(text.get_text().replace("\n", " ") for figure in (reduction, hypervolume) for text in figure.texts)
    assert "2 combinations, 12 trials" in words
    assert "Dotted: Laube" in words
    without = " ".join(text.get_text() for text in plot_reduction(summaries).texts)
    assert "Dotted" not in without


METADATA = {
    "combination": "a-b-c-latency",
    "metric": "latency",
    "unit": "ms",
    "direction": "smaller",
    "pairing": "true",
}
METADATA |= {"accuracy_title": "accuracy on cifar10", "accuracy_unit": "%", "accuracy_direction": "larger"}


def words_of(figure):
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


@pytest.fixture
def trial(space):
    return example(*space, architectures=100, stds=STDS, names=("test",))


def test_the_example_is_trial_0(space, trial):
    rows = run(space).query("trial == 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(trial.outcomes, rows, check_exact=True)
    assert trial.selected.sum(axis=1).tolist() == rows["selected"].tolist()
    assert trial.kept.sum(axis=1).tolist() == rows["kept"].tolist()


def test_what_the_example_shows_is_worth_what_the_trial_says(trial):
    best = np.array([trial.accuracy[trial.metric <= limit].max() for limit in trial.metric])
    lost = best - trial.accuracy
    np.testing.assert_allclose([lost[one].mean() for one in trial.selected], trial.outcomes["mra_all"])
    np.testing.assert_allclose([lost[one].mean() for one in trial.kept], trial.outcomes["mra_pareto"])
    np.testing.assert_array_equal(trial.front, (front_numbers(trial.accuracy, trial.metric) == 0))
    for selected, kept in zip(trial.selected, trial.kept, strict=True):
        left = front_numbers(trial.accuracy[selected], trial.metric[selected]) == 0
        np.testing.assert_array_equal(np.flatnonzero(kept), np.flatnonzero(selected)[left])


def test_fronts_print_what_the_trial_says(trial, tmp_path):
    figure = plot_fronts(trial, METADATA)
    for axes, row in zip(figure.axes, trial.outcomes.itertuples(), strict=True):
        words = axes.texts[0].get_text()
        assert f"{row.selected} selected: lose {row.mra_all:.2f} points" in words
        assert f"{row.kept} kept: lose {row.mra_pareto:.2f} points" in words
        assert f"{100 * row.hypervolume / row.best_hypervolume:.1f} %" in words
    assert "sorted" not in words_of(figure)
    save(figure, [tmp_path / "a.png"])


def test_fronts_of_one_std_and_of_a_metric_that_should_be_large(space, tmp_path):
    trial = example(*space, architectures=100, stds=(0.5,), names=("test",))
    metadata = {**METADATA, "metric": "throughput", "direction": "larger", "pairing": "reference"}
    figure = plot_fronts(trial, metadata)
    (axes,) = figure.axes
    assert axes.get_xlabel().startswith("negative of the true throughput")
    assert "not the architectures' own" in words_of(figure)
    save(figure, [tmp_path / "a.pdf"])


def test_figures_tell_the_unit_of_the_accuracy(trial, summaries):
    percent = {"accuracy_unit": "%", "accuracy_direction": "larger"}
    overlap = {"accuracy_unit": "mIoU", "accuracy_direction": "larger"}
    perplexity = {"quality": "perplexity", "accuracy_unit": "perplexity", "accuracy_direction": "smaller"}
    perplexity["accuracy_title"] = "perplexity"
    assert quality_of([percent, percent]) == ACCURACY
    assert quality_of([percent, overlap]).mean_loss == "mean reduction of accuracy (points or mIoU)"
    assert quality_of([perplexity]).mean_loss == "mean increase of perplexity"
    assert quality_of([perplexity]).amount("1.2") == "1.2 of perplexity"
    assert quality_of([percent]).amount("1.2") == "1.2 points of accuracy"
    assert plot_fronts(trial, METADATA).axes[0].get_ylabel() == "accuracy on cifar10 (%)"
    figure = plot_fronts(trial, {**METADATA, **perplexity})
    assert figure.axes[0].get_ylabel() == "negative of the perplexity"
    assert "points" not in figure.axes[0].texts[0].get_text()
    figure = plot_reduction(summaries, quality=quality_of([overlap]))
    assert figure.axes[0].get_ylabel() == "mean reduction of accuracy (mIoU)"


def test_numbers_of_architectures_that_nobody_shares_are_no_means_of_two(summaries):
    fewer = summaries.query("combination == 'two'").assign(architectures=50)
    figure = plot_hypervolume(pd.concat([summaries.query("combination == 'one'"), fewer]))
    assert "mean over 1 combination and" in words_of(figure)


def test_combinations_are_numbered_by_what_they_lose(summaries, tmp_path):
    costly = summaries.query("combination == 'two'").assign(mra_all=lambda rows: rows["mra_all"] + 50)
    figure = plot_by_combination(pd.concat([summaries.query("combination == 'one'"), costly]))
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["1  two", "2  one"]
    for axes in figure.axes:
        assert sorted(text.get_text() for text in axes.texts) == ["1", "2"]
    assert "12 trials; architectures to select from: 100." in words_of(figure)
    save(figure, [tmp_path / "a.png"])


@pytest.mark.parametrize("count", [1, 10])
def test_numbers_at_line_ends_do_not_touch(summaries, count, tmp_path):
    one = summaries.query("combination == 'one'")
    figure = plot_by_combination(pd.concat([one.assign(combination=f"c{i}") for i in range(count)]))
    for axes in figure.axes:
        places = sorted(text.xy[1] for text in axes.texts)
        assert len(places) == count
        assert (np.diff(places) > 0.04 * np.ptp(axes.get_ylim())).all()
    save(figure, [tmp_path / "a.png"])


def test_numbers_of_architectures_that_differ_are_told(summaries):
    fewer = summaries.query("combination == 'two'").assign(architectures=50)
    figure = plot_by_combination(pd.concat([summaries.query("combination == 'one'"), fewer]))
    labels = [text.get_text()[3:] for text in figure.legends[0].get_texts()]
    assert sorted(labels) == ["one (100)", "two (50)"]
    assert "50 to 100 (in brackets)" in words_of(figure)
