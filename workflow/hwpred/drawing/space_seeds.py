"""The same as ``seeds``, means over the combinations of a space."""

from hwpred.drawing import seeds


def draw(evaluations, fits, name):
    """Draw the figure of ``seeds``, as means over the combinations of a space.

    Parameters
    ----------
    evaluations, fits, name :
        As of ``hwpred.drawing.seeds.draw``.

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    return {"space_seeds": seeds.draw(evaluations, fits, name)["seeds"]}
