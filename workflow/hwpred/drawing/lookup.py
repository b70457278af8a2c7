"""The lookup table against linear regression by device and metric."""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import latex, lookup_against_linear


def draw(files):
    """Return the table, and the same as LaTeX."""
    table = lookup_against_linear(*read_evaluations(files))
    caption = "Kendall's tau of lookup table and linear regression"
    return {"lookup.csv": table, "lookup.tex": latex({"all combinations": table}, caption)}
