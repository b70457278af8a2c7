"""The same as ``curves``, means over the combinations of a space; the paper's stand behind them if it has the space."""

import pandas as pd

from hwpred.drawing import curves
from hwpred.figures.paper import curves_of_space


def draw(evaluations, fits, paper, space):
    """Draw the figure of ``curves``, as means over the combinations of a space.

    Parameters
    ----------
    evaluations, fits : sequence of path
    paper : sequence of path
        The file of the paper's curves, or none.
    space : str

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
    of_paper = curves_of_space(pd.read_csv(paper[0]), space) if paper else None
    return {"space_curves": curves.draw(evaluations, fits, space, of_paper)["curves"]}
