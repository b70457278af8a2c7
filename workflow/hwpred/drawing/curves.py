"""Kendall's tau against training size of one combination, absolute and centred, and with error bars."""

from hwpred.answer.ranking import rank_summary
from hwpred.figures.averages import mean_curves, trained_rows
from hwpred.figures.curves import plot_curves, plot_error_bars
from hwpred.figures.reading import averaged, capped_note, highest_tau_of, left_out_of, read_evaluations


def draw(evaluations, name, paper=None):
    """Return both figures, ``curves`` and ``error_bars``, as means over several combinations.

    Parameters
    ----------
    evaluations : sequence of path
    name : str
        Of the combination or space, for the title.
    paper : dict, optional
        The paper's curves (``hwpred.figures.paper.curves_of_space``).
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
    shown = (curves, name, left_out_of(metadata), paper, highest_tau_of(metadata), capped_note(metadata))
    return {"curves": plot_curves(*shown, tied), "error_bars": plot_error_bars(*shown)}
