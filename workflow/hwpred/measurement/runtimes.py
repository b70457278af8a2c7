"""Networks ready to run, one image (or one example of several) at a time."""

from hwpred.networks.weights import initial_weights

RUNTIMES = ("onnxruntime", "torch")


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


def _onnxruntime(network, weights, images, threads):
    import onnxruntime

    from hwpred.networks.onnx_graphs import INPUT, onnx_model_and_weights

    model, large = onnx_model_and_weights(network, weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in large.values()]
    options.add_external_initializers(list(large), values)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    inputs = {INPUT: images}
    return lambda: session.run(None, inputs)


def _torch(network, weights, images, threads):
    import torch

    from hwpred.networks.torch_modules import TorchNetwork

    torch.set_num_threads(threads)
    module, images = TorchNetwork(network, weights), torch.from_numpy(images)

    def run():
        with torch.inference_mode():
            return module(images)

    return run
