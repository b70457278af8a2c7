"""Kendall's tau of one combination against training size."""

from hwpred.answer.ranking import rank
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
    seeds = read_seeds(fits, evaluations)
    figure = plot_curves(
        mean_curves(evaluations),
        name,
        seeds=seeds,
        left_out=left_out_of(metadata),
        paper=paper,
        ceiling=highest_tau_of(metadata),
        remark=capped_note(metadata),
        tied=tied_of(seeds),
    )
    return {"curves": figure}


def tied_of(seeds):
    """Return which predictors cannot be told from the best at each training size, by the rule of the page of answers.

    Seed by seed: what a hard training set costs all of them is no difference between them.

    Parameters
    ----------
    seeds : DataFrame
        From ``read_seeds``.

    Returns
    -------
    dict
        Training size -> keys of trained predictors, best first.
    """
    return {
        size: rank(rows.pivot(index="predictor", columns="seed", values="kendall_tau"), larger_is_better=True).tied
        for size, rows in trained_rows(seeds).groupby("train_size")
    }
