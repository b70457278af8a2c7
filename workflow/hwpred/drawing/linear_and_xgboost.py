"""The tau of linear regression and XGBoost by combination and training size."""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import latex, tau_by_size, tau_by_size_wide


def draw(files):
    """Return the table, a row a training size, and as LaTeX a table a space."""
    evaluations, metadata = read_evaluations(files)
    by_space = {}
    for combination, evaluation in evaluations.items():
        by_space.setdefault(metadata[combination]["space"], {})[combination] = evaluation
    wide = {space: tau_by_size_wide(tau_by_size(group)) for space, group in by_space.items()}
    return {
        "linear_and_xgboost.csv": tau_by_size(evaluations),
        "linear_and_xgboost.tex": latex(wide, "Kendall's tau by training size, mean over the seeds"),
    }
