"""Selection under limits by the predictions that a run made of all architectures."""

from hwpred.selection.limits import MARGINS, VERIFIED, select_under_limits
from hwpred.selection.predicted import believed_metrics, stated_std
from hwpred.selection.reading import sign_of
from hwpred.tables import of_predictor, read_metadata, read_table


def choices_of_file(space, values, predictions_file, direction, limits, margins=MARGINS, verified=VERIFIED):
    """Return what the fits of one predictor and block of seeds choose under limits.

    Parameters
    ----------
    predictions_file : path
        A table ``space_predictions``.
    direction : str
        Of the metric: ``"smaller"`` or ``"larger"`` values are better.
    space, values, limits, margins, verified :
        As of ``hwpred.selection.limits.select_under_limits``.

    Returns
    -------
    DataFrame
        As ``select_under_limits`` returns it, by ``predictor``, ``train_size`` and ``seed``.
    """
    predictor = read_metadata(predictions_file)["predictor"]
    predictions = read_table(predictions_file, "space_predictions", of_predictor(predictions_file))
    predictions["prediction"] *= sign_of(direction)

    def fits():
        for (size, seed), fit in predictions.groupby(["train_size", "seed"], sort=False):
            believed, measured = believed_metrics(space, fit)
            names = {"predictor": predictor, "train_size": int(size), "seed": int(seed)}
            yield names, believed, stated_std(space, fit), measured

    return select_under_limits(space, values, fits(), limits, margins, verified)
