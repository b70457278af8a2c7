"""Findings about networks of any kind: errors in % and coverage, choices, families, drift, what can be studied."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hwpred.documents import read_yaml
from hwpred.findings import combinations, language_models, score_tables, scores, zoo, zoo_families
from hwpred.findings.pages import combinations as combinations_page
from hwpred.findings.pages import zoo as zoo_page
from hwpred.findings.registry import CATALOGUES
from hwpred.findings.single_feature import fit_lines, rows_of
from hwpred.selection.limits import QUANTILES
from hwpred.spaces import get_space
from hwpred.training.data import Data
from hwpred.training.splits import Split

ROOT = Path(__file__).parents[2]
SPACE = get_space("zoo")
SPLITS = {"run_seed": 1, "seeds": 2, "train_sizes": [10, 40], "test_size": 100}


def data_of(value, rows=None):
    """Return networks of the zoo with these times."""
    rows = np.arange(len(value)) if rows is None else rows
    learnt = np.log(value)
    target = (learnt - learnt.mean()) / learnt.std()
    return Data("zoo-t-d-latency", SPACE, "smaller", rows, SPACE.enumerate()[rows], target, value=np.asarray(value))


def test_a_line_of_logarithms_finds_a_power_law():
    feature = np.random.default_rng(0).uniform(0, 5, 200)
    lines = list(fit_lines("macs", feature, data_of(3 * np.exp(feature) ** 0.8), **SPLITS))
    assert [(line.row["train_size"], line.row["seed"]) for line in lines] == [(10, 0), (40, 0), (10, 1), (40, 1)]
    assert rows_of(lines)["kendall_tau"].tolist() == pytest.approx([1] * 4)
    assert rows_of(lines)["median_error_percent"].max() < 1e-6
    assert lines[1].train.tolist() == Split(200, 100, 1, "zoo-t-d-latency", 0).train(40).tolist()


def test_networks_without_the_number_take_no_part():
    feature = np.random.default_rng(0).uniform(0, 5, 200)
    data = data_of(np.exp(feature))
    feature[::7] = np.nan
    lines = list(fit_lines("macs", feature, data, **SPLITS))
    assert all(np.isfinite(feature[line.train]).all() for line in lines)
    assert rows_of(lines)["kendall_tau"].tolist() == pytest.approx([1] * 4)
    assert np.isnan(lines[0].prediction[::7]).all()


def test_scores_are_means_over_seeds_and_missing_where_nothing_is_stated():
    lines = rows_of(fit_lines("macs", np.linspace(0, 1, 200), data_of(np.linspace(1, 9, 200)), **SPLITS))
    table = scores.mean_scores(lines)
    assert table.columns.tolist() == [*scores.KEY, "seeds", *scores.SCORES]
    assert table["seeds"].tolist() == [2, 2]
    assert table["coverage_95"].isna().all()
    assert table["kendall_tau"][0] == pytest.approx(lines[lines["train_size"] == 10]["kendall_tau"].mean())


class TestChoices:
    value = np.arange(1.0, 11)
    quality = pd.Series(np.arange(10.0), index=np.arange(10))

    def choose(self, believed, measured=(), quality=None):
        data, learnt = data_of(self.value), np.log(self.value)
        prediction = (np.log(believed) - learnt.mean()) / learnt.std()
        known, row = (
            np.isin(np.arange(10), measured),
            {"combination": "c", "predictor": "p", "train_size": 5, "seed": 0},
        )
        return zoo.choices(data, self.quality if quality is None else quality, row, known, prediction)

    def test_the_truth_loses_nothing(self):
        found = self.choose(self.value)
        assert found["limit_quantile"].tolist() == list(QUANTILES)
        assert found["lost"].tolist() == found["lost_timed"].tolist() == [0] * 4
        assert not found["broken"].any()

    def test_what_is_believed_too_slow_loses_quality(self):
        found = self.choose(2 * self.value)
        assert found["broken"].tolist() == [True, False, False, False]  # none is believed to keep the first limit
        assert found["lost"].tolist()[1:] == [2, 3, 4]

    def test_what_is_believed_too_fast_breaks_the_limit_until_it_is_timed(self):
        believed = self.value.copy()
        believed[9] = 0.5
        assert self.choose(believed)["broken"].all()
        assert self.choose(believed)["lost"].isna().all()
        assert self.choose(believed)["lost_timed"].tolist() == [0] * 4
        assert not self.choose(believed, measured=[9])["broken"].any()

    def test_networks_without_quality_take_no_part(self):
        believed = self.value.copy()
        believed[9] = 0.5
        assert self.choose(believed, quality=self.quality.drop(9))["lost"].tolist() == [0] * 4

    def test_means_over_seeds(self):
        believed = self.value.copy()
        believed[9] = 0.5
        table = zoo.selection_table(pd.concat([self.choose(self.value), self.choose(believed).assign(seed=1)]))
        assert table["seeds"].tolist() == [2] * 4
        assert table["broken_percent"].tolist() == [50] * 4
        assert table["top1_lost"].tolist() == table["broken_timed_percent"].tolist() == [0] * 4


def test_set_ups_agree_as_far_as_their_networks_do(tmp_path):
    from hwpred.tables import write_table

    def target_file(name, rows, value):
        frame = pd.DataFrame({"architecture": rows, "value": value, "target": value})
        write_table(frame, tmp_path / f"{name}.parquet", "targets", {"combination": name})
        return tmp_path / f"{name}.parquet"

    files = [target_file("a", range(5), [1.0, 2, 3, 4, 5]), target_file("b", range(1, 6), [20.0, 30, 40, 50, 1])]
    table = zoo.agreement(files)
    assert table[["first", "second", "networks", "kendall_tau"]].to_numpy().tolist() == [["a", "b", 4, 1.0]]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("resnet50@224", "resnet"),
        ("resnet101d@256", "resnet"),
        ("tf_efficientnet_b0@224", "efficientnet"),
        ("convnextv2_tiny@288", "convnext"),
        ("vgg16@224", "vgg"),
        ("vit_base_patch16_224@224", "vit"),
    ],
)
def test_a_family_is_what_a_name_begins_with(name, family):
    assert zoo_families.family_of(name) == family


def test_no_network_of_a_family_is_learnt_from(monkeypatch):
    rows = np.arange(0, 1600, 4)
    data = data_of(np.exp(SPACE.features_of_all[rows, 0] / 3), rows)
    seen = []

    def fit(predictor, data, trains, test):
        seen.append((trains, test))
        return [{"kendall_tau": 0.5} for _ in trains]

    monkeypatch.setattr(zoo_families, "_fit", fit)
    monkeypatch.setattr(zoo_families, "PREDICTORS", ("gp",))
    found = pd.DataFrame(zoo_families.left_out(data, 1))
    names = [SPACE.names[row] for row in rows]
    families = zoo_families.largest_families(names)
    assert len(families) == zoo_families.FAMILIES == len(seen)
    for family, (trains, test) in zip(families, seen, strict=True):
        assert {zoo_families.family_of(names[place]) for place in test} == {family}
        assert all(zoo_families.family_of(names[place]) != family for train in trains for place in train)
        assert sorted(map(len, trains)) == [50] * 3 + [100] * 3
    assert found["networks"].tolist()[0] == len(seen[0][1])


class TestDrift:
    @staticmethod
    def measured(drift, models=2000):
        """Return made-up measurements of random models, whose device changes from one hundred models to the next."""
        rng = np.random.default_rng(0)
        space = get_space("gpt_s")
        operations = space.draw(models, rng)
        macs = 10.0 ** rng.uniform(9, 10, models)
        expected = macs**0.9 * (1 + operations[:, 2] / 10)
        slow = np.repeat(1 + drift * rng.normal(size=models // 100), 100)
        noise = 1 + 0.005 * rng.normal(size=(models, 10))
        readings = (expected * slow)[:, None] * noise
        rows = {"architecture": range(models), "macs": macs, "operations": operations.tolist()}
        return pd.DataFrame({**rows, "readings": readings.tolist()})

    def test_a_device_that_does_not_change_shows_no_drift(self):
        found = language_models.drift(self.measured(0), 1)
        assert found["models"] == 2000
        assert found["ceiling_noise"] > 0.98
        assert found["drift_percent"] == pytest.approx(found["no_drift_percent"], rel=0.5)

    def test_a_device_that_changes_does(self):
        found = language_models.drift(self.measured(0.03), 1)
        assert 2 < found["drift_percent"] < 4
        assert found["drift_percent"] > 8 * found["no_drift_percent"]
        assert found["ceiling_noise"] > 0.98  # halves of one model's measurements share it
        assert found["tau_without_drift"] > found["tau_of_regression"] + 0.005

    def test_one_reading_has_no_halves(self):
        measured = self.measured(0)
        measured["readings"] = [values[:1] for values in measured["readings"]]
        assert np.isnan(language_models.drift(measured, 1)["ceiling_noise"])


class TestCombinations:
    def test_every_combination_of_every_catalogue_has_a_kind_and_a_file(self):
        found = combinations.tabulate([ROOT / file for file in CATALOGUES], [ROOT / "config/sources.yaml"])
        table = found["combinations.csv"]
        assert table["combination"].is_unique
        assert len(table) >= 120
        assert set(table["file"]) <= {"checksum", "commit", "by hand", "here"}
        by_name = table.set_index("combination")
        assert by_name.loc["nasbench201-cifar10-pixel3-latency", ["kind", "file"]].tolist() == ["phone", "checksum"]
        assert by_name.loc["gpt_l-openwebtext-a40-energy", ["kind", "file"]].tolist() == ["GPU", "commit"]
        assert by_name.loc["nasbench201-cifar10-graph-memory", ["kind", "file"]].tolist() == ["computed", "here"]

    def test_no_catalogue_is_forgotten(self):
        files = sorted(ROOT.joinpath("config").glob("*.yaml"))
        catalogues = [file for file in files if isinstance(read_yaml(file).get("combinations", [""])[0], dict)]
        known = {ROOT / file for file in CATALOGUES} | {ROOT / "config/pairing_combinations.yaml"}
        assert set(catalogues) == known

    def test_a_device_of_no_known_kind_is_an_error(self):
        with pytest.raises(ValueError, match="device 'abacus' is of no known kind"):
            combinations.kind_of("abacus")


SETUPS = ("zoo-imagenet-amp-nchw-pt210-rtx3090-latency", "zoo-imagenet-amp-nchw-pt240-rtx3090-latency")


def score_rows(*rows):
    """Return a table of scores: (combination, predictor, size, tau)."""
    table = pd.DataFrame(rows, columns=[*scores.KEY, "kendall_tau"])
    return table.assign(seeds=10, median_error_percent=12.34, within_10_percent=50.0, coverage_95=np.nan)


class TestPages:
    taus = score_rows(
        (SETUPS[0], "structured_gp", 10, 0.8),
        (SETUPS[1], "structured_gp", 10, 0.9),
        (SETUPS[0], "macs", 10, 0.6),
        (SETUPS[1], "macs", 10, 0.7),
        (SETUPS[0], "xgb", 10, 0.9),
        (SETUPS[1], "xgb", 10, 0.5),
    )

    def test_single_numbers_stand_first_and_what_knows_the_structure_last(self):
        table = score_tables.by_size(self.taus, "kendall_tau")
        assert table.index.tolist() == ["multiply-accumulates alone", "XGBoost", "Structured GP"]
        assert table["10"].tolist() == ["0.650", "0.700", "0.850"]
        assert score_tables.by_size(self.taus, "median_error_percent")["10"].tolist() == ["12.3 %"] * 3

    def test_only_set_ups_of_one_card_are_said_to_agree(self):
        other = "zoo-imagenet-fp32-nchw-pt240-cpu-i9_10940x-dynamo-latency"
        rows = [(*SETUPS, 90, 0.95), (SETUPS[0], other, 80, 0.8)]
        agreement = pd.DataFrame(rows, columns=["first", "second", "networks", "kendall_tau"])
        assert zoo_page.agreement_table(agreement)["Kendall's tau"].tolist() == ["0.950"]

    def test_the_leaderboard_sets_the_best_other_predictor_of_each_combination_beside(self):
        known = pd.DataFrame({"combination": [*SETUPS, "zoo-i-x-latency"], "space": "zoo", "kind": "GPU"})
        kinds = known.set_index("combination")["kind"]
        tables = combinations_page.leaders_table(known, combinations_page.of_scores(self.taus), kinds)
        (row,) = tables["10 or 11 measurements"].to_dict("records")
        assert row["compared"] == "2 of 3"
        assert row["Structured GP"] == "0.850"
        assert row["best other"].startswith("0.800")
        (more,) = tables["50, 55 or 76 measurements"].to_dict("records")
        assert more["Structured GP"] == "-"
