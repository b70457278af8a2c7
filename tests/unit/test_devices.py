"""Predictors on a GPU: an emulated one on every machine, a real one where there is one (``pytest -m gpu``)."""

import numpy as np
import pytest
import torch
from emulated_gpu import EmulatedGpu, OnGpu
from load_script import run_script

from hwpred.predictors import REGISTRY, devices, get_predictor
from hwpred.predictors.base import Problem
from hwpred.predictors.devices import use_device
from hwpred.spaces import get_space
from hwpred.training.data import Data

ON_TORCH = [key for key, entry in REGISTRY.items() if entry.on_torch]
SHORT = {
    "gp": {},
    "sparse_gp": {"steps": 10},
    "bohamiann": {"steps": 30, "burn_in": 10, "keep_every": 5},
    "structured_gp": {"evaluations": 16},
    "transfer_gp": {"evaluations": 16},
}


@pytest.fixture(scope="module")
def data():
    """60 cells with an almost additive metric; two other devices measured about the same."""
    space, rng = get_space("nasbench201"), np.random.default_rng(0)
    operations = space.enumerate()[rng.permutation(space.architectures)[:60]]
    x = space.adjacency_one_hot(operations)
    y = x @ rng.normal(size=x.shape[1]) + 0.1 * rng.normal(size=60)
    y = (y - y.mean()) / y.std()
    return Data("c", space.key, "smaller", np.arange(60), operations, y, y[:, None] + rng.normal(size=(60, 2)))


def predictions(key, data, hyperparameters):
    """Means, and standard deviations where the predictor knows them, of all cells after fits on 30 and on 40."""
    cls = get_predictor(key)
    x = cls.encode(data)
    problems = [Problem(x[:n], data.target[:n], np.random.default_rng(n), hyperparameters) for n in (30, 40)]
    fitted = cls.fit_many(problems)
    stds = [model.predict_std(x) for model in fitted if hasattr(model, "predict_std")]
    return np.array([*cls.predict_many(fitted, [x, x]), *stds])


def test_the_emulated_gpu_refuses_what_a_gpu_refuses():
    with EmulatedGpu():
        tensor, on_cpu = torch.as_tensor(np.ones(3)), torch.from_numpy(np.ones(3))
        assert tensor.device.type == "cuda"
        assert isinstance((2 * tensor).exp(), OnGpu)
        for read in (lambda: tensor.exp().numpy(), lambda: np.asarray(tensor)):
            with pytest.raises(TypeError, match="can't convert cuda"):
                read()
        with pytest.raises(RuntimeError, match="same device"):
            tensor + on_cpu
        assert (tensor + 1).cpu().numpy().tolist() == [2, 2, 2]
        assert (tensor + on_cpu.to(tensor.device)).tolist() == [2, 2, 2]


@pytest.mark.parametrize("as_on_a_gpu", [False, True])
@pytest.mark.parametrize("key", ON_TORCH)
def test_an_emulated_gpu_gives_the_same_numbers(key, as_on_a_gpu, data, monkeypatch):
    """With what a GPU computes in other ways than a processor, and without."""
    monkeypatch.setattr(devices, "on_gpu", lambda: as_on_a_gpu)
    hyperparameters = SHORT.get(key, {"most_steps": 5})
    expected = predictions(key, data, hyperparameters)
    with EmulatedGpu():
        found = predictions(key, data, hyperparameters)
    assert np.array_equal(found, expected)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("key", ON_TORCH)
def test_a_gpu_gives_the_same_numbers(key, data, monkeypatch):
    """As far as single precision allows: a long training multiplies what is rounded, and is the same in kind only.

    Even a first step of Adam has the size of its learning rate, and the sign of a gradient that rounding decides where
    it is all but zero, as that of the last bias is for a standardised target. The processor computes as a GPU does.
    """
    short, whole = {}, {}
    monkeypatch.setattr(devices, "on_gpu", lambda: True)
    try:
        for device in ("cpu", "cuda"):
            use_device(device)
            short[device] = predictions(key, data, SHORT.get(key, {"most_steps": 5}))
            whole[device] = predictions(key, data, {})
    finally:
        use_device("cpu")
    np.testing.assert_allclose(short["cuda"], short["cpu"], atol=0.02)
    assert np.corrcoef(whole["cuda"].ravel(), whole["cpu"].ravel())[0, 1] > 0.95


def test_devices():
    with pytest.raises(ValueError, match="unknown device 'gpu'; use one of auto, cpu, cuda"):
        use_device("gpu")
    assert use_device("cpu") == "cpu"
    assert torch.get_default_device().type == "cpu"
    assert torch._C._len_torch_function_stack() == 0, "each function of torch goes through Python"
    if not torch.cuda.is_available():
        assert use_device("auto") == "cpu"
        with pytest.raises(ValueError, match="device 'cuda' is not available"):
            use_device("cuda")


@pytest.mark.parametrize("script", ["train_predictor", "select_adaptively", "explain_combination"])
def test_every_script_that_fits_computes_on_the_configured_device(script, monkeypatch):
    class Asked(Exception):
        """Raised in place of computing."""

    def use_device(name):
        raise Asked(name)

    monkeypatch.setattr("hwpred.predictors.devices.use_device", use_device)
    with pytest.raises(Asked, match="cuda"):
        run_script(script, monkeypatch, params={"device": "cuda"})
