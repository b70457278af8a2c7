"""Predicted against true values after one training size, a panel a predictor, and how deviations are distributed."""

from hwpred.figures.predictions import plot_deviations, plot_scatter, unit_text
from hwpred.figures.reading import read_blocks
from hwpred.tables import read_metadata, read_table


def draw(predictions, evaluation, targets, combination, train_size):
    """Return both figures.

    Parameters
    ----------
    predictions, evaluation, targets : sequences of path
        Test predictions of the first seeds; one evaluation, for its correlations; one table of targets, for the unit.
    combination : str
    train_size : int
    """
    (evaluation,), (targets,), told = evaluation, targets, {"combination": combination}
    predictions, left_out = read_blocks(predictions, "predictions")
    scale = unit_text(read_table(targets, "targets", told)["value"], read_metadata(targets)["unit"])
    shown = (predictions, read_table(evaluation, "evaluation", told), combination, train_size, scale, left_out)
    return {"scatter": plot_scatter(*shown), "deviations": plot_deviations(*shown)}
