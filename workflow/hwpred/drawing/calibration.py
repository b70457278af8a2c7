"""How much of the measurements the intervals of structured_gp cover."""

from hwpred.figures.explanation import calibration_table, plot_calibration
from hwpred.tables import of_combination, read_tables


def draw(files):
    """Return table and figure, from the explanations of all combinations."""
    table = calibration_table(read_tables(files, "explanation", of_combination))
    return {"calibration.csv": table, "calibration": plot_calibration(table)}
