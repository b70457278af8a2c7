"""Which architectures to measure, for a reader to take along."""

from hwpred.advice.planning import AT_RANDOM, plan
from hwpred.spaces import get_space

MOST = 300
"""Architectures that the page holds of a space; for more there is the command ``hwpred plan``."""


def plans_of(space, sizes):
    """Return what ``hwpred plan`` says.

    Parameters
    ----------
    space : str or Space
    sizes : iterable of int
        Numbers of measurements. Below ``AT_RANDOM`` each has a plan of its own.

    Returns
    -------
    dict
        ``from``, the number from which on any beginning of ``random`` is a plan; ``few``, number -> plan.
    """
    few = {size: _texts(space, size) for size in sorted(sizes) if 5 <= size < AT_RANDOM}
    known = get_space(space)
    most = MOST if known.sample is not None else min(MOST, known.architectures)
    return {"from": AT_RANDOM, "random": _texts(space, most), "few": few}


def _texts(space, number):
    table = plan(space, number)
    return table["architecture" if "architecture" in table else "file"].tolist()
