"""The same as ``curves``, means over the combinations of a space; the paper's stand behind them if it has the space."""

import pandas as pd

from hwpred.drawing import curves
from hwpred.figures.paper import curves_of_space


def draw(evaluations, fits, paper, space):
    """Return the figure; ``paper`` is an empty list or the file of the paper's curves."""
    of_paper = curves_of_space(pd.read_csv(paper[0]), space) if paper else None
    return {"space_curves": curves.draw(evaluations, fits, space, of_paper)["curves"]}
