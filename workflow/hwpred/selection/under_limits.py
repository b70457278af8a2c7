"""What the fits of a run believe of all architectures, to select under limits by it."""

from hwpred.selection.predicted import believed_metrics, stated_std
from hwpred.selection.reading import sign_of
from hwpred.tables import of_predictor, read_metadata, read_table


def fits_of_file(ranked, predictions_file, direction):
    """Yield the fits of one predictor and block of seeds as ``hwpred.selection.limits.select_under_limits`` takes them.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    predictions_file : path
        A table ``space_predictions``.
    direction : str
        Of the metric: ``"smaller"`` or ``"larger"`` values are better.

    Yields
    ------
    dict, array, array, bool array
        ``predictor``, ``train_size`` and ``seed``; believed metric, standard deviation, and whether it was measured.
    """
    predictor = read_metadata(predictions_file)["predictor"]
    predictions = read_table(predictions_file, "space_predictions", of_predictor(predictions_file))
    predictions["prediction"] *= sign_of(direction)
    for (size, seed), fit in predictions.groupby(["train_size", "seed"], sort=False):
        believed, measured = believed_metrics(ranked, fit)
        names = {"predictor": predictor, "train_size": int(size), "seed": int(seed)}
        yield names, believed, stated_std(ranked, fit), measured
