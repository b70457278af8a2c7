"""The evaluations of all combinations as one table, a row a combination, predictor and training size."""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import all_evaluations


def draw(files):
    """Return the table."""
    evaluations, _ = read_evaluations(files)
    return {"evaluation.csv": all_evaluations(evaluations)}
