"""What one inference of a network costs, counted layer by layer: operations, weights, bytes moved and held."""

from hwpred.networks.layers import folded_batch_norms

FLOAT_BYTES = 4
COSTS = ("macs", "parameters", "flops", "activation_bytes", "weight_bytes")
COUNTS = (
    *("conv_1x1", "conv_3x3", "grouped_1x1", "depthwise_3x3", "depthwise_5x5", "conv_transpose", "batch_norm"),
    *("relu", "sigmoid", "avg_pool", "add", "multiply", "zero", "shuffle", "squeeze", "global_pool", "concatenate"),
    "linear",
)
"""Kinds of layers; convolutions by kernel, those of groups apart, and with one channel a group: depthwise."""
COLUMNS = (*COSTS, *COUNTS, "peak_memory", "arithmetic_intensity")


def analyse(network, fold=False):
    """Count what one example, ``Network.images`` images in float32, costs.

    Parameters
    ----------
    network : Network
    fold : bool
        Count the graph in which ``folded_batch_norms`` are weights of their convolution.

    Returns
    -------
    dict
        ``COLUMNS``, int but for the last:

        - ``macs``: multiply-accumulates of convolutions and linear layers, those with padding included.
        - ``parameters``: of the torch module, folded or not; running statistics are none.
        - ``flops``: two a MAC; besides, for each element of a layer's output, one for a bias, a rectification, a
          sigmoid, a multiplication and each addition, two for a batch normalisation and, of pooling, one for each
          element of the window.
        - ``activation_bytes``: all outputs written and all inputs read. A concatenation moves nothing.
        - ``weight_bytes``: weights and biases, and four numbers a channel of a batch normalisation.
        - ``COUNTS``: executed layers of each kind.
        - ``peak_memory``: most bytes of activations at a time. Layers run in the order of the list; each output, a
          concatenation's too, is a new tensor, freed behind its last reader. The input counts.
        - ``arithmetic_intensity``: flops a byte of activations and weights.
    """
    return with_intensity(count_costs(network, len(network.layers) - 1, fold))


def count_costs(network, output, fold=False):
    """Count what ``analyse`` does, but for the intensity, of a network or of a part of one.

    Parameters
    ----------
    network : Network
    output : int
        Index of the layer whose output is kept in memory to the end, as a later part of a network reads it.
    fold : bool
        As of ``analyse``.

    Returns
    -------
    dict
        ``COLUMNS`` but the last -> int.
    """
    folded = folded_batch_norms(network) if fold else {}
    hidden = set(folded.values())
    elements = elements_of(network)
    costs = dict.fromkeys(COLUMNS[:-1], 0)
    for index, layer in enumerate(network.layers[1:], 1):
        macs, parameters, elementwise, weights = layer_costs(network, index, elements, index in hidden)
        costs["macs"] += macs
        costs["parameters"] += parameters
        costs["flops"] += 2 * macs + elementwise
        costs["weight_bytes"] += FLOAT_BYTES * weights
        if index not in hidden:
            costs[kind_of(layer)] += 1
            if layer.kind != "concatenate":
                costs["activation_bytes"] += FLOAT_BYTES * (elements[index] + sum(elements[i] for i in layer.inputs))
    costs["peak_memory"] = FLOAT_BYTES * _peak(network, output, folded, elements)
    return costs


def with_intensity(costs):
    """Return costs, numbers or arrays, with their ``arithmetic_intensity``."""
    moved = costs["activation_bytes"] + costs["weight_bytes"]
    return {**costs, "arithmetic_intensity": costs["flops"] / moved}


def kind_of(layer):
    """Return which of ``COUNTS`` a layer is one of."""
    if layer.kind != "conv":
        return layer.kind
    kind = "conv" if layer.groups == 1 else "depthwise" if layer.groups == layer.channels else "grouped"
    return f"{kind}_{layer.kernel}x{layer.kernel}"


def elements_of(network):
    """Numbers in each layer's output, of all images."""
    images, elements = network.images, []
    for layer in network.layers:
        images = 1 if layer.kind == "concatenate" else images
        elements.append(images * layer.channels * layer.height * layer.width)
    return elements


def layer_costs(network, index, elements, hidden=False):
    """Count what one layer costs.

    Parameters
    ----------
    network : Network
    index : int
        Of the layer.
    elements : list of int
        Numbers in each layer's output, as of ``elements_of``.
    hidden : bool
        Whether the layer is a batch normalisation that is folded into its convolution.

    Returns
    -------
    macs, parameters, others, stored : int
        Multiply-accumulates, trained numbers, other operations, and numbers that are stored: weights, biases and what a
        batch normalisation has.

    Raises
    ------
    ValueError
        If the kind of the layer is not known.
    """
    layer = network.layers[index]
    channels, size, taken = layer.channels, elements[index], elements[layer.inputs[0]]
    match layer.kind:
        case "conv" | "conv_transpose" | "linear":
            inputs = network.in_channels(layer) // layer.groups
            # A transposed convolution multiplies each element that it takes, others each that they give.
            pairs = taken * channels if layer.kind == "conv_transpose" else size * inputs
            bias = layer.bias or layer.kind == "linear"
            weights = inputs * channels * layer.kernel**2 + bias * channels
            return pairs * layer.kernel**2, weights, bias * size, weights
        case "batch_norm":
            return (0, 2 * channels, size, channels) if hidden else (0, 2 * channels, 2 * size, 4 * channels)
        case "relu" | "sigmoid" | "multiply" | "zero":
            return 0, 0, size, 0
        case "add":
            return 0, 0, (len(layer.inputs) - 1) * size, 0
        case "avg_pool":
            return 0, 0, layer.kernel**2 * size, 0
        case "squeeze" | "global_pool":
            return 0, 0, taken, 0
        case "shuffle" | "concatenate":
            return 0, 0, 0, 0
    raise ValueError(f"the costs of layers of kind {layer.kind!r} are not known")


def _peak(network, output, folded, elements):
    """Most numbers held at a time; a folded layer's output is its convolution's."""
    hidden = {norm: convolution for convolution, norm in folded.items()}
    steps = [
        (index, [hidden.get(i, i) for i in layer.inputs])
        for index, layer in enumerate(network.layers)
        if index not in hidden
    ]
    last = {tensor: step for step, (index, inputs) in enumerate(steps) for tensor in (index, *inputs)}
    last[hidden.get(output, output)] = len(steps)
    held = peak = 0
    for step, (index, inputs) in enumerate(steps):
        held += elements[index]
        peak = max(peak, held)
        held -= sum(elements[tensor] for tensor in {index, *inputs} if last[tensor] == step)
    return peak
