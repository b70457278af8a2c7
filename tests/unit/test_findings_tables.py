"""The functions behind the tables of docs/, on small made-up tables."""

import json

import numpy as np
import pandas as pd
import pytest

from hwpred.findings import cost, deviations, devices, open_data, published_code, selection, simulation
from hwpred.findings.fits import read_fits, summarise
from hwpred.findings.tables import Tables, read_csv
from hwpred.tables import COLUMNS, write_table
from hwpred.writing import write_csv

COMBINATION = "nasbench201-cifar10-pixel3-latency"


def fits(seeds, predictor="rf", tau=0.5, train_size=11):
    """Rows of the ``fits`` table, a seed each."""
    numbers = dict.fromkeys(COLUMNS["fits"], 1.0)
    texts = {"predictor": predictor, "hyperparameters": "{}"}
    sizes = {"train_size": train_size, "test_size": 100, "kendall_tau": tau}
    return pd.DataFrame([{**numbers, **texts, **sizes, "seed": seed} for seed in seeds])


def fit_file(folder, seeds, predictor="rf", **values):
    """Write a block of fits as a run has it."""
    path = folder / COMBINATION / predictor / f"{seeds[0]}-{seeds[-1]}.parquet"
    metadata = {"combination": COMBINATION, "space": "nasbench201", "predictor": predictor, "skipped": None}
    write_table(fits(seeds, predictor, **values), path, "fits", metadata)
    return path


def evaluation_file(folder, rows, name=COMBINATION):
    """Write an evaluation of (predictor, train_size, measure, mean, std, seeds) as a run has it."""
    space, task, device, metric = name.split("-")
    frame = pd.DataFrame(rows, columns=["predictor", "train_size", "measure", "mean", "std", "seeds"])
    frame = frame.assign(q05=frame["mean"], q50=frame["mean"], q95=frame["mean"])
    facts = {"combination": name, "space": space, "task": task, "device": device, "metric": metric}
    write_table(frame, folder / f"{name}.parquet", "evaluation", facts)
    return folder / f"{name}.parquet"


def test_tables_come_back_with_six_digits_and_missing_values(tmp_path):
    table = pd.DataFrame({"a": [0.1 + 0.2, np.nan, 1 / 3], "pairing": ["true", "true", "true"], "n": [1, 2, 3]})
    write_csv(table, tmp_path / "made.csv")
    back = read_csv(tmp_path / "made.csv")
    pd.testing.assert_frame_equal(back, table, check_exact=False, rtol=1e-6)
    tables = Tables(tmp_path)
    assert tables["made"]["a"][0] == 0.3
    assert tables.read == {"made"}


def test_blocks_that_hold_a_fit_twice_are_an_error(tmp_path):
    files = [fit_file(tmp_path, [0, 1]), fit_file(tmp_path, [0, 1, 2])]
    with pytest.raises(ValueError, match=r"'seed': 0\}.* more than once"):
        read_fits(files)


def test_left_over_blocks_do_not_count(tmp_path):
    planned = fit_file(tmp_path, range(3), tau=0.2)
    fit_file(tmp_path, range(2), tau=0.9)
    table = summarise(read_fits([planned]), "kendall_tau")
    assert table[["kendall_tau_mean", "seeds"]].to_numpy().tolist() == [[pytest.approx(0.2), 3]]


def test_standard_deviations_are_those_of_a_sample():
    rows = pd.concat([fits([0], tau=0.4), fits([1], tau=0.6)]).assign(combination=COMBINATION)
    assert summarise(rows, "kendall_tau")["kendall_tau_std"].item() == pytest.approx(np.std([0.4, 0.6], ddof=1))


def test_a_gain_of_the_search_has_the_standard_error_of_its_mean(tmp_path):
    names = [COMBINATION, "nasbench201-cifar10-raspi4-latency"]
    rows = {names[0]: ("gcn", 11, "search_gain", 0.2, 0.3, 4), names[1]: ("gcn", 11, "search_gain", 0.0, 0.4, 4)}
    tables = {
        name: pd.DataFrame([row], columns=["predictor", "train_size", "measure", "mean", "std", "seeds"])
        for name, row in rows.items()
    }
    gain = open_data.search_gain(tables).iloc[0]
    assert gain["gain"] == pytest.approx(0.1)
    assert gain["standard_error"] == pytest.approx(np.sqrt(0.3**2 / 4 + 0.4**2 / 4) / 2)


def test_the_published_code_may_be_better_by_no_more_than_is_allowed(tmp_path):
    rows = [
        row
        for size, tau in ((11, 0.5), (25, 0.5))
        for row in (("rf", size, "kendall_tau", tau, 0.1, 5), ("rf", size, "fit_seconds", 0.2, 0.0, 5))
    ]
    file = evaluation_file(tmp_path, rows)
    published = tmp_path / "published.csv"
    columns = ["combination", "predictor", "train_size", "seeds", "kendall_tau", "fit_cpu_seconds"]
    pd.DataFrame(
        [(COMBINATION, "rf", 11, 1, 0.52, 2.0), (COMBINATION, "rf", 25, 3, 0.52, 2.0)], columns=columns
    ).to_csv(published, index=False)
    table = published_code.tabulate([file], [published])["compare_published_code.csv"]
    assert table["ok"].tolist() == [True, False]
    assert table["standard_error"].tolist() == pytest.approx([0.1 * np.sqrt(1 / 5 + 1), 0.1 * np.sqrt(1 / 5 + 1 / 3)])
    seconds = published_code.tabulate_cost([file], [published])["published_code_cost.csv"]
    assert seconds["times_cheaper"].tolist() == pytest.approx([10, 10])


def test_devices_tell_when_a_lookup_table_is_passed_and_what_makes_a_difference(tmp_path):
    def file(name, taus, lookup=0.6):
        rows = [("xgb", size, "kendall_tau", tau, 0.1, 3) for size, tau in zip((11, 55), taus, strict=True)]
        return evaluation_file(tmp_path, [*rows, ("lookup", 25, "kendall_tau", lookup, 0.0, 1)], name)

    names = [f"nasbench201-{task}-{device}-latency" for task in ("t1", "t2") for device in ("d1", "d2")]
    files = [
        file(name, taus) for name, taus in zip(names, [(0.5, 0.7), (0.2, 0.3), (0.5, 0.8), (0.2, 0.5)], strict=True)
    ]
    table = devices.tabulate(files)["devices.csv"]
    passed = devices.lookup_passed(table).set_index("combination")["xgb"]
    assert passed[[names[0], names[2]]].tolist() == [55, 55]
    assert passed[[names[1], names[3]]].isna().all()
    assert devices.spread(table, "device", "xgb", 55) == (pytest.approx((0.4 + 0.3) / 2), 2)
    assert devices.spread(table, "task", "xgb", 55) == (pytest.approx((0.1 + 0.2) / 2), 2)


def test_the_shape_of_normal_deviations_is_that_of_a_normal_distribution():
    generator = np.random.default_rng(1)
    convolved = np.arange(200_000) % 2 == 0
    deviation = generator.normal(0.1, 1, 200_000) * np.where(convolved, 1, 1)
    shape = deviations.shape(pd.DataFrame({"deviation": deviation, "convolved": convolved}))
    assert shape["kurtosis"] == pytest.approx(0, abs=0.05)
    assert shape["off_centre"] == pytest.approx(0.1, abs=0.01)
    assert shape["beyond_3_std_percent"] == pytest.approx(0.27, abs=0.05)
    assert shape["within_half_std_percent"] == pytest.approx(38.3, abs=0.5)
    halved = pd.DataFrame({"deviation": np.where(convolved, deviation, deviation / 2), "convolved": convolved})
    shape = deviations.shape(halved)
    assert shape["std_without_conv3x3"] / shape["std_with_conv3x3"] == pytest.approx(0.5, abs=0.01)


def test_selections_count_from_all_architectures_and_with_shown_verifications():
    columns = {name: 0.5 for name in selection.COLUMNS}
    rows = [
        {**columns, "combination": "c", "architectures": number, "verification": way, "verified": verified}
        for number in (100, 500)
        for way, verified in (("none", 0), ("promising", 16), ("promising", 32), ("selected", 7.5))
    ]
    table = selection.from_all_architectures(pd.DataFrame(rows))
    assert table["verified"].tolist() == [0, 16, 7.5]
    assert list(table) == selection.COLUMNS


def simulated(**losses):
    """Means of a simulation of one run: accuracy lost by std, whose tau is 1 - std / 2."""
    rows = [
        {
            **{"run": "true_pairing", "combination": "c", "architectures": count, "deviation_std": std},
            **{"kendall_tau": 1 - std / 2, "mra_all": loss * count / 500, "mra_pareto": loss / 2},
            **{"hypervolume": 4.0, "hypervolume_percent": 100 - 25 * std},
        }
        for count in (100, 500)
        for std, loss in zip((0.0, 0.2, 0.4), (0.0, 1.0, 2.0), strict=True)
    ]
    return pd.DataFrame(rows)


def test_losses_at_a_tau_are_interpolated_where_all_architectures_can_be_selected():
    lost = simulation.at_tau(simulated(), 0.85)
    assert lost["mra_all"] == pytest.approx(1.5)
    assert lost["mra_pareto"] == pytest.approx(0.75)


def test_our_simulation_stands_beside_the_papers_curves():
    series = [*simulation.PAPER_SERIES, simulation.MANY]
    paper = pd.DataFrame(
        [(name, std, 2.0 - std) for name in series for std in (0.0, 0.2)], columns=["series", "deviation_std", "value"]
    )
    table = simulation.beside_paper(simulated(), paper).set_index(["measure", "deviation_std"])
    assert table.loc[("mra_all", 0.2)].tolist() == ["true_pairing", 1.0, 1.8, pytest.approx(-0.8)]
    assert table.loc[("hypervolume_percent", 0.2), "paper"] == pytest.approx(90)
    assert table.loc[("kendall_tau", 0.2), "difference"] == pytest.approx(0.9 - 0.88)


def test_the_figure_of_cost_has_a_panel_a_family(tmp_path):
    rows = [(key, "nasbench201", size, size / 100) for key in ("gp", "svmr", "rf", "lookup") for size in (5, 100)]
    columns = ["predictor", "space", "train_size", "cpu_seconds_per_fit"]
    pd.DataFrame([*rows, ("xgb", "fbnet", 5, 1)], columns=columns).to_csv(tmp_path / "cost.csv", index=False)
    own = {"predictor": "structured_gp", "combination": COMBINATION, "train_size": [5, 100], "fit_seconds_mean": [1, 2]}
    pd.DataFrame(own).to_csv(tmp_path / "structured_cost.csv", index=False)
    figure = cost.figures([tmp_path / "cost.csv"], [tmp_path / "structured_cost.csv"])["cost.png"]
    named = {axes.get_title(): [text.get_text() for text in axes.get_legend().texts] for axes in figure.axes}
    assert named == {
        "Kernel and Gaussian process": ["SVR", "GP"],
        "Trees": ["Random forest"],
        "Structured": ["Structured GP"],
    }
    assert all(len(axes.lines) == 4 for axes in figure.axes)


def test_cost_counts_fit_search_and_test_and_whole_jobs(tmp_path):
    file = fit_file(tmp_path / "fits", range(2))
    benchmark = tmp_path / "benchmarks" / COMBINATION / "rf" / "0-1.tsv"
    benchmark.parent.mkdir(parents=True)
    benchmark.write_text("cpu_time\tmax_rss\n7200\t300\n")
    made = cost.tabulate([file], [benchmark])
    by_size = made["cost.csv"].iloc[0]
    assert by_size["cpu_seconds_per_fit"] == pytest.approx(1 + 1 + 100 * 1)
    assert by_size["full_grid_core_hours"] == pytest.approx(50 * 102 / 3600)
    assert made["cost_jobs.csv"].set_index("predictor").loc["all", ["jobs", "fits", "core_hours"]].tolist() == [1, 2, 2]
    assert json.loads(made["cost_jobs.csv"].to_json(orient="records"))[0]["memory_mb"] == 300
