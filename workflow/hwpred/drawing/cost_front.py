"""Which quality the CPU time of fits and searches buys."""

from hwpred.figures.front import plot_cost_front
from hwpred.figures.reading import averaged, capped_note, read_evaluations


def draw(files):
    """Return the figure, from the evaluations of all combinations."""
    evaluations, metadata = read_evaluations(files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    compared = {combination: evaluations[combination] for combination in averaged(metadata)}
    return {"cost_front": plot_cost_front(compared, spaces, capped_note(metadata))}
