"""How the metrics are distributed."""

from hwpred.figures.targets import plot_targets
from hwpred.tables import of_combination, read_metadata, read_table


def draw(files):
    """Return the figure, from the targets of all combinations."""
    metadata = {entry["combination"]: entry for entry in map(read_metadata, files)}
    tables = [read_table(path, "targets", of_combination(path)) for path in files]
    return {"targets": plot_targets(dict(zip(metadata, tables, strict=True)), metadata)}
