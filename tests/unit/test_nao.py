"""NAO: its LSTM and encoder agree with torch's, and a problem's result is its own."""

import numpy as np
import pytest
import torch
from together import assert_same_alone_and_together
from torch.nn.functional import normalize

from hwpred.predictors.base import Problem
from hwpred.predictors.neural.nao import HIDDEN, Autoencoder, Lstm, Masks, Nao
from hwpred.predictors.neural.networks import Training, TrainingTask
from hwpred.predictors.neural.parameters import clip
from hwpred.predictors.neural.training import train_networks
from hwpred.spaces import get_space
from hwpred.spaces.base import Sequences

SPACES = ("nasbench201", "transnas_macro", "fbnet", "mnasnet")
TOKENS, VOCABULARY, ROWS = 5, 12, 7


def data(samples, seed=0):
    rng = np.random.default_rng((seed, samples))
    x = rng.integers(1, 6, (samples, TOKENS)).astype(np.int8)
    return x, (x == 3).sum(axis=1) + 0.5 * (x[:, 0] == 2)


def network(dropout=0.1):
    return Autoencoder(TOKENS, VOCABULARY, dropout, 0.8)


def stacked(number):
    drawn = [network().initial(np.random.default_rng(i)) for i in range(number)]
    parts = [torch.from_numpy(np.stack(same)).requires_grad_() for same in zip(*drawn, strict=True)]
    return dict(zip(network().shapes(), parts, strict=True))


def torch_gates(weight):
    """Reorder our gates (input, forget, output, cell), the last axis, to torch's rows (input, forget, cell, output)."""
    enter, forget, leave, cell = weight.chunk(4, dim=-1)
    return torch.cat([enter, forget, cell, leave], dim=-1).transpose(-2, -1)


def torch_lstm(inputs, table, recurrent, state):
    """The same for one network with torch's own: the table's rows are the products of inputs and weights."""
    lstm = torch.nn.LSTM(inputs.shape[-1], HIDDEN)
    weights = {
        "weight_ih_l0": torch_gates(table),
        "weight_hh_l0": torch_gates(recurrent),
        "bias_ih_l0": torch.zeros(4 * HIDDEN),
        "bias_hh_l0": torch.zeros(4 * HIDDEN),
    }
    return torch.func.functional_call(lstm, weights, (inputs, (state[None], state[None])))[0]


def test_lstm_and_its_gradients_agree_with_torch():
    rng = torch.Generator().manual_seed(0)
    tokens = torch.randint(VOCABULARY, (3, TOKENS, ROWS), generator=rng)
    one_hot = torch.nn.functional.one_hot(tokens, VOCABULARY).float()
    shapes = ((3, VOCABULARY, 4 * HIDDEN), (3, HIDDEN, 4 * HIDDEN), (3, ROWS, HIDDEN))
    given = [(0.3 * torch.randn(shape, generator=rng)).requires_grad_() for shape in shapes]
    upstream = torch.randn((3, TOKENS, ROWS, HIDDEN), generator=rng)
    ours = Lstm.apply(one_hot, *given)
    theirs = torch.stack([torch_lstm(x, *own) for x, *own in zip(one_hot, *given, strict=True)])
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)
    mine, other = (torch.autograd.grad(result, given, upstream) for result in (ours, theirs))
    for one, same in zip(mine, other, strict=True):
        torch.testing.assert_close(one, same, rtol=1e-4, atol=1e-4)


def test_predictions_agree_with_torch():
    named, x = stacked(2), torch.from_numpy(np.stack([data(ROWS, seed)[0] for seed in range(2)])).float()
    ours = network().forward(list(named.values()), x)
    for i in range(2):
        own = {name: part[i] for name, part in named.items()}
        embedded = own["embedding"][x[i].long().T]
        hidden = []
        for direction, weight in enumerate(own["inputs"].chunk(2, dim=1)):
            steps = embedded.flip(0) if direction else embedded
            gates_bias = own["bias"].chunk(2, dim=1)[direction]
            with_bias = torch.cat([steps, torch.ones(TOKENS, ROWS, 1)], dim=2)
            start = torch.zeros(ROWS, HIDDEN)
            states = torch_lstm(with_bias, torch.cat([weight, gates_bias]), own["recurrent"][direction], start)
            hidden.append(states.flip(0) if direction else states)
        states = normalize(torch.cat(hidden, dim=2) @ own["joint"] + own["joint_bias"] + embedded, dim=2)
        code = normalize(states.mean(dim=0), dim=1)
        layer = torch.relu(code @ own["narrow"] + own["narrow_bias"])
        layer = (code + torch.relu(layer @ own["widen"] + own["widen_bias"])) * 0.5**0.5
        theirs = (layer @ own["regressor"] + own["regressor_bias"])[:, 0]
        torch.testing.assert_close(ours[i], theirs, rtol=1e-4, atol=1e-5)


def test_decoder_sees_only_the_tokens_before():
    named, net = stacked(1), network()
    x = torch.from_numpy(data(ROWS)[0][None]).float()
    changed = x.clone()
    changed[..., 2] = changed[..., 2] % 5 + 1
    states, code = net._encode(named, net._one_hot(x.transpose(1, 2)), None)
    first, second = (net._decode(named, net._one_hot(one.transpose(1, 2)), states, code, None) for one in (x, changed))
    torch.testing.assert_close(first.exp().sum(dim=3), torch.ones(1, TOKENS, ROWS))
    assert torch.equal(first[:, :3], second[:, :3])
    assert not torch.isclose(first[:, 3], second[:, 3]).all(dim=2).any()


def test_training_lowers_both_parts_of_the_loss():
    x, y = data(40)
    net, rng = network(dropout=0.0), np.random.default_rng(0)
    task = TrainingTask(net, Training(30, 40, 0.01), x, (y - y.mean()) / y.std(), rng)
    before = [torch.from_numpy(part[None]) for part in net.initial(np.random.default_rng(1))]
    after = [torch.from_numpy(part[None]) for part in train_networks([task])[0].parameters]
    batch = torch.from_numpy(task.x[None]).float(), torch.from_numpy(task.y[None]).float(), torch.full((1, 40), 1 / 40)
    for trade_off in (0.0, 1.0):
        only = Autoencoder(TOKENS, VOCABULARY, 0.0, trade_off)
        assert only.loss(after, *batch, [rng]) < 0.7 * only.loss(before, *batch, [rng])


def test_alone_or_in_a_batch_is_the_same():
    sizes, test = (40, 7, 33, 5, 70, 40, 12), Sequences(data(50, seed=9)[0], VOCABULARY)

    def problem(i):
        x, y = data(sizes[i], seed=i)
        some = {"most_steps": 25, "dropout": 0.1 + 0.2 * (i % 2)}
        return Problem(Sequences(x, VOCABULARY), y, np.random.default_rng(i), some)

    def problems(number):
        return [problem(i) for i in range(number)]

    assert_same_alone_and_together(Nao, problems, test, (7,), rtol=0, atol=0)


def test_dropout_is_drawn_from_the_own_generator():
    like = torch.empty(2, 100, 40)
    both = Masks(0.25, [np.random.default_rng(i) for i in range(2)]).draw(like)
    (second,) = Masks(0.25, [np.random.default_rng(1)]).draw(like[:1])
    assert torch.equal(both[1], second)
    assert not torch.equal(both[0], second)
    assert sorted(both.unique().tolist()) == pytest.approx([0, 4 / 3])
    assert float(both.mean()) == pytest.approx(1, abs=0.03)


def test_long_gradients_are_shortened():
    gradient = torch.tensor([[3.0, 4.0], [30.0, 40.0], [0.0, 0.0]])
    clip(gradient, 5.0)
    torch.testing.assert_close(gradient, torch.tensor([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0]]))


@pytest.mark.parametrize(("samples", "steps"), [(5, 40), (124, 80), (15_000, 800)])
def test_steps_follow_the_training_set_within_bounds(samples, steps):
    assert Nao().training().steps(samples) == steps


@pytest.mark.parametrize("key", SPACES)
def test_vocabulary_holds_every_token(key):
    space = get_space(key)
    ends = space.encode("sequence", [np.zeros(space.positions), space.sizes - 1])
    ends, vocabulary = ends.tokens, ends.vocabulary
    assert 0 < ends.min() <= ends.max() < vocabulary == VOCABULARY
    width = space.node_positions
    assert (ends[1, : width - 1] < ends[0, 1:width]).all()
