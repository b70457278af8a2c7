"""What wrong metrics cost in the simulated selection."""

import pandas as pd

from hwpred.figures.simulation import plot_by_combination, plot_hypervolume, plot_reduction
from hwpred.selection.quality import quality_of
from hwpred.selection.summary import summarise
from hwpred.tables import of_combination, read_metadata, read_table


def draw(files, paper):
    """Draw the figures of the simulated selection, and return their table.

    Parameters
    ----------
    files : sequence of path
        ``selection`` tables, one a combination.
    paper : sequence of path
        The file of the paper's values, or none.

    Returns
    -------
    dict
        Name of the table or figure -> table or figure.
    """
    summaries, quality = read_summaries(files)
    of_paper = pd.read_csv(paper[0]) if paper else None
    return {
        "simulation.csv": summaries,
        "selection_reduction": plot_reduction(summaries, of_paper, quality),
        "selection_hypervolume": plot_hypervolume(summaries, of_paper),
        "selection_by_combination": plot_by_combination(summaries, quality),
    }


def read_summaries(files):
    """Return the means over trials of all combinations, and what they select by, a ``Quality``."""
    parts, metadata_of_all = [], []
    for file in files:
        metadata = read_metadata(file)
        simulated = read_table(file, "selection", of_combination(file))
        parts.append(summarise(simulated, metadata["combination"], metadata["pairing"]))
        metadata_of_all.append(metadata)
    return pd.concat(parts, ignore_index=True), quality_of(metadata_of_all)
