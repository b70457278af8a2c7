"""The published files themselves, where HWPRED_CACHE says that they lie. Nothing is downloaded here."""

import os
from pathlib import Path

import numpy as np
import pytest

from hwpred.documents import read_yaml
from hwpred.sources import get_source, nasbenchgraph, remarks
from hwpred.sources.fetch import retrieve
from hwpred.sources.help import HW_NAS_BENCH_DEVICES
from hwpred.sources.own_space import read_space
from hwpred.sources.restricted_pickle import read_torch
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("HWPRED_CACHE") or "no cache")
SOURCES = read_yaml(ROOT / "config/sources.yaml")
FILES = [(source, file) for source, entry in SOURCES.items() for file in entry["files"]]
pytestmark = pytest.mark.skipif("HWPRED_CACHE" not in os.environ, reason="HWPRED_CACHE, a cache of files, is not set")


def published(source, file):
    """Path of a file in the cache, its checksum verified."""
    if not (CACHE / source / file).is_file():
        pytest.skip(f"{file} of {source} is not in the cache")
    return retrieve(SOURCES, source, file, CACHE)


@pytest.fixture(scope="module")
def tables():
    made = {}

    def table(key):
        if key not in made:
            space = get_space(key)
            if space.sample:
                request, module = {"kind": "architectures", "space": key}, get_source(space.sample[0])
                paths = {file: published(space.sample[0], file) for file in module.files(request)}
                operations = module.load_architectures(request, paths)
            else:
                operations = space.enumerate()
            made[key] = ArchitectureTable(space, operations)
        return made[key]

    return table


def load(tables, source, kind, space, task, device=None, metric=None):
    module = get_source(source)
    request = {"kind": kind, "space": space, "task": task, "device": device, "metric": metric}
    paths = {file: published(source, file) for file in module.files(request)}
    read = module.load_target if kind == "target" else module.load_accuracy
    found = read(request, paths, tables(space))
    if kind == "target":  # what is remarked about a user's values is not true of any published ones
        assert remarks.other_unit(found.value, str) == remarks.little_spread(found.value) == []
        assert remarks.wrong_direction(metric, found.direction) == []
    return found


@pytest.mark.parametrize(("source", "file"), FILES)
def test_checksum_and_size(source, file):
    size = SOURCES[source]["files"][file].get("size")
    path = published(source, file)
    assert size is None or path.stat().st_size == size


def test_help_counts_architectures_as_the_space_does(tables):
    table = tables("nasbench201")
    indices = read_torch(published("help", "nasbench201/str_arch2idx.pt"))
    assert len(indices) == len(table)
    assert all(table.space.to_text(table.operations[index]) == text for text, index in indices.items())


@pytest.mark.parametrize("file", [file for source, file in FILES if source == "help" and "latency" in file])
def test_help_latencies(tables, file):
    space, _, name = file.split("/")
    device = name.removesuffix(".pt")
    task = "images" if space != "nasbench201" else "cifar10" if device in HW_NAS_BENCH_DEVICES else "cifar"
    found = load(tables, "help", "target", space, task, device, "latency")
    assert len(found.value) == tables(space).space.architectures


@pytest.mark.parametrize(
    ("device", "metric", "first", "ceiling"),
    [
        ("h100", "latency", 6.4495, 0.9958),
        ("h100", "energy", 0.00037487, 0.9743),
        ("cpu_mlgpu", "latency", 2850.0, 0.9644),
        ("cpu_mlgpu", "energy", 0.04819087, None),
    ],
)
def test_hwgptbench(tables, device, metric, first, ceiling):
    found = load(tables, "hwgptbench", "target", "gpt_s", "openwebtext", device, metric)
    assert (len(found.value), found.missing) == (10_000, 0)
    assert found.value[0] == pytest.approx(first, rel=1e-4)
    assert found.notes.get("noise_ceiling") == (ceiling and pytest.approx(ceiling, abs=1e-4))


def test_perplexities(tables):
    found = load(tables, "hwgptbench", "accuracy", "gpt_s", "openwebtext")
    assert (len(found.value), found.direction) == (10_000, "smaller")
    assert found.value.min() == pytest.approx(22.159, abs=1e-3)


@pytest.mark.parametrize(
    ("device", "rows", "missing", "batch"),
    [
        ("amp-nchw-pt210-cu121-rtx3090", 1293, 2, None),
        ("amp-nchw-pt240-cu124-rtx3090", 1443, 0, None),
        ("amp-nchw-pt240-cu124-rtx4090-dynamo", 1443, 0, None),
        ("amp-nhwc-pt240-cu124-rtx3090", 1430, 0, None),
        ("fp32-nchw-pt221-cpu-i9_10940x-dynamo", 1321, 0, 1),
        ("fp32-nchw-pt240-cpu-i9_10940x-dynamo", 1435, 0, 1),
    ],
)
def test_timm(tables, device, rows, missing, batch):
    found = load(tables, "timm", "target", "zoo", "imagenet", device, "latency")
    assert len(found.value) + found.notes["unknown_networks"] + found.missing == rows
    assert found.notes["unknown_networks"] < 20
    assert (found.missing, found.batch_size) == (missing, batch)


def test_timm_accuracies(tables):
    found = load(tables, "timm", "accuracy", "zoo", "imagenet")
    assert len(found.value) + found.notes["unknown_networks"] == 1193
    assert found.value.max() == 90.056


@pytest.mark.parametrize(("task", "first"), [("cora", 5.922238), ("arxiv", 105.86023), ("physics", 75.488647)])
def test_nasbenchgraph(task, first):
    space = read_space(ROOT / "config/spaces/nas_bench_graph.yaml")
    table = ArchitectureTable(space, space.enumerate())
    path = published("nasbenchgraph", nasbenchgraph.WHEEL)
    request = {"kind": "target", "space": space.key, "task": task, "device": "gpu", "metric": "latency"}
    found = nasbenchgraph.load_target(request, {nasbenchgraph.WHEEL: path}, table)
    assert len(found.value) == 26_206
    assert space.to_text(table.operations[found.architecture[0]]) == "0000/gat/gat/gat/gat"
    assert found.value[0] == pytest.approx(first, rel=1e-6)


@pytest.mark.parametrize(
    ("device", "first"),
    [("raspi4", 10.481976820010459), ("pixel3", 3.60585), ("eyeriss", 3.64562), ("fpga", 2.57296)],
)
def test_help_holds_the_values_of_hw_nas_bench(tables, device, first):
    found = load(tables, "help", "target", "nasbench201", "cifar10", device, "latency")
    assert found.value[0] == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize("task", ["cifar10", "cifar100", "ImageNet16-120"])
def test_nasgraph(tables, task):
    assert len(load(tables, "nasgraph", "accuracy", "nasbench201", task).value) == 15_625


@pytest.mark.parametrize("task", ["cifar100", "ninapro", "darcy"])
@pytest.mark.parametrize("device", ["pi5_litert", "pi5_onnx", "pi5_torchmobile", "pixel_litert"])
def test_hwnasbench360(tables, task, device):
    found = load(tables, "hwnasbench360", "target", "nasbench201", task, device, "latency")
    assert (len(found.value), found.missing, found.notes["distinct_measurements"]) == (15_625, 0, 6466)


def test_accuracies_of_two_sources_agree(tables):
    first = load(tables, "nasgraph", "accuracy", "nasbench201", "cifar100")
    second = load(tables, "hwnasbench360", "accuracy", "nasbench201", "cifar100")
    np.testing.assert_allclose(first.value, second.value, rtol=1e-6)


@pytest.mark.parametrize(
    ("device", "metric", "missing"),
    [
        ("zcu102", "latency", 2),
        ("vck190", "latency", 2),
        ("zcu102", "throughput", 2),
        ("vck190", "throughput", 2),
        ("a100", "throughput", 0),
        ("3090", "throughput", 3),
        ("tpuv2", "throughput", 37),
        ("tpuv3", "throughput", 44),
    ],
)
def test_accelnasbench(tables, device, metric, missing):
    found = load(tables, "accelnasbench", "target", "mnasnet", "imagenet", device, metric)
    assert (len(found.value), found.missing) == (5125 - missing, missing)
    assert found.notes == {"repeated_results_left_out": 13}


def test_accelnasbench_accuracy(tables):
    assert len(load(tables, "accelnasbench", "accuracy", "mnasnet", "imagenet").value) == 5125


@pytest.mark.parametrize(
    ("device", "metric", "first"),
    [
        ("edgegpu", "latency", 5.807418537139893),
        ("edgegpu", "energy", 24.226614330768584),
        ("raspi4", "latency", 10.481976820010459),
        ("pixel3", "latency", 3.60585),
        ("eyeriss", "latency", 3.64562),
        ("fpga", "latency", 2.57296),
        ("fpga", "energy", 18.01072),
    ],
)
def test_hwnasbench(tables, device, metric, first):
    found = load(tables, "hwnasbench", "target", "nasbench201", "cifar10", device, metric)
    assert found.value[0] == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize("task", ["class_scene", "class_object", "room_layout", "jigsaw", "segmentsemantic"])
def test_transnas(tables, task):
    assert len(load(tables, "transnas", "target", "transnas_macro", task, "v100", "latency").value) == 3256
    assert len(load(tables, "transnas", "accuracy", "transnas_macro", task).value) == 3256
