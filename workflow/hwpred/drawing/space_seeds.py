"""The same as ``seeds``, means over the combinations of a space."""

from hwpred.drawing import seeds


def draw(evaluations, fits, name):
    """Return the figure."""
    return {"space_seeds": seeds.draw(evaluations, fits, name)["seeds"]}
