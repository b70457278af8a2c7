"""How much it matters which architectures are measured for training: the tau of every seed."""

from hwpred.figures.reading import averaged, capped_note, highest_tau_of, left_out_of, read_blocks, read_evaluations
from hwpred.figures.seeds import plot_seeds


def draw(evaluations, fits, name):
    """Draw the tau of every seed, of means over several combinations.

    Parameters
    ----------
    evaluations, fits : sequence of path
    name : str
        Of the combination or space, for the title.

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    evaluations, metadata = read_evaluations(evaluations)
    counted = averaged(metadata)
    if len(counted) > 1:
        name = f"{name} (mean of {len(counted)} combinations)"
    notes = {"left_out": left_out_of(metadata), "ceiling": highest_tau_of(metadata), "remark": capped_note(metadata)}
    return {"seeds": plot_seeds(read_seeds(fits, counted), name, **notes)}


def read_seeds(fits, combinations):
    """Return Kendall's tau of every seed, the mean over those combinations.

    Parameters
    ----------
    fits : sequence of path
    combinations : container of str
        Those that count.

    Returns
    -------
    DataFrame
        ``predictor``, ``train_size``, ``seed``, ``kendall_tau``, where all combinations have it.
    """
    table, _ = read_blocks(fits, "fits")
    table = table[table["combination"].isin(list(combinations))].dropna(subset=["kendall_tau"])
    key = ["predictor", "train_size", "seed"]
    means = table.groupby(key).agg(kendall_tau=("kendall_tau", "mean"), combinations=("combination", "nunique"))
    return means[means["combinations"] == len(combinations)].drop(columns="combinations").reset_index()
