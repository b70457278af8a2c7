"""The protocols of HELP and NASFLAT, and how their figures and ours come into one table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hwpred.documents import read_yaml
from hwpred.findings import few_shot as finding
from hwpred.findings.few_shot_figure import of_set
from hwpred.findings.pages.few_measurements import behind
from hwpred.findings.tables import read_csv
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.data import Data
from hwpred.writing import write_csv

ROOT = Path(__file__).parents[2]
SETS = read_yaml(ROOT / "data/published/nasflat_sets.yaml")
PUBLISHED = read_csv(ROOT / "data/published/few_shot.csv")
RNG = np.random.default_rng(0)
OPERATIONS = RNG.integers(0, 9, (400, 22)).astype(np.int8)
COSTS = 10 + structured("fbnet", OPERATIONS).blocks["drawn/size"][:, 0]


def data_of(device, noise=0.05):
    value = COSTS + noise * np.random.default_rng(len(device)).normal(size=400)
    target = (value - value.mean()) / value.std()
    name = f"fbnet-images-{device}-latency"
    return Data(name, get_space("fbnet"), "smaller", np.arange(400), OPERATIONS, target, value=value)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(finding, "HELP_PARTS", {"fbnet": (300, 400)})
    monkeypatch.setattr(finding, "FIRST", 30)


def test_the_middle_leaves_out_a_tenth_at_either_end():
    values = np.array([5.0, 1, 9, 3, 7, 0, 8, 2, 6, 4, 100, -100])
    assert values[finding.middle(values, np.arange(10))].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert set(finding.middle(values, np.arange(12))).isdisjoint({10, 11})


def test_nasflat_tests_on_the_first_architectures_and_we_on_those_that_were_not_measured(small):
    data = data_of("a")
    trials = finding.nasflat_trials(data, 0, 2, (5, 10))
    assert [(trial.samples, trial.seed) for trial in trials] == [(5, 0), (10, 0), (5, 1), (10, 1)]
    assert set(trials[0].train) < set(trials[1].train)
    for trial in trials:
        assert trial.tested["first128"].tolist() == list(range(30))
        assert len(trial.tested["all"]) == 400
        assert sorted([*trial.tested["held_out"], *trial.train]) == list(range(400))
    moved = replace(data, architecture=np.arange(400)[::-1])
    assert finding.nasflat_trials(moved, 0, 1, (5,))[0].tested["first128"].tolist() == list(range(370, 400))


def test_help_takes_ten_of_the_middle_and_ten_references_that_all_devices_share(small):
    trials = finding.help_trials(data_of("a"), 0, 3)
    others = finding.help_trials(data_of("other"), 0, 3)
    with_references = [trial for trial in trials if trial.test == finding.HELP]
    of_others = [trial for trial in others if trial.test == finding.HELP]
    for trial, other in zip(with_references, of_others, strict=True):
        assert trial.train[10:].tolist() == other.train[10:].tolist()
    value = data_of("a").value
    for trial in with_references:
        assert len(set(trial.train)) == trial.samples == 20
        assert set(trial.train[:10]) <= set(finding.middle(value, np.arange(300)))
    assert len({tuple(trial.train[:10]) for trial in with_references}) == 3
    random = [trial for trial in trials if trial.test == finding.HELP_RANDOM and trial.seed == 0]
    assert [trial.samples for trial in random] == [10, 20]
    for trial in trials:
        assert len(trial.tested["middle80"]) == 80
        assert trial.tested["middle80"].min() >= 300 > trial.train.max()


def test_a_set_whose_sources_are_not_all_known_has_none():
    known = ["1080ti_1", "eyeriss", "pixel3", "2080ti_1"]
    assert finding.sets_of(SETS, "nasbench201", "1080ti_1", known) == {"N1": [], "N3": [], "N4": []}
    sources = SETS["F2"]["sources"]
    assert finding.sets_of(SETS, "fbnet", "2080ti_32", [*sources, "2080ti_32"]) == {"F2": sources}
    assert finding.sets_of(SETS, "fbnet", "titanx_1", sources) == {}


def scores(**changes):
    same = {"test": "nasflat", "predictor": "structured_gp", "samples": 5, "told": "nothing", "architectures": "all"}
    return pd.DataFrame({**same, **changes})


def test_means_stand_for_whole_sets_and_devices_count_once():
    sets = {
        "F1": {"space": "fbnet", "targets": ["a", "b"]},
        "F2": {"space": "fbnet", "targets": ["b"]},
        "F3": {"space": "fbnet", "targets": ["a", "elsewhere"]},
    }
    of_a = [scores(device="a", tuned_on=True, set=key, seed=[0, 1], spearman=[0.2, 0.6]) for key in ("F1", "F3")]
    of_b = [scores(device="b", tuned_on=False, set=key, seed=[0, 1], spearman=[0.9, 1.0]) for key in ("F1", "F2")]
    table = finding.summary(pd.concat([*of_a, *of_b]), sets).set_index(["set", "device"])
    means = table.xs("mean", level="device")
    assert means["spearman"].to_dict() == pytest.approx({"F1": 0.675, "F2": 0.95, "F": 0.675, "F_not_tuned_on": 0.95})
    assert means["worst_spearman"].to_dict() == {"F1": 0.2, "F2": 0.9, "F": 0.2, "F_not_tuned_on": 0.9}
    assert table.loc[("F3", "a"), ["spearman", "worst_spearman", "seeds"]].tolist() == pytest.approx([0.4, 0.2, 2])


def test_the_best_published_figure_stands_beside_ours_and_each_is_a_row(tmp_path):
    own = scores(set=["NA", "F4", "fbnet"], device=["eyeriss", "mean", "mean"], spearman=0.5)
    own["test"] = ["nasflat", "nasflat", "help_random"]
    table = finding.beside(own, PUBLISHED)
    assert table["published_by"].tolist() == ["NASFLAT", "HELP", "HELP"]
    assert table["published"].tolist() == [0.984, 0.799, 0.91]
    whole = pd.concat([table, finding.as_rows(PUBLISHED)], ignore_index=True)
    write_csv(whole, tmp_path / "few_shot.csv")
    again = read_csv(tmp_path / "few_shot.csv")
    rows = again[(again["set"] == "NA") & (again["device"] == "eyeriss")]
    assert rows["predictor"].tolist() == ["structured_gp", "NASFLAT", "MultiPredict", "HELP"]


@pytest.mark.parametrize("key", SETS)
def test_published_means_are_those_of_the_targets(key):
    """A figure that was copied wrongly would show: NASFLAT's means are those of its figures by target."""
    rows = PUBLISHED[(PUBLISHED["published_by"] == "NASFLAT") & (PUBLISHED["set"] == key)].set_index("device")
    assert sorted(rows.index) == sorted([*SETS[key]["targets"], "mean"])
    assert rows["spearman"].drop("mean").mean() == pytest.approx(rows.loc["mean", "spearman"], abs=0.0015)


def test_the_table_of_made_up_devices(small, monkeypatch, tmp_path):
    made_up = {device: data_of(device) for device in ("fpga", "raspi4", "eyeriss", *SETS["FD"]["sources"])}

    def read(_, targets, others, dead_operations):
        known = [made_up[other].target for other in others]
        return replace(made_up[targets], others=np.stack(known, axis=1) if known else np.empty((400, 0)))

    monkeypatch.setattr(finding, "read_data", read)
    monkeypatch.setattr(finding, "read_metadata", lambda device: {"combination": made_up[device].combination})
    (tmp_path / "tuned.yaml").write_text("combinations: [fbnet-images-raspi4-latency]\n")
    files = {
        "sets": [ROOT / "data/published/nasflat_sets.yaml"],
        "published": [ROOT / "data/published/few_shot.csv"],
        "tuned": [tmp_path / "tuned.yaml"],
    }
    devices = list(made_up)
    made = finding.tabulate(
        devices, devices, **files, dead_operations={}, run_seed=0, seeds=1, train_sizes={"fbnet": [5]}
    )
    table = made["few_shot.csv"]
    ours = table[table["predictor"].isin(["structured_gp", "transfer_gp"])]
    assert not ours.duplicated(finding.KEY).any()
    assert ours["spearman"].between(0.5, 1).all()
    assert set(ours["told"]) == {"nothing"}
    assert set(ours.loc[ours["predictor"] == "transfer_gp", "set"]) == {"FD", "fbnet"}
    assert set(ours.loc[ours["set"] == "FD", "device"]) == {"fpga", "raspi4", "eyeriss", "mean"}
    # F1 has other sources than are known, and of F4 a target is not known: no mean of it can be compared.
    assert (ours["set"] == "F1").sum() == 18
    assert set(ours.loc[ours["set"] == "F4", "device"]) == {"1080ti_1", "essential_ph_1"}
    assert set(of_set(table, "FD")["device"]) == {"mean"}
    assert len(made["few_shot.png"].axes) == 12


def test_the_page_says_where_others_are_ahead_each_by_its_own_test():
    rows = [
        ("nasflat", "F4", 20, "first128", 0.5, 0.8, "HELP"),
        ("nasflat", "F4", 20, "held_out", 0.7, 0.8, "HELP"),
        ("nasflat", "F4", 10, "held_out", 0.6, 0.8, "HELP"),
        ("nasflat", "F1", 20, "first128", 0.7, 0.8, "NASFLAT"),
        ("nasflat", "F1", 20, "held_out", 0.9, 0.8, "NASFLAT"),
        ("nasflat", "F2", 20, "first128", 0.9, 0.8, "NASFLAT"),
        ("nasflat", "F2", 20, "held_out", 0.7, 0.8, "NASFLAT"),
        ("help", "fbnet", 20, "middle80", 0.7, 0.8, "HELP"),
        ("help_random", "fbnet", 20, "middle80", 0.7, 0.8, "HELP"),
    ]
    columns = ["test", "set", "samples", "architectures", "spearman", "published", "published_by"]
    table = pd.DataFrame(rows, columns=columns).assign(predictor="structured_gp", told="nothing", device="mean")
    found = behind(table)[["set", "architectures", "spearman"]].to_numpy().tolist()
    assert found == [["F4", "held_out", 0.7], ["F1", "first128", 0.7], ["fbnet", "middle80", 0.7]]
