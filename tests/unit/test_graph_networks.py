"""Graph networks: the same numbers as written plainly for one network, whatever they are fitted together with."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from together import assert_same_alone_and_together

from hwpred.predictors.base import Problem
from hwpred.predictors.neural import training
from hwpred.predictors.neural.directed_convolutions import DirectedConvolutions
from hwpred.predictors.neural.global_convolutions import GlobalConvolutions
from hwpred.predictors.neural.graph_networks import GCN, Bonas
from hwpred.predictors.search_space import LogInteger, LogUniform
from hwpred.spaces import get_space

PREDICTORS = [GCN, Bonas]
SPACE = get_space("nasbench201")
CHEAP = {"least_steps": 0, "most_steps": 12}


def data(samples, seed=0, key="nasbench201"):
    rng = np.random.default_rng((seed, samples))
    space = get_space(key)
    x = space.graph(rng.integers(0, space.sizes, (samples, space.positions)).astype(np.int8))
    return x, x.features.sum(axis=1) @ np.random.default_rng(0).uniform(-1, 1, x.features.shape[2])


def problems(number):
    """Problems of unequal sizes, widths, batches and numbers of steps."""
    sizes, widths, batches = (40, 7, 33, 5, 70, 40, 12), (12, 8), (8, 16)
    return [
        Problem(
            *data(sizes[i % 7], seed=i),
            np.random.default_rng(i),
            {**CHEAP, "most_steps": 6 + i % 3, "hidden": widths[i % 2], "batch_size": batches[i % 3 // 2]},
        )
        for i in range(number)
    ]


@pytest.mark.parametrize("cls", PREDICTORS)
@pytest.mark.parametrize("largest_layer", [2**18, 2**12])
def test_alone_or_in_a_batch_is_the_same(cls, largest_layer, monkeypatch):
    monkeypatch.setattr(training, "LARGEST_LAYER", largest_layer)
    assert_same_alone_and_together(cls, problems, data(50, seed=9)[0], (7, 20), rtol=0, atol=0)


def tensors(network, problems, rows):
    """Parameters of some networks, none of them zero, architectures, targets and weights, of which some are zero."""
    rng = np.random.default_rng(1)
    drawn = [np.stack(same) for same in zip(*(network.initial(rng) for _ in range(problems)), strict=True)]
    parameters = [torch.from_numpy(part + rng.normal(0, 0.1, part.shape).astype(np.float32)) for part in drawn]
    x = torch.from_numpy(data(problems * rows)[0].features).float().unflatten(0, (problems, rows))
    y, weight = torch.from_numpy(rng.random((2, problems, rows), dtype=np.float32))
    weight[0, rows // 2 :] = 0
    return parameters, x, y, weight / weight.sum(dim=1, keepdim=True)


def adjacency():
    return tuple(map(tuple, data(1)[0].adjacency.tolist()))


def gcn_of_one(parameters, x, masks):
    """Predict with one network: x (rows, 8, 7), a mask for each convolution and one for the first linear map."""
    edges = torch.tensor(adjacency(), dtype=x.dtype)
    along, against = edges + torch.eye(8), edges.T + torch.eye(8)
    along, against = along / along.sum(dim=1, keepdim=True), against / against.sum(dim=1, keepdim=True)
    *convolutions, first, second = parameters
    layer = x
    for weights, mask in zip(convolutions, masks[:-1], strict=True):
        layer = (torch.relu(along @ layer @ weights[0]) + torch.relu(against @ layer @ weights[1])) / 2 * mask
    return (layer.mean(dim=1) @ first * masks[-1]) @ second


def bonas_of_one(parameters, x, weight):
    """Predict with one network: x (rows, 8, 7); ``weight`` (rows,) of each row in the statistics."""
    edges = torch.zeros(9, 9, dtype=x.dtype)
    edges[:8, :8], edges[:8, 8] = torch.tensor(adjacency()), 1
    edges.fill_diagonal_(1)
    *weights, gains, shifts, last, bias = parameters
    layer = torch.zeros(len(x), 9, 8, dtype=x.dtype)
    layer[:, :8, :7], layer[:, 8, 7] = x, 1
    share = weight[:, None, None] / 9
    for own, gain, shift in zip(weights, gains, shifts, strict=True):
        sums = edges.T @ layer @ own
        mean = (sums * share).sum(dim=(0, 1))
        variance = ((sums - mean).square() * share).sum(dim=(0, 1))
        layer = torch.relu((sums - mean) / (variance + 1e-5).sqrt() * gain + shift)
    return layer[:, 8] @ last + bias


def masks_of_one(rng, network, rows):
    """Draw as the stack does: for all convolutions at once, nodes before rows, then for the linear map."""
    shapes = (4, 8, rows, network.hidden), (rows, 128)
    drawn = [np.frombuffer(rng.bytes(int(np.prod(shape))), dtype=np.uint8).reshape(shape) for shape in shapes]
    *convolutions, linear = *drawn[0].swapaxes(1, 2), drawn[1]
    return [torch.from_numpy((part >= 26) / (1 - 26 / 256)) for part in (*convolutions, linear)]


@pytest.mark.parametrize("cls", [DirectedConvolutions, GlobalConvolutions])
def test_loss_and_derivatives_agree_with_automatic_differentiation(cls):
    directed = cls is DirectedConvolutions
    network = cls(adjacency(), 7, 12, 0.1) if directed else cls(adjacency(), 7, 12)
    parameters, x, y, weight = tensors(network, 3, 8)
    gradients = [torch.full_like(part, torch.nan) for part in parameters]
    loss = network.differentiator(parameters, gradients, 8)(x, y, weight, [np.random.default_rng(i) for i in range(3)])
    for i in range(3):
        own = [part[i].double().requires_grad_() for part in parameters]
        if directed:
            predicted = gcn_of_one(own, x[i].double(), masks_of_one(np.random.default_rng(i), network, 8))
        else:
            predicted = bonas_of_one(own, x[i].double(), weight[i].double())
        expected = ((predicted - y[i]).square() * weight[i]).sum()
        assert loss[i].item() == pytest.approx(expected.item(), rel=1e-4)
        for mine, other in zip(gradients, torch.autograd.grad(expected, own), strict=True):
            assert np.allclose(mine[i], other, rtol=1e-3, atol=1e-5 * other.abs().max())


def test_gcn_predicts_without_dropout():
    network = DirectedConvolutions(adjacency(), 7, 12, 0.1)
    parameters, x, _, _ = tensors(network, 2, 8)
    for i, mine in enumerate(network.forward(parameters, x)):
        assert np.allclose(mine, gcn_of_one([part[i] for part in parameters], x[i], [1.0] * 5), atol=1e-5)


def test_bonas_predicts_with_the_statistics_of_the_training_set():
    network = GlobalConvolutions(adjacency(), 7, 12)
    parameters, x, _, _ = tensors(network, 1, 30)
    own = [part[0] for part in parameters]
    finished = network.finished([part.numpy() for part in own], x[0].numpy().astype(np.int8))
    mine = network.forward([torch.from_numpy(part)[None] for part in finished], x[:, :7])
    expected = bonas_of_one(own, x[0], torch.full((30,), 1 / 30))
    assert np.allclose(mine[0], expected[:7], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("cls", PREDICTORS)
@pytest.mark.parametrize("key", ["fbnet", "mnasnet", "transnas_macro"])
def test_every_space_has_graphs(cls, key):
    x, y = data(20, key=key)
    prediction = cls(hidden=16, **CHEAP).fit(x, y, np.random.default_rng(0)).predict(x[:7])
    assert prediction.shape == (7,)
    assert np.ptp(prediction) > 0


@pytest.mark.parametrize("cls", PREDICTORS)
def test_hard_training_sets(cls):
    x, y = data(30)
    unseen = data(40, seed=5)[0]
    constant = x.features.copy()
    constant[:, 1:5] = x.features[:1, 1:5]
    hard = {
        "five points": (x[:5], y[:5]),
        "constant columns": (replace(x, features=constant), y),
        "duplicated rows": (x[np.repeat(np.arange(6), 4)], np.repeat(y[:6], 4)),
        "contradicting rows": (x[np.zeros(12, dtype=int)], y[:12]),
        "one row beyond a batch": (x[:17], y[:17]),
    }
    fitted = cls.fit_many([Problem(*hard[name], np.random.default_rng(1), CHEAP) for name in hard])
    for name, prediction in zip(hard, cls.predict_many(fitted, [unseen] * len(hard)), strict=True):
        assert np.isfinite(prediction).all(), name
        assert np.ptp(prediction) > 0, name


@pytest.mark.parametrize("cls", PREDICTORS)
def test_a_constant_target_returns_that_constant(cls):
    x, _ = data(20)
    model = cls(**CHEAP).fit(x, np.full(20, 1.5), np.random.default_rng(0))
    assert np.array_equal(model.predict(x), np.full(20, 1.5))


@pytest.mark.parametrize("cls", PREDICTORS)
def test_learns_what_the_operations_cost(cls):
    (x, y), (other, expected) = data(150), data(100, seed=3)
    prediction = cls(hidden=16, most_steps=100).fit(x, y, np.random.default_rng(0)).predict(other)
    assert np.corrcoef(prediction, expected)[0, 1] > 0.95


@pytest.mark.parametrize("cls", PREDICTORS)
def test_every_candidate_of_the_search_can_be_fitted(cls):
    x, y = data(20)
    rng = np.random.default_rng(0)
    space = cls.search_space()
    drawn = [{name: distribution.draw(rng) for name, distribution in space.items()} for _ in range(6)]
    settings = {**cls.search_settings, "least_steps": 3, "most_steps": 3}
    fitted = cls.fit_many([Problem(x, y, np.random.default_rng(0), {**one, **settings}) for one in drawn])
    for prediction in cls.predict_many(fitted, [x] * 6):
        assert np.isfinite(prediction).all()


def test_logarithmic_distributions_stay_within_their_bounds():
    rng = np.random.default_rng(0)
    rates = np.array([LogUniform(1e-5, 1e-1).draw(rng) for _ in range(4000)])
    assert rates.min() >= 1e-5
    assert rates.max() <= 1e-1
    assert np.mean(rates < 1e-3) == pytest.approx(0.5, abs=0.03)
    widths = np.array([LogInteger(8, 32, 8).draw(rng) for _ in range(4000)])
    assert set(widths.tolist()) == {8, 16, 24, 32}
    assert np.mean(widths == 8) == pytest.approx(np.log(3) / np.log(9), abs=0.03)
