"""Networks trained together: the same numbers as one by one, and as torch's own optimiser."""

import logging
import re
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from together import assert_same_alone_and_together

from hwpred import joblog
from hwpred.predictors.base import Problem
from hwpred.predictors.neural import networks
from hwpred.predictors.neural import training as batched
from hwpred.predictors.neural.mlp import Bananas, LargePerceptron, Perceptron, SmallPerceptron
from hwpred.predictors.neural.networks import NeuralNetwork, Training, TrainingTask
from hwpred.predictors.neural.predictor import NetworkPredictor
from hwpred.predictors.neural.training import predict_networks, train_networks

PREDICTORS = [LargePerceptron, SmallPerceptron, Bananas]
FEW = {"epochs": 8, "batch_size": 32, "least_steps": 0}


def data(samples, features=12, seed=0):
    rng = np.random.default_rng((seed, samples))
    x = rng.integers(0, 2, (samples, features)).astype(np.int8)
    return x, x @ rng.uniform(-1, 1, features) + 0.5 * x[:, 0] * x[:, 1]


def problems(number):
    """Problems of unequal sizes, widths, learning rates and numbers of steps."""
    sizes, widths, rates = (40, 7, 33, 5, 70, 40, 12), (20, 6, 8), (0.001, 0.01)
    return [
        Problem(
            *data(sizes[i % 7], seed=i),
            np.random.default_rng(i),
            {**FEW, "layers": 2 + i % 2, "width": widths[i % 3], "learning_rate": rates[i % 2]},
        )
        for i in range(number)
    ]


def perceptron(features, layers=2, units=8, activation="relu", output_penalty=0.2):
    return Perceptron(features, layers, activation, units, output_penalty)


@pytest.mark.parametrize("cls", PREDICTORS)
@pytest.mark.parametrize("largest_layer", [2**16, 2**11])
def test_alone_or_in_a_batch_is_the_same(cls, largest_layer, monkeypatch):
    monkeypatch.setattr(batched, "LARGEST_LAYER", largest_layer)
    assert_same_alone_and_together(cls, problems, data(50, seed=9)[0], (7, 40), rtol=0, atol=0)


@pytest.mark.parametrize("cosine", [False, True])
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_training_agrees_with_torch(cosine, weight_decay):
    x, y = data(21)
    training = Training(4, 8, 0.01, (0.9, 0.99), weight_decay, cosine)
    network = perceptron(x.shape[1])
    others = [TrainingTask(network, training, *data(size), np.random.default_rng(size)) for size in (9, 60)]
    task = TrainingTask(network, training, x, y, np.random.default_rng(3))
    ours = train_networks([others[0], task, others[1]])[1].parameters
    theirs = train_with_torch(task.network, training, x, y, np.random.default_rng(3))
    for mine, other in zip(ours, theirs, strict=True):
        assert np.allclose(mine, other, atol=1e-5)


def train_with_torch(network, training, x, y, rng):
    parameters = [torch.from_numpy(part).requires_grad_() for part in network.initial(rng)]
    optimiser = torch.optim.Adam(
        parameters, training.learning_rate, betas=training.betas, weight_decay=training.weight_decay
    )
    steps = training.steps(len(y))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    x, y = torch.from_numpy(x).float(), torch.from_numpy(y).float()
    for _ in range(training.epochs):
        order = rng.permutation(len(y))
        for start in range(0, len(y), training.batch_size):
            rows = order[start : start + training.batch_size]
            layer = x[rows]
            for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
                layer = torch.relu(layer @ weight + bias)
            error = ((layer @ parameters[-2] + parameters[-1])[:, 0] - y[rows]).abs().mean()
            optimiser.zero_grad()
            (error + network.output_penalty * parameters[-2].abs().sum()).backward()
            optimiser.step()
            if training.cosine:
                schedule.step()
    return [part.detach().numpy() for part in parameters]


@pytest.mark.parametrize("samples", [5, 16, 21, 32])
def test_an_epoch_sees_every_sample_once(samples):
    task = TrainingTask(perceptron(12), Training(3, 16, 0.001), *data(samples), np.random.default_rng(0))
    steps = task.steps // 3
    stream = task.minibatches(steps)
    for _ in range(3):
        rows = next(stream)
        assert rows.shape == (steps, task.rows)
        assert sorted(rows[rows >= 0].tolist()) == list(range(samples))


def test_a_cap_on_steps_ends_the_training_early():
    assert Training(500, 32, 0.001, most_steps=100).steps(640) == 100
    assert Training(5, 32, 0.001, most_steps=100).steps(65) == 15


def test_small_training_sets_are_split_where_noise_is_wanted():
    training = Training(1, 16, 0.001, least_batches=2)
    assert [training.steps(samples) for samples in (5, 11, 40)] == [2, 2, 3]
    task = TrainingTask(perceptron(12), training, *data(11), np.random.default_rng(0))
    rows = next(task.minibatches(task.steps))
    assert sorted(rows[rows >= 0].tolist()) == list(range(11))


def test_the_learning_rate_rises_and_then_falls():
    training = Training(1, 16, 0.01, cosine=True, warmup=0.1)
    rates = [training.rate(step, 200) for step in range(200)]
    assert rates[0] == pytest.approx(0.01 / 20)
    assert int(np.argmax(rates)) == 19
    assert rates[19] == pytest.approx(0.01, rel=0.03)
    assert rates[99] == pytest.approx(0.005, rel=0.03)
    assert 0 < rates[199] < 1e-5


def test_a_schedule_follows_the_steps_of_each_problem():
    training = Training(8, 16, 0.01, warmup=0.5)
    tasks = [TrainingTask(perceptron(12), training, *data(size), np.random.default_rng(0)) for size in (40, 70)]
    together = train_networks(tasks)
    again = TrainingTask(perceptron(12), training, *data(40), np.random.default_rng(0))
    for one, other in zip(together[0].parameters, train_networks([again])[0].parameters, strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_a_perceptron_is_drawn_anew_with_larger_weights():
    network = perceptron(12)
    first, larger = (one.initial(np.random.default_rng(0)) for one in (network, network.redrawn()))
    ratios = [np.abs(b[a != 0] / a[a != 0]) for a, b in zip(first[::2], larger[::2], strict=True)]
    assert all((ratio > 1.1).all() for ratio in ratios[:-1])
    assert np.allclose(ratios[-1], 1.0)


@pytest.mark.parametrize("activation", ["relu", "tanh", "hardswish"])
def test_units_that_only_pad_a_layer_stay_zero(activation):
    network = perceptron(12, units=6, activation=activation)
    assert network == perceptron(12, units=8, activation=activation)
    (trained,) = train_networks([TrainingTask(network, Training(5, 16, 0.01), *data(40), np.random.default_rng(0))])
    first, bias, second, _, output, _ = trained.parameters
    assert not first[:, 6:].any()
    assert not bias[:, 6:].any()
    assert not second[6:].any()
    assert not second[:, 6:].any()
    assert not output[6:].any()
    assert first[:, :6].all()


@pytest.mark.parametrize("cls", PREDICTORS)
def test_hard_training_sets(cls):
    x, y = data(30)
    unseen = np.eye(12, dtype=np.int8)
    hard = {
        "five points": (x[:5], y[:5]),
        "constant columns": (np.where(np.arange(12) < 9, 1, x), y),
        "operations never seen": (np.where(np.arange(12) < 6, x, 0), y),
        "duplicated rows": (np.repeat(x[:6], 4, axis=0), np.repeat(y[:6], 4)),
        "contradicting rows": (np.repeat(x[:1], 12, axis=0), y[:12]),
    }
    fitted = cls.fit_many(
        [Problem(*hard[name], np.random.default_rng(1), {"least_steps": 60, "epochs": 1}) for name in hard]
    )
    for name, prediction in zip(hard, cls.predict_many(fitted, [unseen] * len(hard)), strict=True):
        assert np.isfinite(prediction).all(), name
        assert np.ptp(prediction) > 0, name


@pytest.mark.parametrize("cls", PREDICTORS)
def test_a_constant_target_returns_that_constant(cls):
    x, _ = data(20)
    assert np.array_equal(cls(**FEW).fit(x, np.full(20, 1.5), np.random.default_rng(0)).predict(x), np.full(20, 1.5))


@dataclass(frozen=True)
class Rising(NeuralNetwork):
    """One parameter, which every step raises by the learning rate, and the loss with it."""

    width = 1

    def initial(self, rng):
        return [np.zeros(1, dtype=np.float32)]

    def loss(self, parameters, x, y, weight, rngs):
        value = parameters[0][:, 0]
        return 2 * value.detach() - value


def test_the_parameters_with_the_lowest_loss_are_kept():
    steps = (200, 10, networks.WINDOW, networks.WINDOW + 1, 300)
    tasks = [TrainingTask(Rising(), Training(number, 16, 0.01), *data(9), np.random.default_rng(0)) for number in steps]
    kept = [trained.parameters[0][0] for trained in train_networks(tasks)]
    assert np.allclose(kept, [0.01 * min(number, networks.WINDOW) for number in steps], rtol=1e-3)


@dataclass(frozen=True)
class Lucky(NeuralNetwork):
    """A constant, unless its generator is lucky when it is drawn."""

    width = 1

    def initial(self, rng):
        return [np.array([float(rng.random() < 0.3)], dtype=np.float32)]

    def forward(self, parameters, x):
        return parameters[0] * x.sum(dim=2)

    def loss(self, parameters, x, y, weight, rngs):
        return 0 * parameters[0][:, 0]


class LuckyPredictor(NetworkPredictor):
    def __init__(self, restarts):
        self.restarts = restarts

    def network(self, features):
        return Lucky()

    def training(self):
        return Training(1, 16, 0.01)


def test_a_network_that_collapses_is_drawn_anew():
    x, y = data(9)

    def constant(restarts):
        fitted = LuckyPredictor.fit_many(
            [Problem(x, y, np.random.default_rng(i), {"restarts": restarts}) for i in range(12)]
        )
        return [np.ptp(model.predict(x)) == 0 for model in fitted]

    assert any(constant(0))
    assert sum(constant(1)) < sum(constant(0))
    assert not any(constant(50))
    LuckyPredictor(50).fit(np.ones_like(x), y, np.random.default_rng(0))


def test_a_diverging_training_stays_finite():
    x, y = data(40)
    model = LargePerceptron(**{**FEW, "learning_rate": 1e30}).fit(x, y, np.random.default_rng(0))
    assert np.isfinite(model.predict(x)).all()


@pytest.mark.parametrize("cls", PREDICTORS)
def test_every_candidate_of_the_search_can_be_fitted(cls):
    x, y = data(20)
    rng = np.random.default_rng(0)
    space = cls.search_space()
    drawn = [{name: distribution.draw(rng) for name, distribution in space.items()} for _ in range(6)]
    settings = {**cls.search_settings, "most_steps": 3}
    fitted = cls.fit_many([Problem(x, y, np.random.default_rng(0), {**one, **settings}) for one in drawn])
    for model, prediction in zip(fitted, cls.predict_many(fitted, [x] * 6), strict=True):
        assert np.isfinite(prediction).all()
        assert model.fit_seconds_ > 0


def test_bananas_predicts_the_mean_of_its_members():
    x, y = data(30)
    model = Bananas(**FEW).fit(x, y, np.random.default_rng(0))
    members = predict_networks(model.networks_, [x] * 3)
    assert len({prediction.tobytes() for prediction in members}) == 3
    assert np.allclose(model.predict(x), model.mean_ + model.scale_ * np.mean(members, axis=0))


def test_progress_is_logged(monkeypatch, caplog):
    ticks = iter(range(0, 10**6, 6))
    monkeypatch.setattr(joblog, "monotonic", lambda: next(ticks))
    with caplog.at_level(logging.INFO, logger="hwpred"):
        SmallPerceptron(**FEW).fit(*data(20), np.random.default_rng(0))
    told = re.findall(r"(\d) of 8 steps .* of the 1 in training .*, about (\d+) s left", caplog.text)
    # A clock that ticks every six seconds: at every second step, and at the end.
    assert told == [("2", "36"), ("4", "24"), ("6", "12"), ("8", "0")]
