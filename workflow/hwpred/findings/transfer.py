"""What other devices' measurements add on a new one: the devices of HELP's test (Lee et al., NeurIPS 2021, Table 3)."""

import pandas as pd

from hwpred.findings.fits import read_fits, summarise


def tabulate(told, untold):
    """Return the table ``transfer``.

    Parameters
    ----------
    told, untold : sequence of path
        Fits of structured_gp and transfer_gp that know what the device does with dead operations, and do not.

    Returns
    -------
    dict of DataFrame
        Spearman's correlation and tau by predictor, combination and training size; ``gain``, tau of transfer_gp minus
        that of structured_gp with the same training sets, with its standard error ``standard_error``.
    """
    return {"transfer.csv": transfer_table(read_fits(told), read_fits(untold))}


def transfer_table(told, untold):
    """Return the rows of ``transfer``.

    Parameters
    ----------
    told, untold : DataFrame
        Fits that know what the device does with dead operations, and that do not.

    Returns
    -------
    DataFrame
    """
    tables = [
        summarise(fits, "spearman", "kendall_tau").merge(transfer_gain(fits), how="left").assign(dead_operations=known)
        for known, fits in (("told", told), ("untold", untold))
    ]
    return pd.concat(tables, ignore_index=True)


def transfer_gain(fits):
    """Return what transfer_gp gains over structured_gp with the same training sets: mean and standard error."""
    wide = fits.pivot(index=["combination", "train_size", "seed"], columns="predictor", values="kendall_tau")
    gains = (wide["transfer_gp"] - wide["structured_gp"]).groupby(["combination", "train_size"])
    return gains.agg(gain="mean", standard_error="sem").reset_index().assign(predictor="transfer_gp")
