"""Networks that share no operations: the table of timm's, its features, and what predictors make of numbers."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

import hwpred
from hwpred.errors import InputError
from hwpred.metrics import kendall_tau
from hwpred.predictors import get_predictor
from hwpred.predictors.base import Problem
from hwpred.predictors.registry import REGISTRY
from hwpred.sources import timm, timm_csv
from hwpred.sources.building import build_targets
from hwpred.sources.listing import build_architectures
from hwpred.sources.sizes import check_own_file
from hwpred.spaces import get_space, operator_counts, zoo
from hwpred.spaces.base import ArchitectureTable
from hwpred.structure import structured
from hwpred.tables import read_metadata, read_table
from hwpred.training.data import Data

SPACE = get_space("zoo")
NAMES = ("resnet50@224", "vit_base_patch16_224@224", "mobilenetv3_large_100@224", "convnext_tiny@224")


@pytest.fixture(scope="module")
def table():
    return ArchitectureTable(SPACE, SPACE.enumerate())


def counts(name):
    return SPACE.counts.iloc[SPACE.names.index(name)]


class TestSpace:
    def test_the_table_is_the_one_that_the_code_names(self):
        assert hashlib.sha256(zoo.TABLE.read_bytes()).hexdigest() == zoo.SHA256
        assert zoo.TABLE.stat().st_size < 400_000

    def test_known_networks_have_their_published_sizes(self):
        for name, macs, parameters in (
            (NAMES[0], 4.09e9, 25_557_032),
            (NAMES[1], 17.56e9, 86_567_656),
            (NAMES[2], 0.217e9, 5_483_032),
            (NAMES[3], 4.46e9, 28_589_128),
        ):
            row = counts(name)
            total = sum(row[column] for column in row.index if column.endswith("_macs"))
            assert total == pytest.approx(macs, rel=0.005)
            assert row["parameters"] == parameters
        assert counts(NAMES[0])[["conv_1x1_operators", "conv_kxk_operators", "linear_operators"]].tolist() == [
            36,
            17,
            1,
        ]
        assert counts(NAMES[2])["depthwise_operators"] == 15

    def test_features_are_standardised_numbers_of_every_network(self):
        values = SPACE.features_of_all
        assert values.dtype == np.float32
        assert values.shape == (SPACE.architectures, SPACE.encoded_columns)
        np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(values.std(axis=0), 1, atol=1e-3)
        chosen = SPACE.encode("adjacency_one_hot", [[3], [5]])
        np.testing.assert_array_equal(chosen, values[[3, 5]])

    def test_shares_of_a_total_add_up_to_one(self):
        found = zoo.features(SPACE.counts)
        for measure in ("bytes", "operators"):
            shares = sum(values for name, values in found.items() if name.endswith(f"_{measure}"))
            np.testing.assert_allclose(shares, 1)

    def test_names_are_texts(self):
        place = SPACE.names.index(NAMES[0])
        assert SPACE.from_text(f" {NAMES[0]} ") == (place,)
        assert SPACE.to_text((place,)) == NAMES[0]
        assert zoo.name_of("resnet50.a1_in1k", 224) == NAMES[0]
        with pytest.raises(ValueError, match="'resnet50' is no architecture of zoo; one looks like"):
            SPACE.from_text("resnet50")

    def test_there_is_no_graph(self):
        with pytest.raises(ValueError, match="zoo are described by numbers; there is no encoding 'graph'"):
            SPACE.encode("graph", [[0]])


@pytest.fixture(scope="module")
def data():
    rows = np.random.default_rng(0).permutation(SPACE.architectures)[:60]
    macs = zoo.features(SPACE.counts)["macs"][rows]
    return Data("c", "zoo", "smaller", rows, rows[:, None], (macs - macs.mean()) / macs.std())


class TestStructure:
    def test_amounts_are_those_of_the_table(self):
        x = structured("zoo", [[SPACE.names.index(NAMES[0])]])
        row = counts(NAMES[0])
        macs, moved, operators, weights = x.blocks["drawn/amounts"][0]
        totals = {
            m: sum(row[name] for name in row.index if name.endswith(f"_{m}")) for m in ("macs", "bytes", "operators")
        }
        assert (macs, operators, weights) == (totals["macs"], totals["operators"], row["parameters"])
        # Weights are read once, what layers write is read by others.
        assert moved == totals["bytes"] - 4 * weights
        assert x.views == ["drawn", "executed"]
        fused = x.blocks["executed/amounts"][0]
        assert fused[0] == macs
        # Normalisations, activations and sums are fused with the 54 layers before them; two poolings are left.
        assert fused[2] == 56
        assert fused[1] < moved

    def test_a_network_is_the_same_whatever_else_the_space_holds(self):
        rows = np.arange(20)[:, None]
        less = SPACE.with_less_of("linear", 0.5)
        whole, half = structured(less, rows), structured(less, rows + SPACE.architectures)
        for name, values in structured("zoo", rows).blocks.items():
            np.testing.assert_allclose(whole.blocks[name], values, atol=1e-12)
        for view in whole.views:
            assert (half.blocks[f"{view}/amounts"] <= whole.blocks[f"{view}/amounts"]).all()
            assert (half.blocks[f"{view}/amounts"][:, 2] < whole.blocks[f"{view}/amounts"][:, 2]).any()
        np.testing.assert_array_equal(half.blocks["drawn/amounts"][:, 3], whole.blocks["drawn/amounts"][:, 3])

    def test_few_networks_tell_the_order_of_all(self):
        """A device that pays thrice for depthwise convolutions, and nothing for what is fused."""
        prices = {"macs": 2e-8, "bytes": 1e-7, "operators": 4e-3}
        value = sum(
            price * SPACE.counts[f"{kind}_{measure}"] * (3 if kind == "depthwise" else 1)
            for measure, price in prices.items()
            for kind in operator_counts.CLASSES
            if kind not in ("activation", "elementwise")
        )
        target = np.log(value.to_numpy(float))
        target = (target - target.mean()) / target.std()
        rows = np.random.default_rng(0).permutation(len(target))
        x = structured("zoo", rows[:, None])
        (model,) = get_predictor("structured_gp").fit_many([Problem(x[:25], target[rows[:25]], None)])
        assert kendall_tau(target[rows[25:]], model.predict(x[25:])) > 0.95


class TestPredictors:
    @pytest.mark.parametrize("key", ["lin_reg", "ridge_reg", "bayes_lin_reg", "gp", "rf"])
    def test_numbers_are_learnt(self, data, key):
        cls = get_predictor(key)
        assert cls.why_left_out(data) is None
        x = cls.encode(data)
        (fitted,) = cls.fit_many([Problem(x[:45], data.target[:45], np.random.default_rng(0))])
        assert np.corrcoef(fitted.predict(x[45:]), data.target[45:])[0, 1] > 0.9

    def test_others_say_why_not(self, data):
        left_out = {key for key in REGISTRY if get_predictor(key).why_left_out(data)}
        assert left_out >= {"ngb", "gcn", "bonas", "nao", "lookup"}
        assert "it needs zeros and ones" in get_predictor("ngb").why_left_out(data)
        assert "no encoding 'graph'" in get_predictor("gcn").why_left_out(data)
        assert "no operations in common" in get_predictor("lookup").why_left_out(data)
        cells = Data("c", "nasbench201", "smaller", np.arange(2), np.zeros((2, 6), int), np.zeros(2))
        assert not [key for key in left_out - {"lookup", "transfer_gp"} if get_predictor(key).why_left_out(cells)]


def benchmark(names=NAMES, speeds=(100.0, 50.0, 200.0, 80.0), **more):
    """As timm's benchmark.py writes it."""
    frame = pd.DataFrame({"model": [name.split("@")[0] for name in names], "infer_img_size": 224})
    return frame.assign(
        infer_samples_per_sec=speeds, infer_step_time=1.0, infer_batch_size=256, param_count=1.0, **more
    )


class TestTimes:
    @staticmethod
    def read(tmp_path, frame, table):
        file = tmp_path / "my_gpu.csv"
        frame.to_csv(file, index=False)
        request = {"kind": "target", "space": "zoo", "metric": "latency", "file": str(file)}
        return timm_csv.load_target(request, {str(file): file}, table)

    def test_time_of_an_image(self, table, tmp_path):
        found = self.read(tmp_path, benchmark(), table)
        assert dict(zip([SPACE.names[place] for place in found.architecture], found.value, strict=True)) == {
            NAMES[0]: 10.0,
            NAMES[1]: 20.0,
            NAMES[2]: 5.0,
            NAMES[3]: 12.5,
        }
        assert (found.unit, found.direction, found.batch_size, found.missing) == ("ms", "smaller", 256, 0)
        assert found.notes == {"batch_sizes": {"256": 4}, "unknown_networks": 0}

    def test_what_is_left_out_is_counted(self, table, tmp_path, caplog):
        frame = benchmark(("resnet50.a1_in1k", *NAMES[1:]), (100.0, None, 200.0, 80.0))
        frame.loc[3, ["model", "infer_batch_size"]] = ["convnext_of_tomorrow", 128]
        frame.loc[2, "infer_batch_size"] = 512
        found = self.read(tmp_path, frame, table)
        assert sorted(found.value) == [5.0, 10.0]
        assert (found.missing, found.batch_size) == (1, None)
        assert found.notes == {"batch_sizes": {"256": 1, "512": 1}, "unknown_networks": 1}
        words = "left out, since the space zoo does not have them: convnext_of_tomorrow@224"
        assert words in caplog.text
        request = {"kind": "target", "space": "zoo", "metric": "latency", "source": "timm_csv", "task": "imagenet"}
        request |= {"device": "gpu", "file": str(tmp_path / "my_gpu.csv")}
        told = timm_csv.check_file(request)
        assert (told.architectures, told.warnings) == (2, (words,))
        sizes = {"zoo": [2, 10]}, {"zoo": 10}
        with pytest.raises(InputError, match=r"mine: .*my_gpu.csv has 2 architectures, but train_sizes.zoo holds 10"):
            check_own_file("mine", request, *sizes)

    def test_a_network_that_was_measured_again_has_the_median(self, table, tmp_path):
        frame = pd.concat([benchmark(), benchmark(("resnet50.tag", "resnet50.other"), (200.0, 400.0))])
        found = self.read(tmp_path, frame, table)
        assert found.value[found.architecture.tolist().index(SPACE.names.index(NAMES[0]))] == 5.0
        assert found.notes["repeats"]["measurements"] == 3

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda frame: frame.drop(columns="infer_samples_per_sec"), "lacks column 'infer_samples_per_sec'"),
            (
                lambda frame: frame.assign(infer_samples_per_sec=[1, "fast", 2, 3]),
                "line 3, column 'infer_samples_per_sec'",
            ),
            (
                lambda frame: frame.assign(infer_samples_per_sec=[1, 2, 0, 3]),
                "line 4: infer_samples_per_sec of mobilenet",
            ),
            (lambda frame: frame.assign(model="nothing"), "no values"),
        ],
    )
    def test_mistakes(self, table, tmp_path, change, words):
        with pytest.raises(InputError, match=r"my_gpu.csv") as caught:
            self.read(tmp_path, change(benchmark()), table)
        assert words in str(caught.value)

    def test_the_request_needs_the_file(self):
        request = {"kind": "target", "space": "zoo", "metric": "latency"}
        with pytest.raises(InputError, match=r"needs the key 'file', a path ending in .csv, not None"):
            timm_csv.files(request)


def test_the_best_of_several_weights_counts(table, tmp_path):
    file = tmp_path / "results.csv"
    file.write_text(
        "model,img_size,top1,top1_err,param_count\n"
        'resnet50.a1_in1k,224,80.2,19.8,"1,025.56"\n'
        "resnet50.a2_in1k,224,79.8,20.2,25.56\n"
        "resnet50.a1_in1k,288,81.2,18.8,25.56\n"
        "vit_base_patch16_224.augreg,224,84.5,15.5,86.6\n"
    )
    request = {"kind": "accuracy", "space": "zoo", "task": "imagenet"}
    found = timm.load_accuracy(request, {"results-imagenet.csv": file}, table)
    accuracy = {SPACE.names[place]: value for place, value in zip(found.architecture, found.value, strict=True)}
    assert accuracy == {NAMES[0]: 80.2, "resnet50@288": 81.2, NAMES[1]: 84.5}
    assert found.notes["networks_with_several_weights"] == 1
    assert (found.unit, found.direction) == ("%", "larger")


def test_targets_are_logarithms(tmp_path):
    """From the file that a user has to the tables of a run."""
    architectures, targets, file = (tmp_path / name for name in ("architectures.parquet", "targets.parquet", "own.csv"))
    benchmark().to_csv(file, index=False)
    build_architectures("zoo", [], architectures)
    frame = read_table(architectures, "architectures")
    assert frame["p0"].dtype == np.int16
    assert frame["operations"].tolist() == list(SPACE.names)
    request = {"kind": "target", "space": "zoo", "task": "imagenet", "device": "mine", "metric": "latency"}
    request |= {"source": "timm_csv", "file": str(file)}
    build_targets(architectures, [str(file)], request, targets)
    frame = read_table(targets, "targets")
    expected = np.log(frame["value"])
    np.testing.assert_allclose(frame["target"], (expected - expected.mean()) / expected.std(ddof=0))
    assert read_metadata(targets)["target"] == "logarithm"
    assert json.dumps(read_metadata(targets)["notes"])


def test_a_device_learns_the_logarithm(tmp_path):
    features, rng = SPACE.features_of_all, np.random.default_rng(0)
    value = np.exp(1.2 * features[:, 0] + 0.2 * features[:, 1] + 0.05 * rng.normal(size=len(features)))
    rows = rng.permutation(len(value))[:40]
    device = hwpred.fit(pd.DataFrame({"architecture": np.array(SPACE.names)[rows], "value": value[rows]}), "zoo")
    found = device.predict()
    # Networks of all sizes are off by the same share: a fit on the values themselves would be negative for small ones.
    small = value < np.quantile(value, 0.25)
    assert np.median(np.abs(found["value"] - value) / value) < 0.15
    assert np.median((np.abs(found["value"] - value) / value)[small]) < 0.15
    assert (found["value"] > 0).all()
    assert np.mean((found["lower"] <= value) & (value <= found["upper"])) > 0.85
    device.save(tmp_path / "mine.hwpred")
    pd.testing.assert_frame_equal(hwpred.load(tmp_path / "mine.hwpred").predict(), found)
    costs = device.explain().set_index("operation")
    assert costs["percent"].sum() == pytest.approx(100)
    assert costs["cost"].sum() == pytest.approx(device.predict_arrays(device.operations)[0].mean())
    assert costs.loc["linear", "macs"] > costs.loc["depthwise", "macs"]


def test_a_device_reads_what_timm_wrote(tmp_path):
    names = [name for name in SPACE.names if name.endswith("@224")][:60:3]
    frame = benchmark(names, [100 / (1 + place) for place in range(len(names))])
    frame.to_csv(tmp_path / "my_gpu.csv", index=False)
    from_file = hwpred.fit(tmp_path / "my_gpu.csv", "zoo", predictor="ridge_reg")
    assert from_file.value.tolist() == pytest.approx([10.0 * (1 + place) for place in range(len(names))])
    in_memory = hwpred.fit(frame, "zoo", predictor="ridge_reg")
    pd.testing.assert_frame_equal(from_file.predict(), in_memory.predict())
    with pytest.raises(InputError, match=r"unit is 's', and what timm's benchmark.py wrote is read in ms"):
        hwpred.fit(frame, "zoo", unit="s")
