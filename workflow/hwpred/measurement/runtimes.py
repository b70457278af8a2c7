"""Networks ready to run, one image (or one example of several) at a time."""

from hwpred.networks.weights import initial_weights

RUNTIMES = ("onnxruntime", "torch")
_FLOATS = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16"}
_INTEGERS = {f"tensor({name})": name for sign in ("", "u") for name in (f"{sign}int{bits}" for bits in (8, 16, 32, 64))}


def open_network(network, runtime, threads, generator):
    """Return a function of no arguments that runs the network once.

    Parameters
    ----------
    network : Network
    runtime : str
        ``"torch"``: eager, in inference mode. ``"onnxruntime"``: its CPU provider with all graph optimisations.
    threads : int
        Inside a layer; layers run one after the other.
    generator : numpy.random.Generator
        Of weights and input.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If there is no such runtime.
    """
    if runtime not in RUNTIMES:
        raise ValueError(f"unknown runtime {runtime!r}; use one of {', '.join(RUNTIMES)}")
    weights = initial_weights(network, generator)
    images = generator.standard_normal(network.input_shape, "float32")
    return {"onnxruntime": _onnxruntime, "torch": _torch}[runtime](network, weights, images, threads)


def open_module(module, inputs, threads):
    """Return a function of no arguments that runs a torch module once, eagerly, in inference mode.

    Parameters
    ----------
    module : torch.nn.Module
        In evaluation mode.
    inputs : tuple of tensor
    threads : int

    Returns
    -------
    callable
    """
    import torch

    torch.set_num_threads(threads)

    def run():
        with torch.inference_mode():
            return module(*inputs)

    return run


def open_onnx(model, threads, generator, dimensions=None):
    """Return a function of no arguments that runs an ONNX model once, with an input that is drawn.

    Numbers are normal, integers 0, since they may be places in a table, and truth values true.

    Parameters
    ----------
    model : path or bytes
    threads : int
    generator : numpy.random.Generator
        Of the input.
    dimensions : dict, optional
        Value of each dimension of an input that the model leaves open, by its name or by ``<input>.<axis>``.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If a dimension has no value, or an input is no tensor of numbers.
    """
    session = _session(model, _options(threads))
    inputs = {entry.name: _values(entry, dimensions or {}, generator) for entry in session.get_inputs()}
    return lambda: session.run(None, inputs)


def _options(threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    return options


def _session(model, options):
    import onnxruntime

    model = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _values(entry, dimensions, generator):
    """Draw what stands at one input of a session."""
    import numpy as np

    shape = [_size(entry.name, axis, size, dimensions) for axis, size in enumerate(entry.shape)]
    if entry.type in _FLOATS:
        return generator.standard_normal(shape, "float32").astype(_FLOATS[entry.type])
    if entry.type in _INTEGERS:
        return np.zeros(shape, _INTEGERS[entry.type])
    if entry.type == "tensor(bool)":
        return np.ones(shape, bool)
    raise ValueError(f"input {entry.name!r} is a {entry.type}, for which hwpred draws no values")


def _size(name, axis, size, dimensions):
    if isinstance(size, int):
        return size
    own = f"{name}.{axis}"
    label = own if own in dimensions or not size else size
    if label not in dimensions:
        raise ValueError(f"dimension {label!r}, axis {axis} of input {name!r}, has no value; give one")
    return int(dimensions[label])


def _onnxruntime(network, weights, images, threads):
    import onnxruntime

    from hwpred.networks.onnx_graphs import INPUT, onnx_model_and_weights

    model, large = onnx_model_and_weights(network, weights)
    options = _options(threads)
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in large.values()]
    options.add_external_initializers(list(large), values)
    session = _session(model.SerializeToString(), options)
    inputs = {INPUT: images}
    return lambda: session.run(None, inputs)


def _torch(network, weights, images, threads):
    import torch

    from hwpred.networks.torch_modules import TorchNetwork

    return open_module(TorchNetwork(network, weights), (torch.from_numpy(images),), threads)
