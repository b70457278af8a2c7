"""What fits, searches and predictions cost in CPU time."""

from hwpred.figures.reading import left_out_of, read_evaluations
from hwpred.figures.times import plot_fit_time


def draw(files):
    """Return the figure, from the evaluations of all combinations."""
    evaluations, metadata = read_evaluations(files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    return {"fit_time": plot_fit_time(evaluations, spaces, left_out_of(metadata))}
