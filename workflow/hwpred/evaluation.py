"""From fits to what one reads: mean, spread and quantiles over the seeds, by predictor and training size."""

import pandas as pd

from hwpred.tables import COLUMNS

NOT_MEASURES = ("predictor", "train_size", "seed", "test_size", "hyperparameters")
MEASURES = tuple(name for name in COLUMNS["fits"] if name not in NOT_MEASURES)


def evaluate(fits):
    """Summarise fits.

    Parameters
    ----------
    fits : DataFrame
        Rows as ``COLUMNS["fits"]``, of any number of predictors, sizes and seeds.

    Returns
    -------
    DataFrame
        Columns as ``COLUMNS["evaluation"]``. ``std`` is the sample standard deviation over seeds (divided by their
        number less 1), as wherever a spread over seeds is told; it is missing for one seed. Fits without a value of a
        measure (a gain where no search was, a tau of equal targets: ``hwpred.metrics``) do not count: ``seeds`` is the
        number of those that have one.

    Raises
    ------
    ValueError
        If a fit occurs twice.
    """
    key = ["predictor", "train_size", "seed"]
    twice = fits[fits.duplicated(key)]
    if len(twice):
        raise ValueError(f"fits hold {twice.iloc[0][key].to_dict()} more than once; delete the older file")
    tidy = fits.melt(["predictor", "train_size"], list(MEASURES), "measure").dropna(subset="value")
    groups = tidy.groupby(["predictor", "train_size", "measure"], sort=True)["value"]
    summary = pd.DataFrame(
        {
            "mean": groups.mean(),
            "std": groups.std(ddof=1),
            "q05": groups.quantile(0.05),
            "q50": groups.quantile(0.5),
            "q95": groups.quantile(0.95),
            "seeds": groups.size(),
        }
    )
    return summary.reset_index()[list(COLUMNS["evaluation"])]
