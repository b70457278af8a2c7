"""What hyperparameter searches gained, and what they cost."""

from hwpred.figures.reading import averaged, capped_note, read_evaluations
from hwpred.figures.search import plot_search_gain, search_table


def draw(files):
    """Return figure and table, from the evaluations of all combinations."""
    evaluations, metadata = read_evaluations(files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    table = search_table({combination: evaluations[combination] for combination in averaged(metadata)}, spaces)
    return {"search_gain": plot_search_gain(table, capped_note(metadata)), "search.csv": table}
