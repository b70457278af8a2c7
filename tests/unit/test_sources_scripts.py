"""The scripts of the data stage, from files in a cache to tables with metadata."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import source_files as build
from load_script import run_script

from hwpred import __version__
from hwpred.errors import InputError
from hwpred.measurement.output import with_texts, write_times
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.transfer_gp import TransferGaussianProcess
from hwpred.sources import get_source, help
from hwpred.sources.building import build_accuracy, build_targets
from hwpred.sources.fetch import RetrievalError, cache_folder, file_digest, load_sources, write_receipt
from hwpred.sources.listing import build_architectures
from hwpred.spaces import get_space
from hwpred.structure.blocks import TIME
from hwpred.tables import COLUMNS, read_metadata, read_table, write_table
from hwpred.training.data import read_data

COMBINATION = {
    "kind": "target",
    "space": "fbnet",
    "task": "images",
    "device": "titan_rtx_32",
    "metric": "latency",
    "source": "help",
}
ARCHITECTURES = {"kind": "architectures", "space": "fbnet", "source": "help"}


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A cache with HELP's files for twenty FBNet architectures, and what the scripts make of it."""
    monkeypatch.delenv("HWPRED_CACHE", raising=False)
    monkeypatch.setattr(help, "SAMPLE_SIZE", build.FBNET_SIZE)
    return Study(tmp_path)


class Study:
    def __init__(self, folder):
        self.folder, self.cache = folder, folder / "cache"
        latencies = self.cache / "help/fbnet/latency"
        latencies.mkdir(parents=True)
        self.architectures_file = build.write_help_architectures(self.cache / "help/fbnet/arch.pt")
        self.values = build.positive_values(build.FBNET_SIZE)
        self.latencies_file = build.write_help_latencies(latencies / "titan_rtx_32.pt", self.values)
        listed = {name: {"sha256": file_digest(self.cache / "help" / name)} for name in self.listed()}
        self.sources = {"help": {"url": "http://127.0.0.1:9/", "licence": "MIT", "citation": "Paper", "files": listed}}

    def listed(self):
        return "fbnet/arch.pt", "fbnet/latency/titan_rtx_32.pt"

    def receipts(self, request):
        paths = []
        for file in get_source("help").files(request):
            paths.append(str(self.folder / "receipts" / "help" / f"{file}.json"))
            write_receipt(self.sources, "help", file, self.cache, paths[-1])
        return paths

    def architectures(self):
        path = self.folder / "architectures.parquet"
        build_architectures("fbnet", self.receipts(ARCHITECTURES), path)
        return path

    def targets(self, **changes):
        path = self.folder / "targets.parquet"
        build_targets(self.architectures(), self.receipts(COMBINATION), {**COMBINATION, **changes}, path)
        return path


def test_sources_may_be_a_path(study):
    path, receipt = study.folder / "sources.yaml", study.folder / "receipt.json"
    path.write_text(json.dumps(study.sources))  # JSON is YAML
    write_receipt(load_sources(str(path)), "help", "fbnet/arch.pt", study.cache, receipt)
    assert json.loads(receipt.read_text())["path"] == str(study.architectures_file)


def test_environment_names_the_cache(study, monkeypatch):
    monkeypatch.setenv("HWPRED_CACHE", str(study.cache))
    receipt = study.folder / "receipt.json"
    write_receipt(study.sources, "help", "fbnet/arch.pt", cache_folder("elsewhere"), receipt)
    assert json.loads(receipt.read_text())["path"] == str(study.architectures_file)


def test_architectures(study):
    frame = read_table(study.architectures(), "architectures")
    assert frame["architecture"].tolist() == list(range(build.FBNET_SIZE))
    positions = frame[[f"p{i}" for i in range(22)]]
    assert set(positions.dtypes) == {np.dtype("int8")}
    space = get_space("fbnet")
    assert [space.from_text(text) for text in frame["operations"]] == [tuple(row) for row in positions.to_numpy()]


def test_architectures_of_an_enumerated_space(tmp_path):
    path = tmp_path / "architectures.parquet"
    build_architectures("transnas_macro", [], path)
    assert len(read_table(path, "architectures")) == 3256
    assert read_metadata(path) == {
        **{"space": "transnas_macro", "files": {}, "architectures": 3256},
        **{"kind": "architectures", "hwpred": __version__},
    }


def test_targets(study):
    path = study.targets()
    frame = read_table(path, "targets")
    assert frame["value"].tolist() == study.values
    assert frame["target"].mean() == pytest.approx(0, abs=1e-12)
    assert frame["target"].std(ddof=0) == pytest.approx(1)
    assert np.corrcoef(frame["value"], frame["target"])[0, 1] == pytest.approx(1)
    assert read_metadata(path) == {
        **{key: value for key, value in COMBINATION.items() if key != "kind"},
        "combination": "fbnet-images-titan_rtx_32-latency",
        "unit": "ms",
        "direction": "smaller",
        "batch_size": 32,
        "licence": "MIT",
        "citation": "Paper",
        "files": {"fbnet/latency/titan_rtx_32.pt": file_digest(study.latencies_file)},
        "missing": 0,
        "architectures": build.FBNET_SIZE,
        "notes": {},
        "kind": "targets",
        "hwpred": __version__,
    }


def test_same_files_same_bytes(study):
    first = study.targets().read_bytes()
    assert study.targets().read_bytes() == first


def test_constant_metric(study):
    build.write_help_latencies(study.latencies_file, [2.5] * build.FBNET_SIZE)
    study.sources["help"]["files"]["fbnet/latency/titan_rtx_32.pt"] = {}
    with pytest.raises(
        ValueError, match=r"fbnet-images-titan_rtx_32-latency: all 20 values are 2.5; a constant metric"
    ):
        study.targets()


def test_file_that_changed_after_its_receipt(study):
    architectures, receipts = study.architectures(), study.receipts(COMBINATION)
    build.write_help_latencies(study.latencies_file, study.values[::-1])
    with pytest.raises(RetrievalError, match=r"titan_rtx_32.pt has changed since it was retrieved"):
        build_targets(architectures, receipts, COMBINATION, study.folder / "targets.parquet")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "\udcff" + text,
        lambda text: "[]",
        lambda text: "null",
        *(
            lambda text, key=key: text.replace(f'"{key}"', '"x"')
            for key in ("file", "path", "sha256", "licence", "citation")
        ),
    ],
)
def test_a_torn_receipt_is_named(study, damage):
    architectures, receipts = study.architectures(), study.receipts(COMBINATION)
    path = Path(receipts[0])
    path.write_bytes(damage(path.read_text()).encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"titan_rtx_32.pt.json is no receipt.*; delete it"):
        build_targets(architectures, receipts, COMBINATION, study.folder / "targets.parquet")


def test_receipt_of_another_file(study):
    with pytest.raises(ValueError, match=r"no receipt of fbnet/latency/pixel2.pt, which source help needs"):
        study.targets(device="pixel2")


def test_table_of_another_space(study):
    path = study.architectures()
    with pytest.raises(ValueError, match=r"its space is 'fbnet', not 'mnasnet'; delete it and run again"):
        build_targets(path, [], {**COMBINATION, "space": "mnasnet"}, study.folder / "targets.parquet")


def test_users_own_table(study):
    architectures = study.architectures()
    texts = read_table(architectures, "architectures")["operations"]
    own = study.folder / "own.csv"
    pd.DataFrame({"architecture": texts[:3], "value": [3.0, 2.0, 1.0], "accuracy": [61, 62, 63]}).to_csv(
        own, index=False
    )
    request = {"space": "fbnet", "task": "images", "device": "mine", "metric": "fps", "source": "table"}
    request |= {"file": str(own), "unit": "images/s", "direction": "larger", "batch_size": 8}
    path = study.folder / "own.parquet"
    build_targets(architectures, [str(own)], {**request, "kind": "target"}, path)
    assert read_table(path, "targets")["value"].tolist() == [3.0, 2.0, 1.0]
    metadata = read_metadata(path)
    assert metadata["files"] == {str(own): file_digest(own)}
    assert (metadata["direction"], metadata["batch_size"], metadata["licence"]) == ("larger", 8, None)
    build_accuracy(architectures, [str(own)], {**request, "kind": "accuracy"}, path)
    assert read_table(path, "accuracy")["accuracy"].tolist() == [61.0, 62.0, 63.0]
    assert read_metadata(path)["unit"] == "%"
    assert read_metadata(path)["title"] == "accuracy on images"
    by_value = {**request, "kind": "accuracy", "quality": "value", "unit": "images/s"}
    build_accuracy(architectures, [str(own)], by_value, path)
    metadata = read_metadata(path)
    assert [metadata[key] for key in ("quality", "title", "unit", "direction")] == [
        "value",
        "value",
        "images/s",
        "larger",
    ]
    build_accuracy(architectures, [str(own)], {**by_value, "title": "speed"}, path)
    assert read_metadata(path)["title"] == "speed"


def test_when_each_was_measured_reaches_the_training(study):
    architectures, path = study.architectures(), study.targets(file_order="measuring")
    data = read_data(architectures, path)
    assert data.time is None
    assert TIME not in StructuredGaussianProcess.encode(data).blocks
    x = StructuredGaussianProcess.encode_for(data, {"time": "file_order"})
    assert x.blocks[TIME][:, 0].tolist() == data.architecture.tolist()
    own = study.folder / "own.csv"
    texts = read_table(architectures, "architectures")["operations"]
    pd.DataFrame({"architecture": texts[2::-1], "value": [3.0, 2.0, 1.0], "started": [60, 65, 72]}).to_csv(
        own, index=False
    )
    request = {**COMBINATION, "source": "table", "file": str(own), "unit": "ms", "direction": "smaller"}
    build_targets(architectures, [str(own)], request, path)
    data = read_data(architectures, path)
    for time in ("told", "file_order"):
        assert StructuredGaussianProcess.encode(data, time=time).blocks[TIME].tolist() == [[72], [65], [60]]
    others = replace(data, others=np.array([[1.0], [2.0], [3.0]]))
    assert TransferGaussianProcess.encode(others).blocks[TIME].tolist() == [[72], [65], [60]]


def test_a_csv_for_the_command_says_when_each_was_measured(study):
    architectures, measured = study.architectures(), study.folder / "fbnet-images-mine-latency.parquet"
    columns = {"architecture": [7, 3], "value": [1.5, 2.0], "spread": 0.0, "count": 1}
    for more, written in ({"started": [1.7e9, 1.7e9 + 5]}, [1.7e9, 1.7e9 + 5]), ({}, None):
        write_table(pd.DataFrame(columns | more), measured, "measured")
        write_times(with_texts(measured, architectures, "value"), study.folder / "measured.csv")
        table = pd.read_csv(study.folder / "measured.csv")
        assert table["value"].tolist() == [1.5, 2.0]
        assert (table["started"].tolist() if "started" in table else None) == written


def test_description_of_a_measured_table_reaches_the_evaluation(tmp_path, monkeypatch):
    name = "transnas_macro-jigsaw-graph-memory"
    targets, evaluation = (tmp_path / kind / f"{name}.parquet" for kind in ("targets", "evaluation"))
    architectures, fits_file = tmp_path / "all.parquet", tmp_path / name / "rf" / "0-0.parquet"
    build_architectures("transnas_macro", [], architectures)
    request = {"kind": "target", "space": "transnas_macro", "task": "jigsaw", "device": "graph", "metric": "memory"}
    request |= {"source": "measured", "folder": str(tmp_path)}
    table, facts = get_source("measured").files(request)
    frame = pd.DataFrame({"architecture": [7, 3], "value": [1.5, 2.5], "spread": 0.0, "count": 1})
    write_table(frame, table, "measured")
    described = {"unit": "MB", "direction": "smaller", "licence": "CC0-1.0", "date": "2026-11-24", "command": "make"}
    Path(facts).write_text(json.dumps(described))
    build_targets(architectures, [table, facts], request, targets)
    assert read_table(targets, "targets")["value"].tolist() == [2.5, 1.5]
    fits = pd.DataFrame(columns=list(COLUMNS["fits"]))
    write_table(fits, fits_file, "fits", {"combination": name, "predictor": "rf", "skipped": "too few"})
    inputs = {"fits": [fits_file], "targets": targets, "architectures": architectures}
    run_script("evaluate_combination", monkeypatch, input=inputs, output={"evaluation": evaluation})
    metadata = read_metadata(evaluation)
    assert metadata["notes"] == {"date": "2026-11-24", "command": "make", "noise_ceiling": 1}
    assert metadata["tau_cap"] == 1
    assert (metadata["unit"], metadata["licence"], metadata["files"].keys()) == ("MB", "CC0-1.0", {table, facts})
