"""What selecting by real predictions is worth on open data, and how far the simulations are off."""

from hwpred.figures.predicted_selection import summarise_selections
from hwpred.selection.reality import how_far_off
from hwpred.tables import read_tables

LARGEST_TRAIN_SIZE = 1366
"""Of the fits that count: a larger one measures so many architectures that predicting the others hardly matters."""
SHOWN = (16, 64, 256, 1024)
"""How many of the most promising architectures are verified."""
COLUMNS = ["combination", "predictor", "train_size", "verification", "verified", "kendall_tau", "deviation_std"]
COLUMNS += ["mra_mean", "mra_std", "hypervolume_percent_mean", "hypervolume_percent_std", "seeds"]


def tabulate(selections, comparisons):
    """Return the tables of selecting among all architectures of a combination.

    Parameters
    ----------
    selections, comparisons : sequence of path
        ``predicted_selection`` and ``comparison`` tables of the run.

    Returns
    -------
    dict of DataFrame
        ``selection_with_predictors``: means over seeds; ``simulation_errors``: how far each simulation is off the cost
        of real predictors (``hwpred.selection.reality.how_far_off``).
    """
    selected = summarise_selections(_counted(read_tables(selections, "predicted_selection")))
    return {
        "selection_with_predictors.csv": from_all_architectures(selected),
        "simulation_errors.csv": how_far_off(_counted(read_tables(comparisons, "comparison"))),
    }


def from_all_architectures(summaries):
    """Return the rows that select from all architectures of their combination, with the shown verifications."""
    largest = summaries.groupby("combination")["architectures"].transform("max")
    shown = summaries["verification"].ne("promising") | summaries["verified"].isin(SHOWN)
    return summaries.loc[summaries["architectures"].eq(largest) & shown, COLUMNS].reset_index(drop=True)


def _counted(rows):
    return rows[rows["train_size"] <= LARGEST_TRAIN_SIZE]
