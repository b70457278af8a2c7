"""Whether simulated deviations tell what real predictors cost."""

from hwpred.figures.reality import plot_reality
from hwpred.selection.quality import quality_of
from hwpred.selection.reality import how_far_off
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(files):
    """Return tables and figure, from the comparisons of all combinations."""
    comparisons = read_tables(files, "comparison", of_combination)
    return {
        "simulation_and_reality.csv": comparisons,
        "simulation_errors.csv": how_far_off(comparisons),
        "simulation_and_reality": plot_reality(comparisons, quality_of(map(read_metadata, files))),
    }
