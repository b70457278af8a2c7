"""The operators that a torch network runs: class, multiply-accumulates, bytes and shape of each.

One run on torch's ``meta`` device computes shapes only, so that neither weights nor time are needed.
"""

import math
from dataclasses import replace
from functools import cache

import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from hwpred.networks.operator_views import Operator, OperatorList
from hwpred.spaces.operator_counts import CLASSES, MEASURES

FLOAT_BYTES = 4

_NAMES = {
    "linear": ("mm", "addmm"),
    "matmul": ("bmm", "baddbmm"),
    "elementwise": ("floor_divide",),
    "normalisation": ("norm",),
    "activation": ("softmax", "prelu", "hardswish", "hardtanh", "hardsigmoid", "elu"),
    "pooling": (
        *("pool", "upsample", "grid_sampler", "mean", "sum", "amax", "amin", "max", "min", "var", "std", "topk"),
        *("argmax", "prod", "any", "all", "logsumexp"),
    ),
    "copying": (
        *("clone", "copy", "cat", "stack", "roll", "index", "gather", "scatter", "pad", "shuffle", "im2col", "col2im"),
        *("repeat", "flip", "sort", "embedding", "take", "fill", "masked", "tril", "triu", "zero"),
    ),
}
"""Parts of the names of a class's operators; the first class whose part occurs is meant.

What computes element by element says so by its tag: with one tensor it is an ``activation``, with two ``elementwise``.
"""
_FREE = ("as_strided", "split", "empty", "new_", "_like", "detach", "item", "scalar_dense", "assert", "lift_fresh")
"""Parts of the names of what only makes a tensor, or tells a number."""


def count_operators(module, *inputs):
    """Return what one inference of a network costs, by class of operator as drawn; see ``operators_of``.

    Parameters
    ----------
    module : torch.nn.Module
    *inputs : tensors
        One example.

    Returns
    -------
    dict
        ``(class, measure)`` of ``CLASSES`` and ``MEASURES`` -> int. ``macs``: multiply-accumulates; ``bytes``: what
        the operators read and write in float32, weights included; ``operators``: how many run.
    """
    counts = {(kind, measure): 0 for kind in CLASSES for measure in MEASURES}
    for operator in operators_of(module, *inputs).operators:
        counts[operator.kind, "macs"] += operator.macs
        counts[operator.kind, "bytes"] += operator.bytes
        counts[operator.kind, "operators"] += 1
    return counts


def operators_of(module, *inputs):
    """Return the operators that one inference of a network runs, each as torch runs it.

    Nothing is fused, and what only looks at a tensor differently is no operator.

    Parameters
    ----------
    module : torch.nn.Module
        On the meta device, in evaluation mode.
    *inputs : tensors
        On the meta device.

    Returns
    -------
    hwpred.networks.operator_views.OperatorList

    Raises
    ------
    ValueError
        If the network runs an operator of no known class.
    """
    counter = _Counter([*module.parameters(), *module.buffers()])
    with torch.no_grad(), _FusedAttention(counter), counter:
        outputs = _tensors(module(*inputs))
    parameters = sum(parameter.numel() for parameter in module.parameters())
    results = frozenset(map(counter.name_of, outputs))
    return OperatorList(_with_read_outputs(counter.operators, results), counter.sizes, results, parameters, ())


def _with_read_outputs(operators, results):
    """Return operators without outputs that nothing reads, such as the statistics of a normalisation."""
    wanted = results.union(*(operator.inputs for operator in operators))
    return tuple(
        replace(each, outputs=tuple(name for name in each.outputs if name in wanted) or each.outputs[:1])
        for each in operators
    )


class _Counter(TorchDispatchMode):
    """Sees each operator with its tensors while the network runs.

    A tensor is called by its memory, and by how often something was written into that.
    """

    def __init__(self, weights):
        super().__init__()
        self.weights = {_memory_of(weight) for weight in weights}
        self.written, self.held = {}, []
        self.operators, self.sizes = [], {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given = _tensors((args, kwargs))
        read = [self.name_of(tensor) for tensor in given]
        out = func(*args, **(kwargs or {}))
        name, made = func.overloadpacket.__name__.rstrip("_"), _tensors(out)
        # Memory that is free again would be another tensor's.
        self.held += made
        if given and made and not _is_view(func) and not any(part in name for part in _FREE):
            self.add(name, _class_of(name, args, len(given)), _macs(name, args, made), (given, read), made)
        return out

    def add(self, name, kind, macs, reads, made):
        """Add one operator that reads tensors of these names, and writes others."""
        given, read = reads
        places = {_memory_of(tensor) for tensor in given}
        for place in {_memory_of(tensor) for tensor in made} & places:
            self.written[place] = self.written.get(place, 0) + 1
        inputs = dict.fromkeys(called for called in read if called[0] not in self.weights)
        outputs = {self.name_of(tensor): FLOAT_BYTES * tensor.numel() for tensor in made if tensor.numel()}
        self.sizes |= outputs
        moved = FLOAT_BYTES * sum(tensor.numel() for tensor in (*given, *made))
        self.operators.append(
            Operator(_common_name(name), kind, macs, moved, tuple(inputs), tuple(outputs), tuple(made[0].shape))
        )

    def name_of(self, tensor):
        """Return what a tensor is called."""
        place = _memory_of(tensor)
        return place, self.written.get(place, 0)


class _FusedAttention(TorchFunctionMode):
    """Attention is one operator, as devices run it; the meta device would run the parts that it is made of."""

    def __init__(self, counter):
        super().__init__()
        self.counter = counter

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is not scaled_dot_product_attention:
            return func(*args, **(kwargs or {}))
        query, key, value = given = args[:3]
        masks = _tensors((args[3:], kwargs))
        out = query.new_empty(*query.shape[:-1], value.shape[-1])
        self.counter.held.append(out)
        macs = math.prod(query.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])
        read = [self.counter.name_of(tensor) for tensor in (*given, *masks)]
        self.counter.add("attention", "matmul", macs, (given, read), [out])
        return out


def _memory_of(tensor):
    return tensor.untyped_storage()._cdata


def _common_name(name):
    """Return the name by which ``hwpred.networks.operator_views`` knows what is folded, and what is not fused."""
    known = {"batch_norm": "BatchNormalization", "log_softmax": "LogSoftmax", "softmax": "Softmax"}
    return next((common for part, common in known.items() if part in name), name)


def _is_view(func):
    """Whether the results are the arguments' memory, and nothing is written into it."""
    aliases = [result.alias_info for result in func._schema.returns]
    return all(alias is not None and not alias.is_write for alias in aliases) or "view" in func.overloadpacket.__name__


def _class_of(name, args, tensors):
    if "convolution" in name:
        weight, groups = args[1], args[8]
        if groups == 1:
            return "conv_1x1" if math.prod(weight.shape[2:]) == 1 else "conv_kxk"
        return "depthwise" if weight.shape[1] == 1 else "grouped"
    if _by_element(name) and "copy" not in name:
        return "activation" if tensors == 1 else "elementwise"
    for kind, parts in _NAMES.items():
        if name in parts or (kind not in ("linear", "matmul") and any(part in name for part in parts)):
            return kind
    raise ValueError(f"operator {name} is of no known class; add it to {__name__}")


@cache
def _by_element(name):
    packet = getattr(torch.ops.aten, name, None)
    overloads = [getattr(packet, overload) for overload in packet.overloads()] if packet else []
    return any(torch.Tag.pointwise in overload.tags for overload in overloads)


def _macs(name, args, made):
    """Multiply-accumulates of convolutions and products of matrices; 0 of everything else."""
    if "convolution" in name:
        # A transposed convolution multiplies each element that it takes, others each that they give.
        each = args[0] if args[6] else made[0]
        return each.numel() * math.prod(args[1].shape[1:])
    if name in (*_NAMES["linear"], *_NAMES["matmul"]):
        left = args[1] if name in ("addmm", "baddbmm") else args[0]
        return made[0].numel() * left.shape[-1]
    return 0


def _tensors(tree):
    """Return the tensors among arguments or results, however nested."""
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]
