"""Which distinct networks a chunk trains, and with which seeds; the same on every machine."""

from hwpred.seeding import generator
from hwpred.spaces.nasbench201 import DISTINCT_CELLS

SEEDS, REPEAT_SEEDS = (0, 1, 2, 3), (4, 5, 6, 7)
"""Seeds of every class, and those of the random tenth that is trained a second time."""
FIRST, REPEAT = "first", "repeat"
REPEATED_CELLS = round(0.1 * DISTINCT_CELLS)


def class_chunk_names(chunk_size):
    """Return the names of the chunks that train all classes, ``first-0`` and so on, and a tenth again, ``repeat-0``."""
    counts = {FIRST: DISTINCT_CELLS, REPEAT: REPEATED_CELLS}
    return [f"{passing}-{chunk}" for passing, count in counts.items() for chunk in range(-(-count // chunk_size))]


def class_chunk(chunk, chunk_size):
    """Return what the chunk with that name trains.

    Parameters
    ----------
    chunk : str
        Such as ``"first-0"``.
    chunk_size : int
        Networks a chunk.

    Returns
    -------
    classes : int array
        Of isomorphic cells.
    seeds : sequence of int
        With which each is trained.
    """
    passing, number = chunk.split("-")
    order = generator("digits", "classes", passing).permutation(DISTINCT_CELLS)
    order = order[:REPEATED_CELLS] if passing == REPEAT else order
    start = int(number) * chunk_size
    return order[start : start + chunk_size], SEEDS if passing == FIRST else REPEAT_SEEDS
