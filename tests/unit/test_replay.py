"""Trainings as a GPU replays them, step by step on the processor: they agree with those that are not replayed."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from test_graph_networks import adjacency, tensors
from test_networks import data, perceptron
from together import assert_same_alone_and_together

from hwpred.predictors import devices, get_predictor
from hwpred.predictors.base import Problem
from hwpred.predictors.neural.counters import Counters, permutations
from hwpred.predictors.neural.global_convolutions import GlobalConvolutions
from hwpred.predictors.neural.lanes import Recorded, side_by_side
from hwpred.predictors.neural.mlp import ACTIVATIONS
from hwpred.predictors.neural.networks import Training, TrainingTask
from hwpred.predictors.neural.parameters import flat, split
from hwpred.predictors.neural.replay import minibatches
from hwpred.predictors.neural.training import train_networks
from hwpred.spaces import get_space

LEARNERS = ["minimlp", "mlp", "bananas", "gcn", "bonas", "nao", "bohamiann"]
NETWORKS = ["minimlp", "mlp", "bananas", "gcn", "bonas", "nao"]
SIZES = (40, 7, 33, 5, 70, 40, 12)


@pytest.fixture
def replaying(monkeypatch):
    monkeypatch.setattr(devices, "on_gpu", lambda: True)


def keys(number):
    return torch.arange(number) * 12345


def test_permutations_hold_every_number_once_and_depend_on_key_and_epoch_only():
    found = permutations(keys(4), torch.arange(3), 9)
    assert (found.sort(dim=2).values == torch.arange(9)).all()
    assert len(found.flatten(0, 1).unique(dim=0)) == 12
    assert torch.equal(permutations(keys(4)[2:3], torch.tensor([1]), 9)[0, 0], found[2, 1])


def test_every_number_comes_first_about_equally_often():
    first = permutations(keys(100), torch.arange(100), 10)[:, :, 0]
    assert (first.flatten().bincount() - 1000).abs().max() < 4 * 30


def test_noise_has_its_distribution_and_does_not_depend_on_the_stack():
    one, two = Counters(keys(3)), Counters(keys(3)[1:])
    drawn = [[noise.uniform((50_001,)), noise.normal(50_001), noise.bytes((3, 16_667))] for noise in (one, two)]
    for mine, other in zip(*drawn, strict=True):
        assert torch.equal(mine[1:], other)
    uniform, normal, random_bytes = (part.double() for part in drawn[0])
    assert uniform.min() >= 0
    assert uniform.max() < 1
    for part, mean, std in ((uniform, 0.5, 12**-0.5), (normal, 0, 1), (random_bytes, 127.5, 256 * 12**-0.5)):
        assert part.mean().item() == pytest.approx(mean, abs=0.015 * std)
        assert part.std().item() == pytest.approx(std, rel=0.01)
        flat_part = part.flatten(1)
        assert torch.corrcoef(flat_part)[0, 1].abs() < 0.02
        assert torch.corrcoef(torch.stack([flat_part[0, :-1], flat_part[0, 1:]]))[0, 1].abs() < 0.02
    one.end_step()
    one.begin_step()
    assert not torch.isclose(one.uniform((50_001,)), drawn[0][0]).any(dim=1).all()


@pytest.mark.parametrize(("samples", "size", "rows"), [(5, 16, 8), (33, 16, 16), (70, 24, 32), (16, 16, 16)])
def test_an_epoch_sees_every_sample_once(samples, size, rows):
    batches = -(-samples // size)
    whole = minibatches(keys(3), samples, size, 0, 4 * batches, rows)
    assert whole.shape == (4 * batches, 3, rows)
    for epoch in whole.unflatten(0, (4, batches)):
        for problem in epoch.unbind(1):
            assert problem[problem >= 0].sort().values.tolist() == list(range(samples))
    parts = [minibatches(keys(3), samples, size, first, 1, rows)[0] for first in range(4 * batches)]
    assert torch.equal(torch.stack(parts), whole)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_derivatives_of_perceptrons_agree_with_automatic_differentiation(activation):
    network = perceptron(12, layers=3, units=6, activation=activation).replayed()
    drawn = [network.initial(np.random.default_rng(i)) for i in range(3)]
    shapes = [part.shape for part in drawn[0]]
    joined = torch.as_tensor(np.stack([flat(parts) for parts in drawn]))
    gradient = torch.full_like(joined, torch.nan)
    rng = np.random.default_rng(0)
    x, (y, weight) = (torch.from_numpy(rng.random(shape, dtype=np.float32)) for shape in ((3, 8, 12), (2, 3, 8)))
    parameters, slopes = split(joined, shapes), split(gradient, shapes)
    differentiate = network.differentiator(parameters, slopes, 8)
    own = [part.double().requires_grad_() for part in parameters]
    error = ((network.forward(own, x.double()) - y.double()).abs() * weight.double()).sum(dim=1)
    expected = error + network.output_penalty * own[-2].abs().sum(dim=(1, 2))
    derivatives = torch.autograd.grad(expected.sum(), own)
    for _ in range(2):
        torch.testing.assert_close(differentiate(x, y, weight, None).double(), expected.detach())
        for mine, other in zip(slopes, derivatives, strict=True):
            torch.testing.assert_close(mine.double(), other, rtol=1e-4, atol=1e-5)


def test_networks_finished_together_are_those_finished_alone():
    network = GlobalConvolutions(adjacency(), 7, 12)
    parameters, x, _, _ = tensors(network, 3, 30)
    together = network.finished_together(parameters, x)
    for i in range(3):
        alone = network.finished([part[i].numpy() for part in parameters], x[i].numpy())
        for mine, other in zip(together, alone, strict=True):
            assert np.allclose(mine[i], other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
@pytest.mark.parametrize("clip", [None, 0.5])
def test_replayed_trainings_agree_with_others(weight_decay, clip, monkeypatch):
    """On whole training sets: other minibatches are drawn in other ways."""
    settings = {"cosine": True, "warmup": 0.1, "weight_decay": weight_decay, "clip": clip}
    trainings = [Training(70, 80, rate, (0.9, 0.99), **settings) for rate in (0.01, 0.002)]
    found = []
    for on_gpu in (False, True):
        monkeypatch.setattr(devices, "on_gpu", lambda on_gpu=on_gpu: on_gpu)
        tasks = [
            TrainingTask(perceptron(12, units=5 + i), trainings[i % 2], *data(20 + i, seed=i), np.random.default_rng(i))
            for i in range(5)
        ]
        found.append(train_networks(tasks))
    for one, other in zip(*found, strict=True):
        predicted = [
            each.network.forward(
                [torch.as_tensor(part)[None] for part in each.parameters], torch.as_tensor(data(40)[0])[None].float()
            )[0]
            for each in (one, other)
        ]
        assert torch.allclose(*predicted, atol=1e-3)


def problems_of(key):
    space, cls = get_space("nasbench201"), get_predictor(key)
    rng = np.random.default_rng(0)
    operations = [space.enumerate()[rng.permutation(space.architectures)[:size]] for size in SIZES]
    cost = rng.normal(size=space.adjacency_one_hot(operations[0]).shape[1])
    encoded = [space.encode(cls.encoding, own) for own in operations]
    targets = [space.adjacency_one_hot(own) @ cost for own in operations]
    settings = [{"most_steps": 70 + i % 2} for i in range(7)]

    def problems(number):
        return [
            Problem(encoded[i % 7], targets[i % 7], np.random.default_rng(i), settings[i % 7]) for i in range(number)
        ]

    return cls, problems, encoded[4]


@pytest.mark.parametrize("key", NETWORKS)
def test_alone_or_in_a_batch_is_the_same(key, replaying):
    cls, problems, x = problems_of(key)
    assert_same_alone_and_together(cls, problems, x, (7, 12), rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize("key", LEARNERS)
def test_replayed_predictors_learn(key, replaying):
    cls, problems, x = problems_of(key)
    problem = problems(5)[4]
    model = cls().fit(problem.x, problem.y, problem.rng)
    assert np.corrcoef(model.predict(x), problem.y)[0, 1] > 0.75


def test_a_step_is_called_once_then_recorded_and_replayed():
    calls = []

    class OnGpu:
        stream = "a stream"

        def record(self, function):
            calls.append("record")
            return SimpleNamespace(replay=lambda: calls.append("replay"))

    step = Recorded(lambda: calls.append("call"), OnGpu())
    for _ in range(3):
        step()
    assert calls == ["call", "record", "replay", "replay"]


def test_runs_side_by_side_return_what_each_returns():
    def run(number):
        def generator(lane):
            for _ in range(number):
                yield
            return number

        return generator

    assert side_by_side([run(number) for number in (3, 0, 5, *range(20))]) == [3, 0, 5, *range(20)]
