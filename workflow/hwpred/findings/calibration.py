"""Do the intervals of structured_gp cover what they promise?"""

from hwpred.figures.explanation import KEY, calibration_table, plot_calibration
from hwpred.findings.fits import read_fits
from hwpred.tables import read_tables


def tabulate(explanations, untold):
    """Return the table ``calibration``, and its figure.

    Parameters
    ----------
    explanations : sequence of path
        ``explanation`` tables.
    untold : sequence of path
        Fits that were not told what devices do with dead operations.

    Returns
    -------
    dict
        The table is that of ``hwpred.figures.explanation.calibration_table``; ``coverage_95_untold`` is missing where
        nothing is to tell.
    """
    told = calibration_table(read_tables(explanations, "explanation"))
    means = 100 * read_fits(untold).groupby(KEY)["coverage_95"].mean().rename("coverage_95_untold")
    return {
        "calibration.csv": told.merge(means.reset_index(), on=KEY, how="left"),
        "calibration.png": plot_calibration(told),
    }
