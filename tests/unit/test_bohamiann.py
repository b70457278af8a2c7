"""BOHAMIANN: the sampler on a known posterior, chains together as alone, and hard training sets."""

import numpy as np
import pytest
import torch

from hwpred.metrics import kendall_tau
from hwpred.predictors.base import Problem
from hwpred.predictors.neural import bohamiann
from hwpred.predictors.neural.bohamiann import Bohamiann
from hwpred.predictors.neural.hamiltonian import Chain

SMALL = {"width": 8, "steps": 40, "burn_in": 10, "keep_every": 5}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    operations = rng.integers(0, 4, (400, 5))
    x = np.eye(4, dtype=np.int8)[operations].reshape(len(operations), -1)
    return x, 7 + 3 * x @ rng.uniform(0, 1, x.shape[1])


def problem(data, n, first=0, hyperparameters=SMALL):
    rows = slice(first, first + n)
    return Problem(data[0][rows], data[1][rows], np.random.default_rng(first), hyperparameters)


def test_a_chain_does_not_depend_on_what_runs_beside_it(data, monkeypatch):
    sizes = [40, 25, 5, 7, 40, 21, 40]
    x = data[0][:50]
    together = Bohamiann.fit_many([problem(data, n, i) for i, n in enumerate(sizes)])
    monkeypatch.setattr(Bohamiann, "problems_at_once", 2)
    in_pairs = Bohamiann.fit_many([problem(data, n, i) for i, n in enumerate(sizes)])
    for i, n in enumerate(sizes):
        one = problem(data, n, i)
        alone = Bohamiann(**SMALL).fit(one.x, one.y, one.rng)
        for other in (alone, in_pairs[i]):
            assert np.allclose(other.predict(x), together[i].predict(x), atol=1e-3)
            assert np.allclose(other.predict_std(x), together[i].predict_std(x), atol=1e-3)


def test_different_hyperparameters_may_be_fitted_in_one_call(data):
    problems = [problem(data, 20, hyperparameters={**SMALL, "width": width}) for width in (4, 6, 4)]
    fitted = Bohamiann.fit_many(problems)
    assert [model.width for model in fitted] == [4, 6, 4]
    assert np.allclose(fitted[0].predict(data[0]), fitted[2].predict(data[0]), atol=1e-3)


def test_keeps_every_tenth_network_after_the_burn_in(data):
    model = Bohamiann().fit(data[0][:30], data[1][:30], np.random.default_rng(0))
    assert model.samples_.shape == (35, 20 * 50 + 50 + 2 * (50 * 50 + 50) + 50 + 1 + 1)
    assert len(torch.unique(model.samples_[:, 0])) == 35


def test_a_chain_that_ends_before_it_keeps_a_network_is_refused(data):
    with pytest.raises(ValueError, match="155 steps keep no network: burn_in 150, keep_every 10"):
        Bohamiann(steps=155).fit(data[0][:30], data[1][:30], np.random.default_rng(0))


def test_sampler_draws_from_a_normal_distribution():
    """Without data the weights' distribution is their prior: mean 0, precision as set."""
    settings = Bohamiann(layers=1, width=30, learning_rate=0.1, burn_in=0, prior_precision=4.0)
    chain = Chain(settings, 1, np.zeros(4, dtype=int), [np.random.default_rng(i) for i in range(4)])
    nothing = torch.zeros(4, 1, 1), torch.zeros(4, 1), torch.zeros(4, 1)
    draws = []
    for step in range(1500):
        chain.step(*nothing)
        if step >= 500 and step % 20 == 0:
            draws.append(chain.weights.detach()[:, :60].clone())
    draws = torch.cat(draws)
    assert float(draws.mean()) == pytest.approx(0, abs=0.05)
    assert float(draws.std()) == pytest.approx(0.5, rel=0.15)


def test_every_epoch_sees_every_full_batch_once():
    rows = bohamiann._batches(45, Bohamiann(steps=5, batch_size=20), np.random.default_rng(0))
    assert rows.shape[1] == 20
    assert all(len(np.unique(rows[i : i + 2])) == 40 for i in (0, 2))
    assert np.array_equal(np.sort(bohamiann._batches(5, Bohamiann(), np.random.default_rng(0))[7]), np.arange(5))


def test_ranks_what_it_can_learn(data):
    model = Bohamiann().fit(data[0][:200], data[1][:200], np.random.default_rng(0))
    assert kendall_tau(data[1][200:], model.predict(data[0][200:])) > 0.75
    assert (model.predict_std(data[0][200:]) > 0).all()


def test_training_sets_that_could_break_it(data):
    x, y = data
    constant_columns = x.copy()
    constant_columns[:, 4:12] = 1
    hard = {
        "one point": (x[:1], y[:1] + 0.0),
        "five points": (x[:5], y[:5]),
        "duplicated rows": (np.repeat(x[:6], 4, axis=0), np.repeat(y[:6], 4)),
        "contradicting rows": (np.repeat(x[:1], 12, axis=0), y[:12]),
        "constant columns": (constant_columns[:30], y[:30]),
        "unseen operation": (x[x[:, 3] == 0][:30], y[x[:, 3] == 0][:30]),
    }
    for name, (train_x, train_y) in hard.items():
        prediction = Bohamiann(**SMALL).fit(train_x, train_y, np.random.default_rng(0)).predict(x[:200])
        assert np.isfinite(prediction).all(), name
        assert len(np.unique(prediction)) > 1 or name == "one point", name


def test_constant_target_is_returned(data):
    model = Bohamiann(**SMALL).fit(data[0][:20], np.full(20, 1.1), np.random.default_rng(0))
    assert np.allclose(model.predict(data[0][:50]), 1.1, atol=1e-12)
