"""The analyses of many architectures at once, equal to ``analyse`` of the network of each."""

from functools import partial

import numpy as np
import pandas as pd

from hwpred.networks import get_networks
from hwpred.networks.analysis import COLUMNS, COUNTS, FLOAT_BYTES, analyse, count_costs, with_intensity
from hwpred.networks.layers import LayerList
from hwpred.spaces.nasbench201 import live_edges
from hwpred.spaces.nasbench201 import network as nb201


def nasbench201(operations, task, live=False):
    """Analyse cells of NAS-Bench-201.

    All layers of a cell keep the shape of its input, so its costs at one channel and pixel tell those at any.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)
    task : str
        Key of the networks' ``TASKS``.
    live : bool
        Analyse live networks, with batch normalisations folded; otherwise networks as published.

    Returns
    -------
    DataFrame
        ``COLUMNS`` of ``analyse``, one row an architecture.
    """
    setting = _setting(nb201.TASKS, task)
    operations = np.asarray(operations)
    unit = _unit_cells(np.where(live_edges(operations), operations, nb201.NONE) if live else operations, live)
    total = analyse(nb201.build(nb201.EMPTY, task, live), fold=live)
    for name in COUNTS:
        total[name] += nb201.STAGES * setting.cells * unit[name]
    channels, size = setting.channels, setting.size
    for _ in range(nb201.STAGES):
        for name, costs in _at_shape(unit, channels, size).items():
            total[name] += setting.cells * costs
        total["peak_memory"] = np.maximum(total["peak_memory"], unit["peak_memory"] * channels * size**2)
        channels, size = 2 * channels, -(-size // 2)
    return pd.DataFrame(with_intensity(total))[list(COLUMNS)]


def one_by_one(space, operations, task, live=False):
    """Analyse the networks of a space that needs no shorter way.

    Parameters
    ----------
    space : str
        Key of the space.
    operations : int array of shape (architectures, positions)
    task : str
        Key of the networks' ``TASKS``.
    live : bool
        As of ``nasbench201``.

    Returns
    -------
    DataFrame
        ``COLUMNS`` of ``analyse``, one row an architecture.
    """
    networks = get_networks(space)
    _setting(networks.TASKS, task)
    rows = [analyse(networks.build(row, task, live), fold=live) for row in np.asarray(operations).tolist()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


_PROFILES = {"nasbench201": nasbench201} | {
    space: partial(one_by_one, space) for space in ("transnas_macro", "fbnet", "mnasnet")
}


def get_profile(space):
    """Return ``profile(operations, task, live)`` of that space: the analyses of many architectures, a DataFrame.

    Raises
    ------
    ValueError
        If the networks of that space are not known.
    """
    if space not in _PROFILES:
        raise ValueError(f"the networks of space {space!r} are not known; use one of {', '.join(_PROFILES)}")
    return _PROFILES[space]


def _setting(tasks, task):
    if task not in tasks:
        raise ValueError(f"unknown task {task!r}; use one of {', '.join(tasks)}")
    return tasks[task]


def _unit_cells(operations, fold):
    """Costs of cells at one channel and pixel, DataFrame of one row a cell."""
    # Whatever the cell, a 3x3 convolution adds the same to what a 1x1 costs: a quarter of the cells remains.
    wide = operations == nb201.CONV_3X3
    cells, inverse = np.unique(np.where(wide, nb201.CONV_1X1, operations), axis=0, return_inverse=True)
    costs = pd.DataFrame([_unit_cell(cell, fold) for cell in cells.tolist()])
    one = [pd.Series(_unit_cell([0, 0, 0, kind, 0, 0], fold)) for kind in (nb201.CONV_1X1, nb201.CONV_3X3)]
    extra = np.outer(wide.sum(axis=1), one[1] - one[0])
    return costs.iloc[inverse.ravel()].reset_index(drop=True) + extra


def _unit_cell(operations, fold):
    layers = LayerList(1, 1, share_relu=fold)
    output = nb201.cell(layers, 0, operations, [operation != nb201.NONE for operation in operations])
    return count_costs(layers.network(), output, fold)


def _at_shape(unit, channels, size):
    """Costs of one cell of ``channels`` and size x size pixels, given those at one: a MAC there is a kernel's weight.

    Kernels grow with the square of the channels, what a batch normalisation has with the channels.
    """
    kernels, elements = unit["macs"], channels * size**2
    return {
        "macs": kernels * channels * elements,
        "parameters": kernels * channels**2 + (unit["parameters"] - kernels) * channels,
        "flops": 2 * kernels * channels * elements + (unit["flops"] - 2 * kernels) * elements,
        "activation_bytes": unit["activation_bytes"] * elements,
        "weight_bytes": FLOAT_BYTES * kernels * channels**2 + (unit["weight_bytes"] - FLOAT_BYTES * kernels) * channels,
    }
