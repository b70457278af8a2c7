"""Which architectures to measure, for a reader to take along."""

from hwpred.advice.planning import AT_RANDOM, plan

MOST = 300
"""Architectures that the page holds of a space; for more there is the command ``hwpred plan``."""


def plans_of(space, sizes):
    """Return what ``hwpred plan`` says.

    Parameters
    ----------
    space : str
    sizes : iterable of int
        Numbers of measurements. Below ``AT_RANDOM`` each has a plan of its own.

    Returns
    -------
    dict
        ``from``, the number from which on any beginning of ``random`` is a plan; ``few``, number -> plan.
    """
    few = {size: _texts(space, size) for size in sorted(sizes) if 5 <= size < AT_RANDOM}
    return {"from": AT_RANDOM, "random": _texts(space, MOST), "few": few}


def _texts(space, number):
    return plan(space, number)["architecture"].tolist()
