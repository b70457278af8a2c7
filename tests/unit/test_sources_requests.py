"""What each source offers, said before any file is opened."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hwpred.documents import StudyError, read_yaml
from hwpred.sources import LOCAL_SOURCES, SOURCE_KEYS, get_source
from hwpred.sources.requests import combination_id
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.study.catalogue import read_sources

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "config/sources.yaml"


def target(space, task, device, metric, **more):
    return {"kind": "target", "space": space, "task": task, "device": device, "metric": metric, **more}


def accuracy(space, task, **more):
    return {"kind": "accuracy", "space": space, "task": task, **more}


TABLE = {"file": "own.csv", "unit": "ms", "direction": "smaller"}
GOOD = [
    ("help", target("nasbench201", "cifar10", "pixel3", "latency"), "nasbench201/latency/pixel3.pt"),
    ("help", target("nasbench201", "cifar", "titanxp_1", "latency"), "nasbench201/latency/titanxp_1.pt"),
    ("help", target("fbnet", "images", "titan_rtx_32", "latency"), "fbnet/latency/titan_rtx_32.pt"),
    ("help", {"kind": "architectures", "space": "fbnet"}, "fbnet/arch.pt"),
    ("help", target("ofa", "images", "v100_32", "latency"), "ofa/latency/v100_32.pt"),
    ("help", {"kind": "architectures", "space": "ofa"}, "ofa/ofa_archs.pt"),
    ("nasgraph", accuracy("nasbench201", "ImageNet16-120"), "nasbench201_ImageNet16-120.csv"),
    ("hwnasbench360", target("nasbench201", "cifar100", "pi5_onnx", "energy"), "dataset.parquet"),
    ("hwnasbench360", accuracy("nasbench201", "darcy"), "dataset.parquet"),
    ("accelnasbench", target("mnasnet", "imagenet", "3090", "throughput"), "anb_dataset_jsons.tar.gz"),
    ("accelnasbench", accuracy("mnasnet", "imagenet"), "anb_dataset_jsons.tar.gz"),
    ("timm", target("zoo", "imagenet", "amp-a100", "latency"), "benchmark-infer-amp-a100.csv"),
    ("timm", accuracy("zoo", "imagenet"), "results-imagenet.csv"),
    ("timm_csv", target("zoo", "imagenet", "mine", "latency", file="my_gpu.csv"), "my_gpu.csv"),
    ("accelnasbench", {"kind": "architectures", "space": "mnasnet"}, "anb_dataset_jsons.tar.gz"),
    ("hwnasbench", target("nasbench201", "cifar100", "edgegpu", "energy"), "HW-NAS-Bench-v1_0.pickle"),
    ("transnas", target("transnas_macro", "jigsaw", "v100", "latency"), "transnas-bench_v10141024.pth"),
    ("transnas", accuracy("transnas_macro", "room_layout"), "transnas-bench_v10141024.pth"),
    ("table", target("fbnet", "any", "mine", "memory", **TABLE), "own.csv"),
    ("table", accuracy("fbnet", "any", file="own.parquet"), "own.parquet"),
]
BAD = [
    ("help", target("nasbench201", "cifar10", "pixel3", "energy"), "no metric 'energy'; use one of latency"),
    ("help", target("nasbench201", "cifar", "pixel3", "latency"), "no task 'cifar'; use one of cifar10"),
    ("help", target("fbnet", "cifar10", "pixel3", "latency"), "no task 'cifar10'; use one of images"),
    (
        "help",
        target("mnasnet", "images", "pixel3", "latency"),
        "no space 'mnasnet'; use one of nasbench201, fbnet,",
    ),
    ("help", target("fbnet", "images", "../arch", "latency"), "no device '../arch'; use the name of one of its files"),
    ("help", accuracy("nasbench201", "cifar10"), "no kind 'accuracy'; use one of target, architectures"),
    ("nasgraph", accuracy("nasbench201", "darcy"), "no task 'darcy'; use one of cifar10, cifar100, ImageNet16-120"),
    ("hwnasbench360", target("nasbench201", "cifar10", "pi5_onnx", "latency"), "no task 'cifar10'"),
    ("hwnasbench360", target("nasbench201", "darcy", "pi5", "latency"), "no device 'pi5'; use one of pi5_litert,"),
    ("hwnasbench360", target("nasbench201", "darcy", "pixel_litert", "energy"), "no energy of 'pixel_litert'; use one"),
    ("accelnasbench", target("mnasnet", "imagenet", "a100", "latency"), "no device 'a100'; use one of zcu102, vck190"),
    ("accelnasbench", target("mnasnet", "imagenet", "a100", "energy"), "no metric 'energy'; use one of latency, thr"),
    ("hwnasbench", target("nasbench201", "cifar10", "raspi4", "energy"), "no device 'raspi4'; use one of edgegpu, ey"),
    ("hwgptbench", target("gpt_s", "c4", "h100", "latency"), "no task 'c4'; use one of openwebtext"),
    ("hwgptbench", target("gpt_s", "openwebtext", "h200", "latency"), "no device 'h200'; use one of P100, a100"),
    ("hwgptbench", target("gpt_xl", "openwebtext", "h100", "latency"), "no space 'gpt_xl'; use one of gpt_s, gpt_m"),
    ("hwgptbench", target("gpt_s", "openwebtext", "h100", "memory"), "no metric 'memory'; use one of latency, en"),
    ("timm", target("zoo", "imagenet", "RTX 3090", "latency"), "no device 'RTX 3090'; use what one of its files"),
    ("timm", target("zoo", "imagenet", "a-rtx3090", "energy"), "no metric 'energy'; use one of latency"),
    ("timm", target("fbnet", "imagenet", "a-rtx3090", "latency"), "no space 'fbnet'; use one of zoo"),
    ("timm_csv", accuracy("zoo", "imagenet", file="a.csv"), "no kind 'accuracy'; use one of target"),
    ("transnas", target("transnas_macro", "autoencoder", "v100", "latency"), "no task 'autoencoder'; use one of cla"),
    ("transnas", target("transnas_macro", "jigsaw", "a100", "latency"), "no device 'a100'; use one of v100"),
    ("measured", target("nasbench201", "cifar10", "epyc_onnx", "latency"), "needs the key 'folder', where its tab"),
    ("measured", {"kind": "architectures", "space": "fbnet", "folder": "a"}, "no kind 'architectures'; use one of tar"),
    ("table", target("fbnet", "any", "mine", "memory"), "needs the key 'file', a path ending in .csv, .tsv, "),
    ("table", target("fbnet", "any", "mine", "memory", **{**TABLE, "file": "own.xlsx"}), "not 'own.xlsx'"),
    ("table", target("fbnet", "any", "mine", "memory", **{**TABLE, "file": "~/own.csv"}), "write the path without ~"),
    ("table", target("fbnet", "any", "mine", "memory", **{**TABLE, "file": "{run}/own.csv"}), "without ~, braces"),
    ("table", target("fbnet", "any", "mine", "memory", **{**TABLE, "unit": None}), "needs the key 'unit' for own.csv"),
    ("table", target("fbnet", "any", "mine", "memory", **{**TABLE, "direction": "up"}), "no direction 'up'; use one"),
    (
        "table",
        target("fbnet", "any", "mine", "memory", **{**TABLE, "direction": None}),
        "needs the key 'direction'; use",
    ),
]


@pytest.mark.parametrize(("source", "request_", "file"), GOOD)
def test_files_of_a_request(source, request_, file):
    assert get_source(source).files(request_) == [file]


@pytest.mark.parametrize(("source", "request_", "words"), BAD)
def test_what_a_source_does_not_have(source, request_, words):
    with pytest.raises(ValueError, match=f"^source {source} ") as caught:
        get_source(source).files(request_)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "number", "last"),
    [
        (target("gpt_s", "openwebtext", "h100", "latency"), 4, "latency_h100/efficiency_observations_7500_10000.pkl"),
        (
            target("gpt_l", "openwebtext", "v100", "energy"),
            4,
            "latency_v100_l/efficiency_energy_observations_tracker_7500_10000.pkl",
        ),
        (
            target("gpt_m", "openwebtext", "helix_cpu", "energy"),
            4,
            "latency_helix_cpu_m/efficiency_observations_7500_10000.pkl",
        ),
        (accuracy("gpt_m", "openwebtext"), 10, "arch_ppl_bench_m/ppl_observations_tracker_9000_10000.pkl"),
        (
            {"kind": "architectures", "space": "gpt_s"},
            10,
            "arch_ppl_bench_s/ppl_observations_tracker_9000_10000.pkl",
        ),
    ],
)
def test_shards_of_language_models(request_, number, last):
    files = get_source("hwgptbench").files(request_)
    assert (len(files), len(set(files)), files[-1]) == (number, number, last)


def test_unknown_source():
    with pytest.raises(ValueError, match="unknown source 'nowhere'; use one of help, nasgraph"):
        get_source("nowhere")


def test_combination_id():
    assert combination_id(target("fbnet", "images", "pixel3", "latency")) == "fbnet-images-pixel3-latency"


def test_naming_sources_imports_nothing_heavy():
    program = (
        "import sys, hwpred.sources, hwpred.sources.fetch\n"
        "for key in hwpred.sources.SOURCE_KEYS: hwpred.sources.get_source(key)\n"
        "print({'numpy', 'pandas', 'torch', 'pyarrow', 'pooch', 'requests'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_sources_file_lists_every_source_that_retrieves():
    sources = read_sources(SOURCES)
    assert set(sources) == set(SOURCE_KEYS) - set(LOCAL_SOURCES)
    public = ("https://raw.githubusercontent.com/", "https://files.pythonhosted.org/packages/")
    assert all(entry["url"] is None or entry["url"].startswith(public) for entry in sources.values())


def test_sources_file_lists_what_requests_need():
    sources = read_yaml(SOURCES)
    for source, _, file in GOOD:
        if source not in LOCAL_SOURCES:
            assert file in sources[source]["files"] or sources[source].get("unlisted")
    samples = [get_space(key).sample for key in SPACE_KEYS]
    for source, file in filter(None, samples):
        assert file in sources[source]["files"] or sources[source].get("unlisted")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sources: sources.update(other={}), "unknown source 'other'"),
        (lambda sources: sources["help"].update(sedes=3), "help: unknown key 'sedes'"),
        (lambda sources: sources["help"].pop("url"), "help: key 'url' is missing"),
        (lambda sources: sources["transnas"].pop("page"), "transnas: has no url; give the key page"),
        (lambda sources: sources["help"]["files"].update(a={"sha256": "12"}), "help: files.a.sha256 is '12'"),
        (lambda sources: sources["help"]["files"].update(a={"size": 0}), "help: files.a.size is 0"),
    ],
)
def test_mistake_in_the_sources_file(tmp_path, change, words):
    sources = read_yaml(SOURCES)
    change(sources)
    file = tmp_path / "sources.yaml"
    file.write_text(yaml.safe_dump(sources))
    with pytest.raises(StudyError) as caught:
        read_sources(file)
    assert words in str(caught.value)
