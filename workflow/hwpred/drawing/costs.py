"""What fits, searches and predictions cost in CPU time, and which quality that buys."""

from hwpred.figures.front import plot_cost_front
from hwpred.figures.reading import averaged, capped_note, left_out_of, read_evaluations
from hwpred.figures.times import plot_fit_time


def draw(files):
    """Return both figures, from the evaluations of all combinations."""
    evaluations, metadata = read_evaluations(files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    compared = {combination: evaluations[combination] for combination in averaged(metadata)}
    return {
        "fit_time": plot_fit_time(evaluations, spaces, left_out_of(metadata)),
        "cost_front": plot_cost_front(compared, spaces, capped_note(metadata)),
    }
