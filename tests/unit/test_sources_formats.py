"""Each source's format: what is read from it, and what is said when it is wrong."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import source_files as build
import torch
from declarations import space_of

from hwpred.sources import accelnasbench, get_source, help, hwgptbench, nasbenchgraph
from hwpred.sources.measurements import check_measurements
from hwpred.sources.own_space import read_space
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

ROOT = Path(__file__).parents[2]
SIZE = 60
FBNET, MNASNET = ({"kind": "architectures", "space": space} for space in ("fbnet", "mnasnet"))


@pytest.fixture(scope="module")
def nasbench201():
    return build.first_architectures("nasbench201", SIZE)


@pytest.fixture(scope="module")
def transnas_macro():
    return build.first_architectures("transnas_macro", SIZE)


@pytest.fixture
def fbnet(tmp_path, monkeypatch):
    monkeypatch.setattr(help, "SAMPLE_SIZE", build.FBNET_SIZE)
    path = build.write_help_architectures(tmp_path / "arch.pt")
    return ArchitectureTable(get_space("fbnet"), help.load_architectures(FBNET, {"fbnet/arch.pt": path}))


def load(source, request, path, table):
    """Load a request whose only file is the given one."""
    source = get_source(source)
    read = source.load_target if request["kind"] == "target" else source.load_accuracy
    return read(request, {source.files(request)[0]: path}, table)


def target(space, task, device, metric):
    return {"kind": "target", "space": space, "task": task, "device": device, "metric": metric}


def accuracy(space, task):
    return {"kind": "accuracy", "space": space, "task": task}


def facts(measurements):
    return measurements.unit, measurements.direction, measurements.batch_size, measurements.missing


class TestCheckMeasurements:
    def test_sorted_by_architecture(self, fbnet):
        found = check_measurements("file", [3, 1], [30, 10], fbnet, unit="ms", direction="smaller")
        assert found.architecture.tolist() == [1, 3]
        assert found.value.tolist() == [10.0, 30.0]

    @pytest.mark.parametrize(
        ("architecture", "value", "words"),
        [
            ([0, 1], [1.0, "fast"], "the value at row 1 is 'fast', no number"),
            ([0, 1], [1.0, "2.5"], "the value at row 1 is '2.5', no number"),
            ([0, 1], [1.0, None], "the value at row 1 is None, no number"),
            ([0, 1], [1.0, True], "the value at row 1 is True, no number"),
            ([0, 1.5], [1.0, 2.0], "the architecture at row 1 is 1.5, no whole number"),
            ([0, 1], [1.0, float("nan")], "1 of 2 values are not finite and positive, the first is nan"),
            ([0, 1], [1.0, float("inf")], "the first is inf at architecture 1"),
            ([0, 1], [1.0, -1], "the first is -1.0 at architecture 1; leave such rows out"),
            ([0, 1], [0, 1], "the first is 0.0 at architecture 0"),
            ([0, 0, 2], [1.0, 2.0, 3.0], "architecture 0 occurs 2 times; keep one row"),
            ([0, 20], [1.0, 2.0], "unknown architecture 20; fbnet has 0 to 19"),
            ([-1, 2], [1.0, 2.0], "unknown architecture -1; fbnet has 0 to 19"),
            ([], [], "no values"),
        ],
    )
    def test_mistakes(self, fbnet, architecture, value, words):
        with pytest.raises(ValueError, match=r"^file: ") as caught:
            check_measurements("file", architecture, value, fbnet, unit="ms", direction="smaller")
        assert words in str(caught.value)

    def test_wrong_number(self, fbnet):
        with pytest.raises(ValueError, match="file: 2 values, expected 20; the file is not the published one"):
            check_measurements("file", [0, 1], [1.0, 2.0], fbnet, expected=20, unit="ms", direction="smaller")

    def test_negative_values_where_they_mean_something(self, fbnet):
        found = check_measurements("file", [0], [-0.5], fbnet, positive=False, unit="loss", direction="larger")
        assert found.value.tolist() == [-0.5]


class TestHelp:
    def test_latencies(self, nasbench201, tmp_path):
        values = build.positive_values(len(nasbench201))
        path = build.write_help_latencies(tmp_path / "1080ti_32.pt", values)
        found = load("help", target("nasbench201", "cifar", "1080ti_32", "latency"), path, nasbench201)
        assert found.value.tolist() == values
        assert facts(found) == ("ms", "smaller", 32, 0)

    @pytest.mark.parametrize(
        ("device", "batch_size"),
        [("titan_rtx_64", 64), ("titanx_1", 1), ("gold_6226", None), ("essential_ph_1", None), ("pixel2", None)],
    )
    def test_only_names_of_gpus_end_with_a_batch_size(self, fbnet, tmp_path, device, batch_size):
        path = build.write_help_latencies(tmp_path / "latency.pt", range(1, 21))  # phones count whole ms
        assert load("help", target("fbnet", "images", device, "latency"), path, fbnet).batch_size == batch_size

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ([1.0] * 19, "19 values, expected 20"),
            ([1.0] * 19 + [-1], "the first is -1.0 at architecture 19"),
            ([1.0] * 19 + ["slow"], "the value at row 19 is 'slow', no number"),
        ],
    )
    def test_wrong_latencies(self, fbnet, tmp_path, values, words):
        path = build.write_help_latencies(tmp_path / "pixel2.pt", values)
        with pytest.raises(ValueError, match=r"pixel2.pt: ") as caught:
            load("help", target("fbnet", "images", "pixel2", "latency"), path, fbnet)
        assert words in str(caught.value)

    def test_other_content(self, fbnet, tmp_path):
        path = build.write_torch(tmp_path / "pixel2.pt", {"latency": 1})
        with pytest.raises(ValueError, match=r"pixel2.pt holds a dict instead of a list"):
            load("help", target("fbnet", "images", "pixel2", "latency"), path, fbnet)

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([[0] * 22] * 19, "19 architectures, expected 20"),
            ([[0] * 22] * 19 + [[0] * 21], "architecture 19 has 21 choices, FBNet has 22"),
            ([[0] * 22] * 19 + [["skip"] * 22], "architecture 19 is no list of choices"),
            ([[0] * 22] * 19 + [[300] * 22], "architecture 19 is no list of choices"),
        ],
    )
    def test_wrong_architectures(self, tmp_path, monkeypatch, rows, words):
        monkeypatch.setattr(help, "SAMPLE_SIZE", build.FBNET_SIZE)
        path = build.write_torch(tmp_path / "arch.pt", rows)
        with pytest.raises(ValueError, match=r"arch.pt: ") as caught:
            help.load_architectures(FBNET, {"fbnet/arch.pt": path})
        assert words in str(caught.value)


class TestOnceForAll:
    @pytest.fixture
    def networks(self, monkeypatch):
        monkeypatch.setattr(help, "SAMPLE_SIZE", 30)
        return get_space("ofa").draw(30, np.random.default_rng(0))

    def test_layers_beyond_the_depth_are_none(self, networks, tmp_path):
        path = build.write_ofa_architectures(tmp_path / "archs.pt", get_space("ofa"), networks)
        found = help.load_architectures({"kind": "architectures", "space": "ofa"}, {"ofa/ofa_archs.pt": path})
        np.testing.assert_array_equal(found, networks)
        assert found.dtype == np.int8

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda content: content["arch"].pop(), "29 architectures, expected 30"),
            (lambda content: content["arch"][3]["d"].append(2), "architecture 3 is no network of ofa"),
            (lambda content: content["arch"][3].update(r=100), "has no resolution 100; use one of"),
            (lambda content: content["arch"][3]["ks"].pop(), "architecture 3 is no network of ofa"),
            (lambda content: content["arch"][3].pop("ks"), "architecture 3 has no entry ks"),
            (lambda content: content.pop("arch"), "has no entry arch"),
        ],
    )
    def test_mistakes(self, networks, tmp_path, change, words):
        path = build.write_ofa_architectures(tmp_path / "archs.pt", get_space("ofa"), networks)
        content = torch.load(path, weights_only=False)
        change(content)
        build.write_torch(path, content)
        with pytest.raises(ValueError, match=r"archs.pt") as caught:
            help.load_architectures({"kind": "architectures", "space": "ofa"}, {"ofa/ofa_archs.pt": path})
        assert words in str(caught.value)


class TestHwGptBench:
    SIZE = 40

    @pytest.fixture
    def table(self):
        space = get_space("gpt_s")
        return ArchitectureTable(space, space.draw(self.SIZE, np.random.default_rng(0)))

    @pytest.fixture
    def models(self, table):
        return build.gpt_measurements(table.space, table.operations)

    @staticmethod
    def read(tmp_path, request, models, table):
        """Load from shards: each file of the request gets an equal part of the models."""
        files = hwgptbench.files(request)
        paths = {file: tmp_path / f"shard_{number}.pkl" for number, file in enumerate(files)}
        size = len(models) // len(files)
        for number, path in enumerate(paths.values()):
            build.write_pickle(path, models[number * size : (number + 1) * size])
        read = hwgptbench.load_target if request["kind"] == "target" else hwgptbench.load_accuracy
        return read(request, paths, table)

    @staticmethod
    def request(device="h100", metric="latency"):
        return target("gpt_s", "openwebtext", device, metric)

    def test_architectures_come_in_the_order_of_the_perplexities(self, table, models, tmp_path):
        request = {"kind": "architectures", "space": "gpt_s"}
        paths = {file: tmp_path / f"{number}.pkl" for number, file in enumerate(hwgptbench.files(request))}
        for number, path in enumerate(paths.values()):
            build.write_pickle(path, models[4 * number : 4 * number + 4])
        np.testing.assert_array_equal(hwgptbench.load_architectures(request, paths), table.operations)

    def test_latency_is_the_median_and_repeats_tell_its_noise(self, table, models, tmp_path):
        found = self.read(tmp_path, self.request(), models[::-1], table)
        np.testing.assert_allclose(found.value, [np.median(model["times_profiler_gpu"]) for model in models])
        assert facts(found) == ("ms", "smaller", None, 0)
        assert found.notes["repeats"]["measurements"] == 10 * self.SIZE
        assert found.notes["repeats"]["std"] == pytest.approx(0.01, rel=0.2)
        assert found.notes["noise_ceiling_pairs"] == self.SIZE
        assert 0.9 < found.notes["noise_ceiling"] < 1

    def test_times_of_mixed_units(self, table, models, tmp_path):
        found = self.read(tmp_path, self.request("cpu_mlgpu"), models, table)
        assert found.value[0] == pytest.approx(1000 * models[0]["times_profiler_cpu"][0], rel=0.02)

    @pytest.mark.parametrize("device", ["a100", "helix_cpu"])
    def test_energy(self, table, models, tmp_path, device):
        found = self.read(tmp_path, self.request(device, "energy"), models, table)
        assert facts(found) == ("Wh", "smaller", None, 0)
        many = device == "a100"
        expected = [np.median(model["energy_gpu"]) if many else model["mean_energy_cpu"] for model in models]
        np.testing.assert_allclose(found.value, expected)
        assert ("noise_ceiling" in found.notes) == many

    def test_perplexity_should_be_small(self, table, models, tmp_path):
        found = self.read(tmp_path, accuracy("gpt_s", "openwebtext"), models, table)
        assert found.value.tolist() == [model["perplexity"] for model in models]
        assert facts(found) == ("perplexity", "smaller", None, 0)
        assert found.quality == "perplexity"

    def test_failed_measurements_are_left_out_and_counted(self, table, models, tmp_path):
        models[7].update(times_profiler_gpu=[], unit_gpu=[])
        found = self.read(tmp_path, self.request(), models, table)
        assert (len(found.value), found.missing) == (self.SIZE - 1, 1)
        assert 7 not in found.architecture

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda model: model["unit_gpu"].pop(), "model 3 has 10 times in units"),
            (lambda model: model.update(unit_gpu=["h"] * 10), "has 10 times in units ['h', "),
            (lambda model: model.pop("times_profiler_gpu"), "has no entry times_profiler_gpu"),
            (lambda model: model["arch"].update(sample_embed_dim=100), "no model of gpt_s (gpt_s has no width 100"),
            (lambda model: model["arch"].update(sample_n_layer=9), "is no model of gpt_s"),
            (lambda model: model.update(times_profiler_gpu=[-1.0] * 10), "the first is -1.0 at architecture 3"),
        ],
    )
    def test_mistakes(self, table, models, tmp_path, change, words):
        change(models[3])
        with pytest.raises(ValueError, match=r"shard_0.pkl") as caught:
            self.read(tmp_path, self.request(), models, table)
        assert words in str(caught.value)

    def test_other_content(self, table, tmp_path):
        request = self.request()
        path = build.write_pickle(tmp_path / "shard.pkl", {})
        with pytest.raises(ValueError, match=r"shard.pkl holds a dict, no list"):
            hwgptbench.load_target(request, dict.fromkeys(hwgptbench.files(request), path), table)

    def test_a_table_of_other_models(self, models, table, tmp_path):
        fewer = ArchitectureTable(table.space, table.operations[:-1])
        with pytest.raises(ValueError, match="is not among the 39 of gpt_s"):
            self.read(tmp_path, self.request(), models, fewer)


class TestNasBenchGraph:
    REQUEST = target("nas_bench_graph", "cora", "gpu", "latency")
    MEMBER = "nas_bench_graph/light/cora.bench"

    @pytest.fixture
    def table(self):
        space = read_space(ROOT / "config/spaces/nas_bench_graph.yaml")
        return ArchitectureTable(space, space.enumerate())

    @staticmethod
    def write(folder, content, member=MEMBER):
        """Write a wheel that holds one dataset; there is nothing else in it that is read."""
        path = folder / nasbenchgraph.WHEEL
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, pickle.dumps(content))
        return path

    @staticmethod
    def networks(*numbers):
        return {number: {"latency": 0.001 * (i + 1), "perf": 0.5 + i / 10} for i, number in enumerate(numbers)}

    def test_numbers_tell_structure_and_operations(self, table, tmp_path, monkeypatch):
        monkeypatch.setattr(nasbenchgraph, "NETWORKS", 3)
        path = self.write(tmp_path, self.networks(88880, 12345, 8))
        found = load("nasbenchgraph", self.REQUEST, path, table)
        texts = [table.space.to_text(table.operations[row]) for row in found.architecture]
        assert texts == ["0000/gat/gat/gat/skip", "0001/gin/cheb/sage/arma", "0123/skip/skip/skip/gat"]
        assert found.value.tolist() == pytest.approx([3, 2, 1])
        assert facts(found) == ("ms", "smaller", None, 0)
        accuracies = load("nasbenchgraph", accuracy("nas_bench_graph", "cora"), path, table)
        assert accuracies.value.tolist() == pytest.approx([70, 60, 50])
        assert facts(accuracies)[:2] == ("%", "larger")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ({}, "0 values, expected 26206"),
            ([1], "holds a list, no dictionary"),
            ({100: {"perf": 0.5}}, "has no entry latency"),
            ({99: {"latency": 1, "perf": 0.5}}, "has the network 99, which is no number of one"),
            ({123456: {"latency": 1, "perf": 0.5}}, "has the network 123456"),
            ({"12": {"latency": 1, "perf": 0.5}}, "has the network '12'"),
        ],
    )
    def test_mistakes(self, table, tmp_path, content, words):
        with pytest.raises(ValueError, match=words):
            load("nasbenchgraph", self.REQUEST, self.write(tmp_path, content), table)

    def test_a_wheel_without_the_dataset_or_none_at_all(self, table, tmp_path):
        path = self.write(tmp_path, {}, "nas_bench_graph/light/physics.bench")
        with pytest.raises(ValueError, match=r"was not read: .*cora.bench"):
            load("nasbenchgraph", self.REQUEST, path, table)
        path.write_bytes(b"torn")
        with pytest.raises(ValueError, match="was not read: File is not a zip file"):
            load("nasbenchgraph", self.REQUEST, path, table)

    def test_what_it_does_not_have(self):
        for changes, words in (({"task": "proteins"}, "no task 'proteins'"), ({"device": "cpu"}, "no device 'cpu'")):
            with pytest.raises(ValueError, match=words):
                nasbenchgraph.files({**self.REQUEST, **changes})

    def test_other_words_are_another_space(self, table, tmp_path):
        other = space_of("space: other\npositions: {structure: {words: [a, b]}}")
        path = self.write(tmp_path, self.networks(1))
        with pytest.raises(ValueError, match="other is declared with other words than NAS-Bench-Graph has"):
            load("nasbenchgraph", self.REQUEST, path, ArchitectureTable(other, other.enumerate()))


class TestNasGraph:
    def test_accuracies(self, nasbench201, tmp_path):
        frame = build.nasgraph_frame(nasbench201)
        frame.sample(frac=1, random_state=0).to_csv(tmp_path / "file.csv", index=False)
        found = load("nasgraph", accuracy("nasbench201", "cifar10"), tmp_path / "file.csv", nasbench201)
        np.testing.assert_allclose(found.value, frame["test accuracy"])
        assert facts(found) == ("%", "larger", None, 0)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda frame: frame.drop(index=5), "59 values, expected 60"),
            (lambda frame: frame.drop(columns="arch str"), "lacks column 'arch str'"),
            (lambda frame: frame.replace({"file id": {7: 8}}), "architecture 8 occurs 2 times"),
            (lambda frame: frame.assign(**{"file id": frame["file id"] + 1}), "unknown architecture 60"),
            (lambda frame: frame.assign(**{"arch str": frame["arch str"][::-1].tolist()}), "the order differs"),
            (lambda frame: frame.assign(**{"test accuracy": ["high", *frame["test accuracy"][1:]]}), "'high', no num"),
            (lambda frame: frame.assign(**{"test accuracy": [np.nan, *frame["test accuracy"][1:]]}), "is nan at arch"),
        ],
    )
    def test_mistakes(self, nasbench201, tmp_path, change, words):
        change(build.nasgraph_frame(nasbench201)).to_csv(tmp_path / "file.csv", index=False)
        with pytest.raises(ValueError, match=r"file.csv") as caught:
            load("nasgraph", accuracy("nasbench201", "cifar10"), tmp_path / "file.csv", nasbench201)
        assert words in str(caught.value)


class TestHwNasBench360:
    ENERGY = target("nasbench201", "cifar100", "pi5_onnx", "energy")

    @pytest.fixture
    def frame(self, nasbench201):
        return build.hwnasbench360_frame(nasbench201)

    @pytest.mark.parametrize(
        ("request_", "device", "column", "unit", "direction"),
        [
            (ENERGY, "pi5", "energy_mj", "mJ", "smaller"),
            (target("nasbench201", "cifar100", "pixel_litert", "latency"), "pixel", "lat_ms_median", "ms", "smaller"),
            (target("nasbench201", "darcy", "pi5_onnx", "latency"), "pi5", "lat_ms_median", "ms", "smaller"),
            (accuracy("nasbench201", "cifar100"), "pi5", "accuracy", "%", "larger"),
            (accuracy("nasbench201", "darcy"), "pi5", "accuracy", "1 - relative error", "larger"),
        ],
    )
    def test_values(self, nasbench201, frame, tmp_path, request_, device, column, unit, direction):
        frame.to_parquet(tmp_path / "dataset.parquet")
        found = load("hwnasbench360", request_, tmp_path / "dataset.parquet", nasbench201)
        rows = frame[(frame["device"] == device) & (frame["task"] == request_["task"])]
        np.testing.assert_array_equal(found.value, rows[column])
        assert facts(found) == (unit, direction, None, 0)
        assert found.notes == {"distinct_measurements": len(nasbench201) // 3}

    def test_failed_rows_are_left_out_and_counted(self, nasbench201, frame, tmp_path):
        frame.loc[4, ["status", "energy_mj"]] = "crashed", -1
        frame.to_parquet(tmp_path / "dataset.parquet")
        found = load("hwnasbench360", self.ENERGY, tmp_path / "dataset.parquet", nasbench201)
        assert found.missing == 1
        assert 4 not in found.architecture
        assert len(found.value) == len(nasbench201) - 1

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda frame: frame.drop(index=5), "59 rows of pi5, onnx and cifar100, not 60"),
            (lambda frame: frame.drop(columns="status"), "lacks column 'status'"),
            (lambda frame: frame.drop(columns="framework"), "lacks column 'framework'"),
            (lambda frame: frame.replace({"arch_idx": {7: 8}}), "architecture 8 occurs 2 times"),
            (lambda frame: frame.assign(energy_mj=frame["energy_mj"].where(frame.index > 0)), "the first is nan"),
            (lambda frame: frame.assign(energy_mj=frame["energy_mj"].astype(str)), "no number"),
        ],
    )
    def test_mistakes(self, nasbench201, frame, tmp_path, change, words):
        change(frame).to_parquet(tmp_path / "dataset.parquet")
        with pytest.raises(ValueError, match=r"dataset.parquet") as caught:
            load("hwnasbench360", self.ENERGY, tmp_path / "dataset.parquet", nasbench201)
        assert words in str(caught.value)

    def test_no_parquet(self, nasbench201, tmp_path):
        (tmp_path / "dataset.parquet").write_text("<html>not found</html>")
        with pytest.raises(ValueError, match=r"dataset.parquet is no Parquet file"):
            load("hwnasbench360", self.ENERGY, tmp_path / "dataset.parquet", nasbench201)


class TestAccelNasBench:
    THROUGHPUT = target("mnasnet", "imagenet", "tpuv3", "throughput")

    @pytest.fixture
    def results(self, monkeypatch):
        monkeypatch.setattr(accelnasbench, "RESULTS", build.ACCEL_RESULTS)
        return build.accel_results()

    @staticmethod
    def read(tmp_path, results):
        path = build.write_accel_archive(tmp_path / "results.tar.gz", results)
        operations = accelnasbench.load_architectures(MNASNET, {accelnasbench.FILE: path})
        return path, ArchitectureTable(get_space("mnasnet"), operations)

    def test_architectures_in_the_order_of_file_numbers(self, results, tmp_path):
        _, table = self.read(tmp_path, results)
        assert len(table) == len(results) - 1  # the last repeats the first
        for result, operations in zip(results, table.operations, strict=False):
            blocks = table.space.to_text(operations).split("_")
            expected = result["architecture"]
            for i, block in enumerate(blocks):
                e, k, layers, se = (expected[f"block{i}_{choice}"] for choice in ("e", "k", "l", "se"))
                assert block == f"e{e}k{k}l{layers}se{int(se)}"

    def test_null_is_left_out_and_counted(self, results, tmp_path):
        path, table = self.read(tmp_path, results)
        found = load("accelnasbench", self.THROUGHPUT, path, table)
        assert found.architecture.tolist() == [0, *range(2, 11)]
        platforms = [result["platform_perf"]["throughput_tpuv3"]["throughput_mean"] for result in results]
        assert found.value.tolist() == [platforms[0], *platforms[2:11]]
        assert facts(found) == ("images/s", "larger", None, 1)
        assert found.notes == {"repeated_results_left_out": 1}

    def test_latency_and_accuracy(self, results, tmp_path):
        path, table = self.read(tmp_path, results)
        latency = load("accelnasbench", target("mnasnet", "imagenet", "zcu102", "latency"), path, table)
        assert facts(latency) == ("ms", "smaller", None, 0)
        found = load("accelnasbench", accuracy("mnasnet", "imagenet"), path, table)
        assert found.value.tolist() == [40.0 + number for number in range(11)]
        assert facts(found) == ("%", "larger", None, 0)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda results: results.pop(), "11 results, expected 12; the file is not the published one"),
            (
                lambda results: results[3]["architecture"].update(block2_k=7),
                "result_3.json has block2_k 7; allowed are",
            ),
            (lambda results: results[3]["architecture"].pop("block2_k"), "result_3.json has no entry architecture / b"),
            (
                lambda results: results[3]["platform_perf"].pop("throughput_tpuv3"),
                "result_3.json has no entry platform",
            ),
            (lambda results: tpu(results[3]).update(throughput_mean=-1), "the first is -1.0 at architecture 3"),
            (lambda results: tpu(results[3]).update(throughput_mean="fast"), "'fast', no number"),
        ],
    )
    def test_mistakes(self, results, tmp_path, change, words):
        change(results)
        with pytest.raises(ValueError, match=r"results.tar.gz") as caught:
            load("accelnasbench", self.THROUGHPUT, *self.read(tmp_path, results))
        assert words in str(caught.value)

    @pytest.mark.parametrize("cut", [0, 100, -100])
    def test_broken_archive(self, results, tmp_path, cut):
        path = build.write_accel_archive(tmp_path / "results.tar.gz", results)
        path.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(ValueError, match=r"results.tar.gz is no archive of JSON files .*get the file again"):
            accelnasbench.load_architectures(MNASNET, {accelnasbench.FILE: path})


def tpu(result):
    return result["platform_perf"]["throughput_tpuv3"]


class TestHwNasBench:
    LATENCY = target("nasbench201", "cifar10", "edgegpu", "latency")

    @pytest.fixture
    def content(self, nasbench201):
        return build.hwnasbench_content(nasbench201)

    @staticmethod
    def read(tmp_path, content, request, table):
        return load("hwnasbench", request, build.write_pickle(tmp_path / "hw.pickle", content), table)

    @pytest.mark.parametrize(
        ("device", "metric", "unit", "direction"),
        [
            ("edgegpu", "latency", "ms", "smaller"),
            ("edgegpu", "energy", "mJ", "smaller"),
            ("eyeriss", "arithmetic_intensity", "OPs/byte", "larger"),
        ],
    )
    def test_values(self, nasbench201, content, tmp_path, device, metric, unit, direction):
        found = self.read(tmp_path, content, target("nasbench201", "cifar10", device, metric), nasbench201)
        assert found.value.tolist() == content["nasbench201"]["cifar10"][f"{device}_{metric}"]
        assert facts(found) == (unit, direction, None, 0)

    def test_failures_of_the_edge_tpu_are_left_out_and_counted(self, nasbench201, content, tmp_path):
        found = self.read(tmp_path, content, target("nasbench201", "cifar10", "edgetpu", "latency"), nasbench201)
        assert found.missing == 2
        assert found.architecture.tolist() == [i for i in range(len(nasbench201) - 1) if i != 3]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda metrics: metrics["edgegpu_latency"].pop(), "59 values, expected 60"),
            (lambda metrics: metrics["edgegpu_latency"].__setitem__(5, -1), "the first is -1.0 at architecture 5"),
            (lambda metrics: metrics["edgegpu_latency"].__setitem__(5, "slow"), "'slow', no number"),
            (lambda metrics: metrics.pop("edgegpu_latency"), "has no entry edgegpu_latency"),
            (lambda metrics: metrics["config"].reverse(), "the order differs"),
            (lambda metrics: metrics["config"].pop(), "describes 59 architectures, not 60"),
            (lambda metrics: metrics["config"][4].pop("arch_str"), "has no entry arch_str"),
        ],
    )
    def test_mistakes(self, nasbench201, content, tmp_path, change, words):
        change(content["nasbench201"]["cifar10"])
        with pytest.raises(ValueError, match=r"hw.pickle") as caught:
            self.read(tmp_path, content, self.LATENCY, nasbench201)
        assert words in str(caught.value)

    def test_task_that_is_not_in_the_file(self, nasbench201, content, tmp_path):
        with pytest.raises(ValueError, match="has no entry nasbench201 / cifar100; the file is not the published one"):
            self.read(tmp_path, content, {**self.LATENCY, "task": "cifar100"}, nasbench201)

    def test_file_without_descriptions(self, nasbench201, content, tmp_path):
        metrics = {"edgegpu_latency": content["nasbench201"]["cifar10"]["edgegpu_latency"]}
        found = self.read(tmp_path, {"nasbench201": {"cifar10": metrics}}, self.LATENCY, nasbench201)
        assert len(found.value) == len(nasbench201)


class TestTransNas:
    LATENCY = target("transnas_macro", "class_scene", "v100", "latency")

    @pytest.fixture
    def content(self, transnas_macro):
        return build.transnas_content(transnas_macro)

    @staticmethod
    def read(tmp_path, content, request, table):
        return load("transnas", request, build.write_torch(tmp_path / "transnas.pth", content), table)

    def test_inference_times(self, transnas_macro, content, tmp_path):
        found = self.read(tmp_path, content, self.LATENCY, transnas_macro)
        assert facts(found) == ("s", "smaller", 1, 0)
        first = content["data"]["macro"][transnas_macro.space.to_text(transnas_macro.operations[0])]
        assert found.value[0] == first["class_scene"]["model_info"]["inference_time"]
        assert len(found.value) == SIZE

    @pytest.mark.parametrize(
        ("task", "metric", "unit"),
        [
            ("class_scene", "test_top1", "%"),
            ("room_layout", "test_neg_loss", "negative loss"),
            ("segmentsemantic", "test_mIoU", "mIoU"),
        ],
    )
    def test_accuracies_of_the_last_epoch(self, transnas_macro, content, tmp_path, task, metric, unit):
        found = self.read(tmp_path, content, accuracy("transnas_macro", task), transnas_macro)
        name = transnas_macro.space.to_text(transnas_macro.operations[7])
        assert found.value[7] == content["data"]["macro"][name][task]["metrics"][metric][-1]
        assert facts(found) == (unit, "larger", None, 0)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda networks: networks.popitem(), "59 values, expected 60"),
            (
                lambda networks: networks.update({"64-41414-1_02_333": {}}),
                "'64-41414-1_02_333' is no architecture of tr",
            ),
            (
                lambda networks: networks["64-1114-basic"].pop("class_scene"),
                "has no entry class_scene / model_info / i",
            ),
            (lambda networks: timing(networks).update(inference_time=-1), "the first is -1.0 at architecture"),
            (lambda networks: timing(networks).update(inference_time=""), "the value at row 59 is '', no number"),
        ],
    )
    def test_mistakes(self, transnas_macro, content, tmp_path, change, words):
        change(content["data"]["macro"])
        with pytest.raises(ValueError, match=r"transnas.pth") as caught:
            self.read(tmp_path, content, self.LATENCY, transnas_macro)
        assert words in str(caught.value)


def timing(networks):
    return networks["64-1114-basic"]["class_scene"]["model_info"]
