"""Which architectures a chunk of a measurement times, in which order; the same on every machine."""

from collections import Counter
from pathlib import Path

import numpy as np

from hwpred.seeding import generator

FIRST, SECOND, AGAIN = "first", "second", "again"
SECOND_SHARE = 0.1
"""Share of the architectures that the second pass times."""


def read_texts(path):
    """Return the architectures that a file names, one a line, as texts; empty lines and those after # do not count.

    Raises
    ------
    ValueError
        If it cannot be read, or names one twice.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}, which names architectures, cannot be read: {error}") from error
    texts = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    twice = [text for text, number in Counter(texts).items() if number > 1]
    if twice:
        raise ValueError(f"{path} names {twice[0]!r} twice; remove one")
    return texts


def candidates(table, names=None):
    """Return which architectures of a table may be timed.

    Parameters
    ----------
    table : ArchitectureTable
    names : path, optional
        File of their texts, one a line; all, if not given.

    Returns
    -------
    int array
    """
    if names is None:
        return np.arange(len(table))
    return np.array([table.index_of(table.space.from_text(text)) for text in read_texts(names)])


def pass_of_chunk(chunk):
    """Return the pass that a chunk belongs to, ``"first"``, ``"second"`` or ``"again"``."""
    return chunk.split("-")[0]


def order(name, architectures, count, seed, passing=FIRST):
    """Return the architectures of one pass in the order in which they are timed.

    The order is random, so that a drift of the machine does not look like structure.

    Parameters
    ----------
    name : str
        The combination.
    architectures : int or int array
        How many the space has, or which of them are to be timed.
    count : int
        How many to time; fewer are the first of more.
    seed : int
    passing : str
        ``"first"``: all ``count``. ``"second"``: a random tenth of them, whose agreement with the first pass is the
        noise ceiling. ``"again"``: all of them in another order, of which one takes as many as one likes.

    Returns
    -------
    int array
    """
    first = generator("measure", seed, name, FIRST).permutation(architectures)[:count]
    if passing == FIRST:
        return first
    shuffled = generator("measure", seed, name, passing).permutation(first)
    return shuffled[: _second_count(count)] if passing == SECOND else shuffled


def _second_count(count):
    return max(1, round(SECOND_SHARE * count))


def chunk_names(count, chunk_size):
    """Return the names of the chunks of both passes.

    Parameters
    ----------
    count : int
        Of architectures that are timed.
    chunk_size : int
        Architectures a chunk.

    Returns
    -------
    list of str
        ``"first-0"`` and so on.
    """
    counts = {FIRST: count, SECOND: _second_count(count)}
    return [f"{passing}-{chunk}" for passing, size in counts.items() for chunk in range(-(-size // chunk_size))]


def chunk_architectures(name, chunk, architectures, count, chunk_size, seed):
    """Return the architectures of the chunk with that name, in order.

    Parameters
    ----------
    name : str
        Of the combination.
    chunk : str
        Such as ``"first-0"``.
    architectures, count :
        As of ``order``.
    chunk_size : int
        Architectures a chunk.
    seed : int

    Returns
    -------
    int array
    """
    start = int(chunk.split("-")[1]) * chunk_size
    return order(name, architectures, count, seed, pass_of_chunk(chunk))[start : start + chunk_size]


def reference_architectures(space, architectures, count, seed):
    """Return the architectures that are timed again and again, to see the machine drift.

    Parameters
    ----------
    space : str
    architectures : int or int array
        How many the space has, or which of them may be timed.
    count : int
        Of references.
    seed : int
        Of the study.

    Returns
    -------
    int array of shape (count,)
    """
    return generator("measure", seed, space, "references").choice(architectures, count, replace=False)
