"""Networks of both spaces run in both runtimes, and what a combination measures."""

import gc

import numpy as np
import pytest

from hwpred.measurement import measurer, openers
from hwpred.measurement.runtimes import RUNTIMES, open_network
from hwpred.measurement.timing import Timing
from hwpred.networks import get_networks
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

CASES = [("nasbench201", "ImageNet16-120", [3, 0, 2, 4, 1, 2]), ("transnas_macro", "jigsaw", [4, 1, 3, 2, 0, 0])]
"""Space, task, operations."""


def outputs(runtime, space, task, operations, seed=0):
    network = get_networks(space).build(operations, task, live=True)
    run = open_network(network, runtime, 1, np.random.default_rng(seed))
    gc.collect()  # a runtime that does not keep the weights must not be left with freed memory
    return np.asarray(run()[0] if runtime == "onnxruntime" else run())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_seed_is_the_same_network_and_input_in_both_runtimes(case):
    first, second = (outputs(runtime, *case) for runtime in RUNTIMES)
    assert np.ptp(first) > 0
    np.testing.assert_allclose(first, second, rtol=1e-3, atol=1e-4 * np.abs(first).max())
    assert np.array_equal(first, outputs(RUNTIMES[0], *case))
    assert not np.allclose(first, outputs(RUNTIMES[0], *case, seed=1), rtol=0.1)


def test_unknown_runtime():
    with pytest.raises(ValueError, match="unknown runtime 'tflite'; use one of onnxruntime, torch"):
        open_network(None, "tflite", 1, None)


def opened(monkeypatch, runtime, architecture):
    """Return the network that is measured, the threads, and the first number that its weights would take."""
    calls = []

    def open_none(network, name, threads, generator):
        assert name == runtime
        calls.append((network, threads, generator.random()))

    monkeypatch.setattr(openers, "open_network", open_none)
    monkeypatch.setattr(measurer, "time_call", lambda call, effort: Timing(1.0, 0.0, effort))
    combination = {"space": "nasbench201", "task": "cifar10", "runtime": runtime}
    table = ArchitectureTable(get_space("nasbench201"), get_space("nasbench201").enumerate())
    measure = measurer.measurer(openers.opener(combination, table, seed=1), combination, {"threads": 3, "effort": 7})
    assert measure(architecture) == Timing(1.0, 0.0, 7)
    return calls[0]


def test_eager_runs_what_is_written_down_and_a_graph_what_reaches_the_output(monkeypatch):
    # Four convolutions, of which the one on the edge from the cell's input to its output counts.
    cell = int(np.flatnonzero((get_space("nasbench201").enumerate() == [3, 2, 2, 2, 0, 0]).all(axis=1))[0])
    (eager, *of_eager), (graph, *of_graph) = (opened(monkeypatch, name, cell) for name in ("torch", "onnxruntime"))
    convolutions = [[layer.kind for layer in network.layers].count("conv") for network in (eager, graph)]
    # 15 cells, besides the stem and two reductions of three each.
    assert convolutions == [7 + 15 * 4, 7 + 15]
    threads, weight = of_eager
    assert of_graph == [threads, weight]
    assert threads == 3
    assert opened(monkeypatch, "torch", cell + 1)[2] != weight
