"""Predicted against true values after one training size, of the best predictors."""

from hwpred.figures.predictions import plot_scatter
from hwpred.figures.reading import read_blocks
from hwpred.scale import Scale
from hwpred.tables import read_metadata, read_table


def draw(predictions, evaluation, targets, combination, train_size):
    """Draw predicted against true values.

    Parameters
    ----------
    predictions, evaluation, targets : sequences of path
        Test predictions of the first seeds; one evaluation, for its tau; one table of targets, for the unit.
    combination : str
    train_size : int

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    return {"scatter": plot_scatter(*in_unit(predictions, evaluation, targets, combination, train_size))}


def in_unit(predictions, evaluation, targets, combination, train_size):
    """Return what both figures of predictions take: values in the metric's unit, and the facts about them.

    Parameters
    ----------
    predictions, evaluation, targets, combination, train_size :
        As of ``draw``.

    Returns
    -------
    tuple
        Predictions and their targets in the metric's unit; the evaluation, combination and training size; the metric,
        as an axis names it; and which predictors are left out.
    """
    (evaluation,), (targets,), told = evaluation, targets, {"combination": combination}
    facts = read_metadata(targets)
    predictions, left_out = read_blocks(predictions, "predictions")
    scale = Scale.of_targets(read_table(targets, "targets", told), facts)
    values = {name: scale.in_unit(predictions[name]) for name in ("target", "prediction")}
    metric = f"{facts['metric'].replace('_', ' ')} ({facts['unit']})"
    evaluation = read_table(evaluation, "evaluation", told)
    return predictions.assign(**values), evaluation, combination, train_size, metric, left_out
