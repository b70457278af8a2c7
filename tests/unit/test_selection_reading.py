"""What can be selected: architectures with metric and accuracy, whatever the accuracy's unit, and how many of them."""

import logging

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from hwpred.drawing import budget, fronts, simulation
from hwpred.figures.simulation import plot_reduction
from hwpred.selection.outcome import MARGIN, Candidates
from hwpred.selection.reading import accuracy_facts, possible_counts, read_ranked, read_selectable, whole_of
from hwpred.selection.stages.making import make
from hwpred.spaces import get_space
from hwpred.tables import COLUMNS, read_metadata, read_table, write_table

SPACE = get_space("nasbench201")
ROWS = 60
COMBINATION = "nasbench201-own-board-latency"
DEVIATIONS = {"deviation_std": [0, 0.5], "trials": 3, "pairing": "true"}
NAMES = ("architectures", "targets", "accuracy")


@pytest.fixture
def files(tmp_path):
    """Write architectures, targets and accuracies of sixty rows."""
    rng = np.random.default_rng(0)
    architecture = np.sort(rng.choice(SPACE.architectures, ROWS, replace=False))
    operations = SPACE.enumerate()[architecture]
    positions = {f"p{place}": operations[:, place] for place in range(6)}
    text = [SPACE.to_text(row) for row in operations]
    value = rng.gamma(3, 1, ROWS)
    tables = {
        "architectures": pd.DataFrame({"architecture": architecture, "operations": text, **positions}),
        "targets": pd.DataFrame(
            {"architecture": architecture, "value": value, "target": (value - value.mean()) / value.std()}
        ),
        "accuracy": pd.DataFrame({"architecture": architecture, "accuracy": 60 + 5 * value + rng.normal(0, 3, ROWS)}),
    }
    metadata = {
        "combination": COMBINATION,
        "space": "nasbench201",
        "direction": "smaller",
        "notes": {},
        "metric": "latency",
        "unit": "ms",
    }
    for kind, table in tables.items():
        more = {**metadata, "title": "accuracy", "unit": "%", "direction": "larger"} if kind == "accuracy" else metadata
        write_table(table, tmp_path / kind / f"{COMBINATION}.parquet", kind, more)
    return [tmp_path / kind / f"{COMBINATION}.parquet" for kind in tables]


def change_accuracy(file, change, **metadata):
    """Write an accuracy table again after ``change``."""
    write_table(change(read_table(file, "accuracy")), file, "accuracy", {**read_metadata(file), **metadata})


def test_accuracies_of_a_part_are_enough_and_the_log_says_how_many_lack(files, caplog):
    change_accuracy(files[2], lambda table: table.iloc[:45])
    operations, accuracy, _ = read_selectable(*files)
    assert len(operations) == len(accuracy) == len(read_ranked(*files[1:])) == 45
    assert "15 of the 60 architectures" in caplog.text


@pytest.mark.parametrize("known", [0, 1])
def test_one_architecture_with_accuracy_is_too_few(files, known):
    change_accuracy(files[2], lambda table: table.iloc[:known])
    with pytest.raises(ValueError, match=rf"{known} of the 60 architectures of .*targets/.*parquet have an accuracy"):
        read_ranked(*files[1:])


def test_equal_metrics_of_all_with_accuracy_are_refused(files):
    targets = read_table(files[1], "targets")
    targets.loc[:4, "target"] = 0.5
    write_table(targets, files[1], "targets", read_metadata(files[1]))
    change_accuracy(files[2], lambda table: table.iloc[:5])
    with pytest.raises(ValueError, match=r"all 5 architectures .* have the same metric"):
        read_selectable(*files)


def test_an_accuracy_that_should_be_small_is_turned_round(files):
    before = read_ranked(*files[1:])
    change_accuracy(files[2], lambda table: table.assign(accuracy=-table["accuracy"]), direction="smaller")
    after = read_ranked(*files[1:])
    np.testing.assert_array_equal(after.architecture, before.architecture)
    np.testing.assert_array_equal(after.accuracy, before.accuracy)


def test_only_a_percentage_is_divided_by_100(files):
    assert (whole_of("%"), whole_of("perplexity")) == (100, 1)
    change_accuracy(files[2], lambda table: table, title="perplexity", unit="nats", direction="smaller")
    space = read_ranked(*files[1:])
    candidates = space.candidates()
    found = candidates.outcomes(np.ones((1, 1, ROWS), dtype=bool))
    # All are selected: the hypervolume is that of the front, by strips, above the worst quality.
    quality, metric = -read_table(files[2], "accuracy")["accuracy"], read_table(files[1], "targets")["target"]
    area, before = 0.0, MARGIN * metric.max()
    for one in np.lexsort((metric, -quality)):
        area += (quality[one] - quality.min()) * max(0, before - metric[one])
        before = min(before, metric[one])
    assert found["hypervolume"][0, 0] == pytest.approx(area)
    assert accuracy_facts(files[2]) == {
        "quality": "accuracy",
        "accuracy_title": "perplexity",
        "accuracy_unit": "nats",
        "accuracy_direction": "smaller",
    }


def test_negative_accuracies_are_measured_from_the_worst():
    accuracy, metric = np.array([[-1.0, -2.0, -4.0]]), np.array([[3.0, 2.0, 1.0]])
    shifted = Candidates(accuracy + 4, metric, whole=1)
    everything = np.ones((1, 1, 3), dtype=bool)
    for name, values in Candidates(accuracy, metric, whole=1).outcomes(everything).items():
        np.testing.assert_array_equal(values, shifted.outcomes(everything)[name])


@pytest.mark.parametrize(
    ("wanted", "possible", "told"),
    [
        ([100, 20, 20], [20], "left out is 100 of"),
        ([100, 500], [60], "left out is 100, 500 of selection.architectures, instead of which one selects from all 60"),
        ([60, 20], [20, 60], ""),
    ],
)
def test_numbers_beyond_the_data_are_left_out(wanted, possible, told, caplog):
    with caplog.at_level(logging.INFO):
        assert possible_counts(wanted, ROWS, "c") == possible
    assert told in caplog.text
    assert bool(told) == bool(caplog.text)


def test_a_study_of_sixty_rows_is_simulated_and_drawn(files, tmp_path):
    output = tmp_path / "selection" / f"{COMBINATION}.parquet"
    settings = {"simulated": {"architectures": [100, 500], **DEVIATIONS}, "run_seed": 1}
    make("simulated", dict(zip(NAMES, files, strict=True)), settings, output)
    assert set(read_table(output, "selection")["architectures"]) == {ROWS}
    table, *figures = simulation.draw([output], []).values()
    assert set(table["combination"]) == {COMBINATION}
    figures += fronts.draw(*([file] for file in files), [output], 1).values()
    assert [len(figure.axes) > 0 for figure in figures] == [True] * 4


def test_tables_and_figures_of_a_perplexity_say_so(files, tmp_path):
    perplexity = {"unit": "perplexity", "direction": "smaller", "quality": "perplexity"}
    change_accuracy(files[2], lambda table: table.assign(accuracy=100 - table["accuracy"]), **perplexity)
    output = tmp_path / "selection" / f"{COMBINATION}.parquet"
    settings = {"simulated": {"architectures": [20], **DEVIATIONS}, "run_seed": 1}
    make("simulated", dict(zip(NAMES, files, strict=True)), settings, output)
    assert read_metadata(output)["quality"] == "perplexity"
    # Nothing is lost by a metric that is known, and something by a wrong one.
    lost = read_table(output, "selection").groupby("deviation_std")["mra_all"].mean()
    assert lost[0] == 0 < lost[0.5]
    summaries, quality = simulation.read_summaries([output])
    figure = plot_reduction(summaries, None, quality)
    words = " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))
    assert "mean increase of perplexity" in words
    assert "How much perplexity does a wrong metric cost?" in words
    assert "accuracy" not in words


def test_predictions_select_from_those_with_accuracy(files, tmp_path):
    change_accuracy(files[2], lambda table: table.iloc[::2])
    architecture = read_table(files[0], "architectures")["architecture"]
    rows = {"train_size": 10, "seed": 0, "architecture": architecture, "measured": np.arange(ROWS) < 10}
    predictions = pd.DataFrame({**rows, "prediction": np.linspace(-1, 1, ROWS), "std": np.nan})
    file = tmp_path / COMBINATION / "lin_reg" / "0-0.parquet"
    write_table(predictions, file, "space_predictions", {"combination": COMBINATION, "predictor": "lin_reg"})
    settings = {"architectures": [20, 100], "verified": [4], "run_seed": 1}
    output = tmp_path / "out.parquet"
    make("predicted", {"targets": files[1], "accuracy": files[2], "predictions": [file]}, settings, output)
    assert set(read_table(output, "predicted_selection")["architectures"]) == {20, 30}
    assert read_metadata(output)["accuracy_unit"] == "%"


def test_advice_counts_those_with_accuracy_and_tells_the_unit(tmp_path):
    row = {"strategy": "predict", "predictor": "lin_reg", "train_size": 10, "verified": 0, "seconds": 60.0}
    rows = [{**row, "mra": 1.0 + seed / 2, "hypervolume_percent": 90.0 + seed, "seed": seed} for seed in range(3)]
    facts = {"combination": COMBINATION, "seconds_per_measurement": 10, "selectable": 45, "accuracy_unit": "mIoU"}
    offers = tmp_path / f"{COMBINATION}.parquet"
    write_table(pd.DataFrame(rows, columns=list(COLUMNS["offers"])), offers, "offers", facts)
    advice = budget.draw([offers])["advice.csv"].to_csv()
    assert "predict 45 (1 min); the only way that it pays for; " in advice
    assert "to lose 1.50 mIoU of accuracy" in advice
    assert "measure all 45; nothing is lost" in advice


def test_metrics_that_are_all_negative_have_a_reference_point_beyond_them():
    fast = Candidates(np.array([[90.0, 70.0, 60.0]]), np.array([[-1.0, -1.5, -2.0]]))
    everything = np.ones((1, 1, 3), dtype=bool)
    volume = fast.outcomes(everything)["hypervolume"]
    assert volume == pytest.approx(0.5 * 0.6 + 0.5 * 0.7 + 0.1 * 0.9)
