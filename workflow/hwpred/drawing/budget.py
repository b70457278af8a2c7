"""What to spend a time budget on, for one combination."""

import pandas as pd

from hwpred.answer.spending import ADVICE_COLUMNS, advise
from hwpred.figures.budget import plot_budget
from hwpred.selection.budget import best_by_budget, budgets
from hwpred.selection.quality import quality_of
from hwpred.tables import of_combination, read_metadata, read_table


def draw(offers):
    """Return the best split of each budget by strategy and predictor, the advice, and the figure.

    The advice says how many ways cannot be told from the best.
    """
    (file,) = offers
    metadata = read_metadata(file)
    seconds, architectures = metadata["seconds_per_measurement"], metadata["selectable"]
    quality = quality_of([metadata])
    offered = read_table(file, "offers", of_combination(file))
    minutes = budgets(seconds, architectures) if seconds else []
    best, leading = best_by_budget(offered, minutes), best_by_budget(offered, minutes, by=["strategy"])
    advised = pd.DataFrame(columns=ADVICE_COLUMNS)
    if seconds:
        advised = advise(offered, architectures, seconds, minutes, quality)
    told = {"combination": metadata["combination"], "seconds_per_measurement": seconds}
    return {
        "budget.csv": best.assign(**told),
        "advice.csv": advised.assign(**told),
        "budget": plot_budget(best, leading, advised, metadata["combination"], seconds, quality),
    }
