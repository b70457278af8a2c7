"""Small files in exactly each source's format, the same at every call."""

import io
import json
import pickle
import tarfile

import numpy as np
import pandas as pd
import torch

from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

ACCEL_RESULTS = 12
FBNET_SIZE = 20


def first_architectures(key, size):
    """Table of the first architectures of a space that is enumerated; a source's file is as long as the table."""
    space = get_space(key)
    return ArchitectureTable(space, space.enumerate()[:size])


def positive_values(count, seed=0):
    """As a list of float, as the sources' files hold them."""
    return np.random.default_rng(seed).uniform(1, 20, count).tolist()


def write_help_latencies(path, values):
    torch.save(list(values), path)
    return path


def write_help_architectures(path, size=FBNET_SIZE):
    rows = np.random.default_rng(1).integers(0, 9, (size, 22)).tolist()
    torch.save(rows, path)
    return path


def nasgraph_frame(table):
    accuracies = np.random.default_rng(2).uniform(10, 95, len(table))
    return pd.DataFrame(
        {
            "file id": range(len(table)),
            "arch str": [table.space.to_text(row) for row in table.operations],
            "cfg name": "infer.tiny",
            "C": 16,
            "N": 5,
            "train accuracy": 99.0,
            "validation accuracy": accuracies - 1,
            "test accuracy": accuracies,
        }
    )


def hwnasbench360_frame(table, tasks=("cifar100", "darcy"), devices=(("pi5", "onnx"), ("pixel", "litert"))):
    blocks = []
    for device, framework in devices:
        for seed, task in enumerate(tasks):
            block = pd.DataFrame({"arch_idx": range(len(table)), "rep_arch_idx": np.arange(len(table)) // 3 * 3})
            block[["device", "framework", "task"]] = device, framework, task
            block["lat_ms_median"] = positive_values(len(table), seed)
            block["lat_ms_var"] = 0.01
            block["energy_mj"] = positive_values(len(table), seed + 10) if device == "pi5" else np.nan
            accuracies = np.random.default_rng(3).uniform(size=len(table))
            block["accuracy"] = 1 - 2 * accuracies if task == "darcy" else 100 * accuracies
            block["status"] = "ok"
            blocks.append(block)
    return pd.concat(blocks, ignore_index=True)


def accel_results(count=ACCEL_RESULTS):
    """Contents of the result files; the last has the architecture of the first, the second lacks a throughput."""
    rng = np.random.default_rng(4)
    results = []
    for number in range(count):
        architecture = {}
        for block in range(7):
            layers = [1, 2, 3, 4] if block == 5 else [1, 2, 3]
            for choice, values in {"e": [1, 4, 6], "k": [3, 5], "l": layers, "se": [False, True]}.items():
                architecture[f"block{block}_{choice}"] = values[rng.integers(len(values))]
        platforms = {
            f"{metric}_{device}": {f"{metric}_mean": rng.uniform(1, 20), f"{metric}_std": None}
            for metric, device in (("latency", "zcu102"), ("throughput", "a100"), ("throughput", "tpuv3"))
        }
        results.append(
            {
                "architecture": architecture,
                "metrics": {"val_top1": 40.0 + number, "val_top5": 80.0, "train_time": 1000.0},
                "model_info": {"macs": 400.0, "params": 2.5},
                "platform_perf": platforms,
            }
        )
    results[-1]["architecture"] = results[0]["architecture"]
    results[1]["platform_perf"]["throughput_tpuv3"]["throughput_mean"] = None
    return results


def write_accel_archive(path, results):
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo("./anb_dataset_jsons")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        names = sorted(f"./anb_dataset_jsons/result_{number}.json" for number in range(len(results)))
        for name in names:  # 0, 1, 10, 11, 2, ...: not by number
            content = json.dumps(results[int(name.split("_")[-1][:-5])]).encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def hwnasbench_content(table):
    """As the published file: floats and numpy scalars, descriptions beside the metrics, the edge TPU's failures."""
    edgetpu = positive_values(len(table), 5)
    edgetpu[3] = edgetpu[-1] = -1
    configurations = [
        {"name": "infer.tiny", "C": 16, "N": 5, "arch_str": table.space.to_text(row), "num_classes": 10}
        for row in table.operations
    ]
    metrics = {
        "edgegpu_latency": positive_values(len(table), 6),
        "edgegpu_energy": [np.float64(value) for value in positive_values(len(table), 7)],
        "edgetpu_latency": edgetpu,
        "eyeriss_arithmetic_intensity": positive_values(len(table), 8),
        "config": configurations,
    }
    return {"nasbench201": {"cifar10": metrics}, "fbnet": {}}


def write_pickle(path, content):
    path.write_bytes(pickle.dumps(content))
    return path


def transnas_content(table, tasks=("class_scene", "room_layout", "segmentsemantic")):
    metrics = {
        "class_scene": ["valid_top1", "test_top1"],
        "room_layout": ["valid_neg_loss", "test_neg_loss"],
        "segmentsemantic": ["valid_mIoU", "test_mIoU"],
    }
    rng = np.random.default_rng(9)
    networks = {}
    for row in table.operations[::-1]:  # not in our order
        networks[table.space.to_text(row)] = {
            task: {
                "total_epochs": 2,
                "model_info": {"inference_time": rng.uniform(0.001, 0.05), "model_params": 1.5},
                "metrics": {
                    name: [-9.0, -rng.uniform()] if "loss" in name else [1.0, rng.uniform(2, 60)]
                    for name in metrics[task]
                },
            }
            for task in tasks
        }
    return {
        "metrics_dict": metrics,
        "info_names": ["inference_time", "model_params"],
        "task_list": list(tasks),
        "data": {"macro": networks, "micro": {}},
    }


def write_torch(path, content):
    torch.save(content, path)
    return path


def write_ofa_architectures(path, space, operations):
    """As HELP's file: layers beyond the depth are there, with any kernel size and expansion."""
    networks = []
    for resolution, *stages in map(space.to_values, operations):
        width = len(stages) // 5
        parts = [stages[start : start + width] for start in range(0, len(stages), width)]
        values = [[value or 3 for value in part[1:]] for part in parts]
        networks.append(
            {
                "ks": [value for part in values for value in part[0::2]],
                "e": [value for part in values for value in part[1::2]],
                "d": [part[0] for part in parts],
                "r": np.int64(resolution),
            }
        )
    torch.save({"dataset": "imagenet", "num_classes": 1000, "arch": networks}, path)
    return path


def gpt_model(space, operations):
    """The architecture as HW-GPT-Bench writes it: layers beyond the depth are there, too."""
    width, layers, bias, *of_layers = space.to_values(operations)
    return {
        "sample_embed_dim": width,
        "sample_n_layer": layers,
        "sample_layer_indices": list(range(layers)),
        "sample_n_head": [heads or 4 for heads in of_layers[0::2]],
        "sample_mlp_ratio": [ratio or 2 for ratio in of_layers[1::2]],
        "sample_bias": bool(bias),
    }


def gpt_measurements(space, operations, seed=0):
    """Each model's perplexity, latencies and energies, as the three kinds of files hold them, in one dictionary."""
    rng = np.random.default_rng(seed)
    models = []
    for row in operations:
        latency = rng.uniform(2, 20)
        models.append(
            {
                "arch": gpt_model(space, row),
                "perplexity": rng.uniform(20, 40),
                "accuracy": 0.4,
                "times_profiler_gpu": (latency * rng.normal(1, 0.01, 10)).tolist(),
                "unit_gpu": ["ms"] * 10,
                "times_profiler_cpu": [latency, *(1000 * latency * rng.normal(1, 0.01, 9))],
                "unit_cpu": ["s", *["ms"] * 9],
                "mean_energy_cpu": np.float64(latency / 100),
                "energy_gpu": (latency / 1000 * rng.normal(1, 0.01, 50)).tolist(),
                "unit_energy": "KWh",
            }
        )
    return models
