"""Fits of runs, and their means and standard deviations over seeds."""

from hwpred.figures.reading import read_blocks

KEY = ["combination", "predictor", "train_size", "seed"]


def read_fits(files):
    """Return the rows of these fit files, with their combination.

    Parameters
    ----------
    files : sequence of path
        The blocks that a study plans. What else lies in the folders of a run (blocks of a former number of seeds) is
        none of them.

    Raises
    ------
    ValueError
        If a fit occurs twice.
    """
    fits, _ = read_blocks(files, "fits")
    twice = fits[fits.duplicated(KEY)]
    if len(twice):
        raise ValueError(
            f"these files hold the fit {twice.iloc[0][KEY].to_dict()} more than once; it would count twice"
        )
    return fits


def summarise(fits, *measures):
    """Return means and sample standard deviations over seeds.

    Parameters
    ----------
    fits : DataFrame
        Rows of ``read_fits``.
    *measures : str
        Columns of it.

    Returns
    -------
    DataFrame
        ``predictor``, ``combination``, ``train_size``; ``<measure>_mean`` and ``<measure>_std`` of each measure
        (missing for a single seed); ``seeds``.
    """
    by = fits.groupby(["predictor", "combination", "train_size"], sort=False)
    columns = {f"{measure}_{name}": (measure, name) for measure in measures for name in ("mean", "std")}
    return by.agg(**columns, seeds=("seed", "nunique")).reset_index()


def space_of(combinations):
    """Return the space of each combination of a Series."""
    return combinations.str.split("-").str[0]
