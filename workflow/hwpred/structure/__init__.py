"""What architectures are made of: costs and counts of operations, in total and by part of the network.

The package of a space has a module ``structure`` with ``contents(operations)``; that of declared spaces, and of
networks whose operators are counted, has ``contents(space, operations)``. With it a predictor knows what the codes of a
space mean. Where ``contents`` is written by hand, there is also ``derived``, the same as the networks' own operators
tell (``graph.py``), and ``best``, if that predicts better. By hand is better on pixel3 and raspi4 (a runtime's odd
rule), on FPGAs of MnasNet, and with eleven measurements of some devices (``docs/results/derived_structure.csv``).
"""

from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from hwpred.spaces import get_space
from hwpred.structure.blocks import DEAD_OPERATIONS, GROWTH, Structured, flat

HAND_WRITTEN, DERIVED, BEST = "hand_written", "derived", "best"
"""Where structure comes from: what we know of a space, or its networks alone; the same where nothing is by hand. The
best is what predicts better in that space."""


def structured(space, operations, dead_operations=None, structure=BEST, metric=None):
    """Return architectures as ``Structured``: their contents, costs in standard deviations of typical architectures.

    Parameters
    ----------
    space : str or Space
        Key of the space, or a declared one itself.
    operations : int array of shape (architectures, positions)
    dead_operations : str or None
        What the device does with them, if that is known: a key of ``DEAD_OPERATIONS``.
    structure : str
        ``HAND_WRITTEN``, ``DERIVED`` or ``BEST``.
    metric : str or None
        Name of what is to be learnt, if it is known; ``GROWTH`` tells what some do as networks grow.

    Returns
    -------
    Structured
    """
    contents = _contents(space, structure)(np.asarray(operations, dtype=np.int64))
    # Of networks whose operators are counted there are no costs, and a look at all of them takes memory.
    spread = _spread(space, structure) if any(map(_is_cost, contents)) else {}
    blocks = {name: flat(values / spread.get(name, 1.0)) for name, values in contents.items()}
    costs = [name for name in blocks if name.split("/")[1] in ("costs", "path_costs")]
    sizes = {f"{name.split('/')[0]}/size": blocks[name].sum(axis=1, keepdims=True) for name in costs}
    stated = DEAD_OPERATIONS[dead_operations] if dead_operations else None
    return Structured(sizes | blocks, stated, GROWTH.get(metric, 0))


def has_structure(space):
    """Return whether the package of the space has a module that knows what its architectures are made of."""
    try:
        return find_spec(f"hwpred.spaces.{get_space(space).module}.structure") is not None
    except ModuleNotFoundError:  # the space is no package
        return False


def has_dead_operations(space):
    """Return whether architectures of a space hold operations that do not reach the output."""
    if not has_structure(space):
        return False
    contents = _contents(space)(typical(space)[:1].astype(np.int64))
    return any(name.startswith("live/") for name in contents)


def typical(space):
    """Return architectures that tell how large costs are: all, or 2,000 drawn uniformly where they are too many."""
    space = get_space(space)
    if space.sample is None:
        return space.enumerate()
    return space.draw(2_000, np.random.default_rng(0))


@cache
def _spread(space, structure):
    """Standard deviation of each column of costs, over architectures and parts."""
    contents = _contents(space, structure)(typical(space).astype(np.int64))
    costs = {name: values for name, values in contents.items() if _is_cost(name)}
    spreads = {name: values.std(axis=tuple(range(values.ndim - 1))) for name, values in costs.items()}
    # What is the same in all architectures tells nothing on any scale.
    return {name: np.where(spread > 0, spread, 1.0) for name, spread in spreads.items()}


def _is_cost(name):
    """Return whether a block of contents holds costs, which are told in standard deviations."""
    return name.endswith("costs")


def _contents(space, structure=HAND_WRITTEN):
    """Return the function ``contents`` of the module that knows the space.

    A declared one says itself what it holds, as does one whose networks' operators are counted.
    """
    known = get_space(space)
    module = import_module(f"hwpred.spaces.{known.module}.structure")
    contents = getattr(module, structure, module.contents)
    return partial(contents, known) if known.declared or hasattr(known, "by_class") else contents
