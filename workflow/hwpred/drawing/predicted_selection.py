"""What selecting by real predictions is worth, and what verifying adds."""

from hwpred.figures.predicted_selection import plot_selection, plot_verification, summarise_selections
from hwpred.selection.quality import quality_of
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(files):
    """Return table and figures, from the selections by predictions of all combinations."""
    summaries = summarise_selections(read_tables(files, "predicted_selection", of_combination))
    quality = quality_of(map(read_metadata, files))
    return {
        "selection_with_predictors.csv": summaries,
        "predicted_selection": plot_selection(summaries, quality),
        "verification": plot_verification(summaries, quality),
    }
