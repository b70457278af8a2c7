"""How often a limit is broken by what is chosen by predictions, and what keeping it costs."""

from hwpred.figures.limits import plot_limits, table_of
from hwpred.selection.quality import quality_of
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(files):
    """Return table and figure, from the selections under limits of all combinations."""
    table = table_of(read_tables(files, "limited_selection", of_combination))
    return {"limits.csv": table, "limits": plot_limits(table, quality_of(map(read_metadata, files)))}
