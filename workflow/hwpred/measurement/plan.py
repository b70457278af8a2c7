"""Which architectures a chunk of a measurement times, in which order; the same on every machine."""

from hwpred.seeding import generator

FIRST, SECOND, AGAIN = "first", "second", "again"
SECOND_SHARE = 0.1
"""Share of the architectures that the second pass times."""


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
    architectures : int
        How many the space has.
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
    """Return the names of the chunks of both passes over ``count`` architectures, ``first-0`` and so on."""
    counts = {FIRST: count, SECOND: _second_count(count)}
    return [f"{passing}-{chunk}" for passing, size in counts.items() for chunk in range(-(-size // chunk_size))]


def chunk_architectures(name, chunk, architectures, count, chunk_size, seed):
    """Return the architectures of the chunk with that name, in order."""
    start = int(chunk.split("-")[1]) * chunk_size
    return order(name, architectures, count, seed, pass_of_chunk(chunk))[start : start + chunk_size]


def reference_architectures(space, architectures, count, seed):
    """Return the architectures that are timed again and again, to see the machine drift."""
    return generator("measure", seed, space, "references").choice(architectures, count, replace=False)
