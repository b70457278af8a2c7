"""One network as an ONNX file: to be timed on a device, or to see what a device makes of it."""

from hwpred.errors import InputError
from hwpred.networks import get_networks
from hwpred.spaces import get_space

WEIGHTS_SEED = 0


def export(architecture, space, task, path):
    """Write the network of an architecture as an ONNX file.

    It is the graph that ``snakemake measure`` times with ``runtime: onnxruntime``, one image at a time: batch
    normalisation is folded into the convolutions, and operations that do not reach the output are left out. Weights are
    random, on which a latency does not depend; accuracy does.

    Parameters
    ----------
    architecture : str
        As the space writes it.
    space : str
        ``nasbench201``, ``transnas_macro``, ``fbnet`` or ``mnasnet``.
    task : str
        Says which input and which outputs the network has, such as ``cifar10``.
    path : str or Path
        Of the file: opset 17, float32, fixed shapes, input ``images``, output ``outputs``.

    Raises
    ------
    InputError
        If there is no such architecture, space or task, or if the package onnx is missing.
    """
    import numpy as np

    from hwpred.networks.weights import initial_weights
    from hwpred.tables import whole_file

    try:
        networks = get_networks(space)
        operations = get_space(space).from_text(architecture)
    except ValueError as error:
        raise InputError(str(error)) from error
    if task not in networks.TASKS:
        raise InputError(f"unknown task {task!r} of {space}; use one of {', '.join(networks.TASKS)}")
    try:
        from hwpred.networks.onnx_graphs import onnx_model
    except ImportError as error:
        raise InputError("writing ONNX needs the package onnx: pip install onnx") from error
    network = networks.build(operations, task, live=True)
    model = onnx_model(network, initial_weights(network, np.random.default_rng(WEIGHTS_SEED)))
    with whole_file(path) as unfinished:
        unfinished.write_bytes(model.SerializeToString())
