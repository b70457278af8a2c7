"""Do the intervals of structured_gp cover what they promise?"""

from hwpred.figures.explanation import coverage_table, plot_calibration
from hwpred.tables import read_tables


def tabulate(explanations):
    """Return the table ``calibration`` of these ``explanation`` tables, and its figure."""
    table = coverage_table(read_tables(explanations, "explanation"))
    return {"calibration.csv": table, "calibration.png": plot_calibration(table)}
