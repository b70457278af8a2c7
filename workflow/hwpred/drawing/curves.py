"""Kendall's tau of one combination against training size."""

from hwpred.answer.ranking import rank_summary
from hwpred.drawing.seeds import read_seeds
from hwpred.figures.averages import mean_curves, trained_rows
from hwpred.figures.curves import plot_curves
from hwpred.figures.reading import averaged, capped_note, highest_tau_of, left_out_of, read_evaluations


def draw(evaluations, fits, name, paper=None):
    """Return the figure, of means over several combinations.

    Parameters
    ----------
    evaluations, fits : sequences of path
        Of the combinations: their sums, and the single fits.
    name : str
        Of the combination or space, for the title.
    paper : dict, optional
        The paper's curves (``hwpred.figures.paper.curves_of_space``).

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    evaluations, metadata = read_evaluations(evaluations)
    evaluations = {combination: evaluations[combination] for combination in averaged(metadata)}
    if len(evaluations) > 1:
        name = f"{name} (mean of {len(evaluations)} combinations)"
    curves = mean_curves(evaluations)
    tied = {
        size: rank_summary(rows, larger_is_better=True).tied
        for size, rows in trained_rows(curves).groupby("train_size")
    }
    figure = plot_curves(
        curves,
        name,
        seeds=read_seeds(fits, evaluations),
        left_out=left_out_of(metadata),
        paper=paper,
        ceiling=highest_tau_of(metadata),
        remark=capped_note(metadata),
        tied=tied,
    )
    return {"curves": figure}
