"""A network as a file: the graph that is timed, which any ONNX runtime runs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

import hwpred
from hwpred import cli
from hwpred.networks import get_networks
from hwpred.networks.torch_modules import TorchNetwork
from hwpred.networks.weights import initial_weights
from hwpred.spaces import get_space

EXAMPLE = Path(__file__).parents[2] / "examples/time_onnx.py"
CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|skip_connect~0|skip_connect~1|avg_pool_3x3~2|"
MACRO = "64-2311-basic"
MOBILE = "-".join("0123456780123456780123")
MNAS = "e4k5l1se0_e1k5l1se1_e4k3l3se0_e6k3l1se1_e4k5l2se0_e6k5l1se0_e6k3l2se1"


@pytest.mark.parametrize(
    ("space", "architecture", "task"),
    [
        ("nasbench201", CELL, "cifar10"),
        ("transnas_macro", MACRO, "class_object"),
        ("fbnet", MOBILE, "cifar100"),
        ("mnasnet", MNAS, "imagenet"),
    ],
)
def test_the_file_computes_what_the_network_computes(tmp_path, space, architecture, task):
    import torch

    hwpred.export(architecture, space, task, tmp_path / "network.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "network.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx", providers=["CPUExecutionProvider"])
    network = get_networks(space).build(get_space(space).from_text(architecture), task, live=True)
    images = np.random.default_rng(1).standard_normal(network.input_shape, np.float32)
    (outputs,) = session.run(None, {"images": images})
    with torch.inference_mode():
        expected = TorchNetwork(network, initial_weights(network, np.random.default_rng(0)))(torch.from_numpy(images))
    np.testing.assert_allclose(outputs, expected.numpy(), rtol=1e-3, atol=1e-4)


def test_the_example_that_times_a_file_is_a_device_command(tmp_path):
    hwpred.export(CELL, "nasbench201", "digits", tmp_path / "network.onnx")
    command = [sys.executable, str(EXAMPLE), str(tmp_path / "network.onnx")]
    times = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert len(times) == 5
    assert all(0 < float(time) < 1000 for time in times)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [CELL, "--space", "nasbench201", "--task", "cifar"],
            "unknown task 'cifar' of nasbench201",
        ),
        (["3", "--space", "zoo", "--task", "imagenet"], "the networks of space 'zoo' are not known"),
        (["3x3", "--space", "nasbench201", "--task", "cifar10"], "'3x3' is no architecture of nasbench201"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(tmp_path, capsys, arguments, words):
    file = tmp_path / "network.onnx"
    assert cli.main(["export", *arguments, "--output", str(file)]) == 1
    assert words in capsys.readouterr().err
    assert not file.exists()
    assert cli.main(["export", *arguments]) == 1
    assert "--output is missing" in capsys.readouterr().err
