"""How predictions deviate from the truth after one training size, a panel a predictor."""

from hwpred.drawing.predictions import in_unit
from hwpred.figures.predictions import plot_deviations


def draw(predictions, evaluation, targets, combination, train_size):
    """Return the figure; as ``predictions.draw``.

    Parameters
    ----------
    predictions, evaluation, targets, combination, train_size :
        As of ``hwpred.drawing.predictions.draw``.

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    return {"deviations": plot_deviations(*in_unit(predictions, evaluation, targets, combination, train_size))}
