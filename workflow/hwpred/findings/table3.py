"""Our Kendall's tau beside the paper's Table 3."""

import pandas as pd

from hwpred.figures.paper import compare
from hwpred.figures.reading import read_evaluations


def tabulate(evaluations, paper):
    """Return ``compare_table3``, the rows of ``hwpred.figures.paper.compare``.

    Parameters
    ----------
    evaluations : sequence of path
    paper : sequence of path
        The one table of the paper's values.

    Returns
    -------
    dict of DataFrame
    """
    return {"compare_table3.csv": compare(pd.read_csv(paper[0]), read_evaluations(evaluations)[0])}
