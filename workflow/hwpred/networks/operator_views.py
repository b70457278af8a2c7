"""Counts of a network on several views: as drawn, what reaches an output, and what a compiler leaves of that."""

from collections import Counter
from dataclasses import dataclass, replace

from hwpred.spaces.operator_counts import ALL_CLASSES, COLUMNS, MEASURES, PIXELS, VIEWS

_FUSED = ("normalisation", "activation", "elementwise")
_BEFORE = ("conv_1x1", "conv_kxk", "depthwise", "grouped", "linear", "matmul", "elementwise", "activation")
_NOT_FUSED = ("Softmax", "LogSoftmax", "Hardmax")
"""Activations that look at more than one element."""
_NAMES = {
    (view, kind): tuple(f"{view}/{kind}/{measure}" for measure in MEASURES) for view in VIEWS for kind in ALL_CLASSES
}
"""Names of the counts of a class of operators."""


@dataclass(frozen=True)
class Operator:
    """One operator.

    Attributes
    ----------
    name : str
        As ONNX calls it.
    kind : str
        Its class: one of ``hwpred.spaces.operator_counts.CLASSES``, or ``OTHER``.
    macs : int
        Multiply-accumulates of convolutions and products of matrices, those with padding included; 0 of others.
    bytes : int
        That it reads and writes, weights included.
    inputs, outputs : tuple of str
        Tensors: those computed that it reads, and those that it writes. What is only looked at differently, such as by
        Reshape, is the same tensor.
    shape : tuple of int
        Of its first output.
    """

    name: str
    kind: str
    macs: int
    bytes: int
    inputs: tuple
    outputs: tuple
    shape: tuple


@dataclass(frozen=True)
class OperatorList:
    """A network as its operators.

    Attributes
    ----------
    operators : tuple of Operator
        In order of execution, without those whose result is the same for all inputs.
    sizes : dict
        Computed tensor -> bytes.
    outputs : frozenset of str
        Tensors that are the network's outputs.
    parameters : int
        Elements of all initialisers of real numbers.
    unknown : tuple of str
        Names of operators that hwpred does not know: they are counted as the bytes that they move.
    """

    operators: tuple
    sizes: dict
    outputs: frozenset
    parameters: int
    unknown: tuple


def counts_of(network):
    """Return what is counted of a network.

    Parameters
    ----------
    network : OperatorList

    Returns
    -------
    dict
        ``hwpred.spaces.operator_counts.COLUMNS`` -> int.
    """
    counts = dict.fromkeys(COLUMNS, 0)
    alive = live(network.operators, network.outputs)
    executed = fused(alive, network.outputs, network.sizes)
    for view, operators in zip(VIEWS, (network.operators, alive, executed), strict=True):
        for operator in operators:
            macs, moved, number = _NAMES[view, operator.kind]
            counts[macs] += operator.macs
            counts[moved] += operator.bytes
            counts[number] += 1
    for operator in executed:
        for measure in MEASURES[:2]:
            counts[f"pixels/{_level(operator.shape)}/{measure}"] += _measure(operator, measure)
    counts |= {f"path/{measure}": longest_path(executed, measure) for measure in MEASURES}
    return counts | {"parameters": network.parameters}


def live(operators, outputs):
    """Return the operators whose results reach an output; all, if none does.

    Parameters
    ----------
    operators : sequence of Operator
        In order of execution.
    outputs : iterable of str
        Tensors that are the network's outputs.

    Returns
    -------
    tuple of Operator
    """
    wanted, kept = set(outputs), []
    for operator in reversed(operators):
        if wanted.intersection(operator.outputs):
            wanted.update(operator.inputs)
            kept.append(operator)
    return tuple(reversed(kept)) or tuple(operators)


def fused(operators, outputs, sizes):
    """Return the operators that are left when functions of one element become part of what they read.

    Batch normalisation is folded into the convolution, the product or the sum before it. Activations and sums, such as
    the residual one, are fused with the last operator whose result nothing else reads: that result is then neither
    written nor read.

    Parameters
    ----------
    operators : sequence of Operator
        In order of execution.
    outputs : iterable of str
        Tensors that are the network's outputs.
    sizes : dict
        Tensor -> bytes.

    Returns
    -------
    tuple of Operator
    """
    readers = Counter(tensor for operator in operators for tensor in operator.inputs)
    readers.update(outputs)
    kept, place_of = [], {}
    for operator in operators:
        hosts = [
            place_of[tensor]
            for tensor in operator.inputs
            if tensor in place_of and readers[tensor] == 1 and kept[place_of[tensor]].outputs == (tensor,)
        ]
        host = max((place for place in hosts if kept[place].kind in _BEFORE), default=None)
        if host is None or not _is_fused(operator):
            kept.append(operator)
            place_of |= dict.fromkeys(operator.outputs, len(kept) - 1)
            continue
        before = kept[host]
        (between,) = before.outputs
        inputs = (*before.inputs, *(tensor for tensor in operator.inputs if tensor != between))
        moved = before.bytes + operator.bytes - 2 * sizes[between]
        kept[host] = None
        joined = replace(before, bytes=moved, inputs=tuple(dict.fromkeys(inputs)), outputs=operator.outputs)
        kept.append(replace(joined, shape=operator.shape))
        place_of |= dict.fromkeys(operator.outputs, len(kept) - 1)
    return tuple(operator for operator in kept if operator is not None)


def longest_path(operators, measure):
    """Return the most that operators on one way from input to output add up to.

    Parameters
    ----------
    operators : sequence of Operator
        In order of execution.
    measure : str
        One of ``hwpred.spaces.operator_counts.MEASURES``.

    Returns
    -------
    int
    """
    reached, most = {}, 0
    for operator in operators:
        before = max((reached.get(tensor, 0) for tensor in operator.inputs), default=0)
        total = before + _measure(operator, measure)
        reached |= dict.fromkeys(operator.outputs, total)
        most = max(most, total)
    return most


def _is_fused(operator):
    if operator.kind not in _FUSED or operator.name in _NOT_FUSED:
        return False
    return operator.kind != "normalisation" or operator.name == "BatchNormalization"


def _measure(operator, measure):
    return 1 if measure == "operators" else getattr(operator, measure)


def _level(shape):
    """Return the level of resolution of an output (images, channels, height, width); the last of another one."""
    if len(shape) != 4:
        return len(PIXELS) + 1
    return sum(shape[2] * shape[3] < pixels for pixels in PIXELS)
