"""The evaluations of all combinations as one table, a row a combination, predictor and training size; their bounds."""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import all_evaluations, ceilings


def draw(files):
    """Return the table, and a table of what bounds tau, a row a combination."""
    evaluations, metadata = read_evaluations(files)
    return {"evaluation.csv": all_evaluations(evaluations), "ceilings.csv": ceilings(evaluations, metadata)}
