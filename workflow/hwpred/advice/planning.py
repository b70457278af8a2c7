"""Which architectures to measure first."""

import numpy as np

from hwpred.advice.heldout import FEWEST
from hwpred.advice.network_files import is_network_files
from hwpred.advice.reading import known_space
from hwpred.errors import InputError
from hwpred.seeding import generator
from hwpred.spaces import get_space
from hwpred.structure import has_structure

AT_RANDOM = 25
"""Number from which on a design gains next to nothing over random architectures (docs/structured.md)."""
POOL = 2_000
"""Random architectures of the space that there are to choose from."""


def plan(space=None, number=60, seed=0, networks=None, dimensions=None):
    """Choose the architectures to measure first.

    From ``AT_RANDOM`` on they are random, so that errors of a cross-validation over them are those that are to expect
    of the whole space. Fewer are those that ``structured_gp`` is least sure of before any measurement (the design
    ``d_optimal`` of docs/structured.md): they teach more, and errors on them are larger than elsewhere.

    Parameters
    ----------
    space : str, Path or Space
        A key, or the YAML file of a declared space.
    number : int
        60 are a good start; with 11 predictions are rough. More can follow at any time (``Device.suggest``).
    seed : int
        Another seed chooses from another sample of the space.
    networks, dimensions :
        As of ``hwpred.fit``: the folder of ONNX files to choose from, instead of a space.

    Returns
    -------
    DataFrame
        ``architecture``, of a declared space also the choice at each position, and ``value``, which is empty: to be
        filled in with one measurement each. Of networks in files ``file`` and ``value``.

    Raises
    ------
    InputError
        If so many architectures cannot be planned, or the space has fewer.
    """
    import pandas as pd

    space = known_space(space, networks, dimensions)
    if not FEWEST <= number <= POOL:
        raise InputError(f"{number} architectures cannot be planned; ask for {FEWEST} to {POOL:,}")
    rng = generator("plan", str(space), seed)
    known = get_space(space)
    pool = known.enumerate() if known.sample is None else known.draw(2 * POOL, rng)
    pool = np.unique(pool, axis=0)
    pool = pool[rng.permutation(len(pool))[:POOL]]
    if number > len(pool):
        raise InputError(f"{space} has {len(pool)} architectures, and {number} are asked for")
    return pd.DataFrame(_texts(known, _chosen(space, pool, number, rng)) | {"value": ""})


def _chosen(space, pool, number, rng):
    """Return architectures of a pool in random order, int array of shape (number, positions)."""
    if number >= AT_RANDOM or not has_structure(space):
        return pool[:number]
    from hwpred.training.data import Data
    from hwpred.training.designs import d_optimal

    rows = np.arange(len(pool))
    return pool[d_optimal(Data("plan", space, "smaller", rows, pool, rows.astype(float)), rows, number, rng)]


def _texts(space, operations):
    """Return the columns that say which architectures these are."""
    rows = operations.tolist()
    texts = {} if is_network_files(space) else {"architecture": [space.to_text(row) for row in rows]}
    if space.declared:
        # Whoever declared the positions builds networks from them, rather than from one text.
        names = [[names[operation] for names, operation in zip(space.operations, row, strict=True)] for row in rows]
        texts |= dict(zip(space.columns, zip(*names, strict=True), strict=True))
    return texts
