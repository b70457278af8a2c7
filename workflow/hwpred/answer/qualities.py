"""The words of a quality that a person names, and of which hwpred may know the better direction."""

from hwpred.selection.quality import ACCURACY, INCREASE, REDUCTION, Quality
from hwpred.sources.requests import DIRECTIONS, SMALLER


def called(name, direction=None):
    """Return the ``Quality`` that a person calls by a name, of which ``direction`` is better where hwpred has no word.

    Accuracies are in %; another quality is its own unit.

    Parameters
    ----------
    name : str
        ``"accuracy"``, or the name of another quality.
    direction : str, optional
        Which values are better, ``"smaller"`` or ``"larger"``.

    Returns
    -------
    hwpred.selection.quality.Quality
    """
    if name == ACCURACY.name:
        return ACCURACY
    return Quality(name, name, INCREASE if (direction or DIRECTIONS.get(name)) == SMALLER else REDUCTION)
