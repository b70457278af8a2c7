"""What structure that is counted from networks reaches beside structure that is written by hand."""

from hwpred.findings.fits import read_fits

KEY = ["combination", "train_size"]


def tabulate(derived, hand_written):
    """Return the table ``derived_structure``.

    Parameters
    ----------
    derived, hand_written : sequence of path
        Fits of structured_gp with each structure, on the same training sets.

    Returns
    -------
    dict of DataFrame
        By combination and training size: number of ``seeds``, the mean tau with each structure, ``gain``, the mean
        difference, and its standard error ``standard_error``.
    """
    return {"derived_structure.csv": derived_table(read_fits(derived), read_fits(hand_written))}


def derived_table(derived, hand_written):
    """Return how fits on both structures compare.

    Parameters
    ----------
    derived, hand_written : DataFrame
        Fits on structure that is counted, and on that written by hand; of the same combinations, sizes and seeds.

    Returns
    -------
    DataFrame
        ``KEY``, ``seeds``, ``hand_written`` and ``derived`` (mean Kendall's tau), ``gain`` and ``standard_error``.
    """
    fits = derived.merge(hand_written, on=[*KEY, "seed"], suffixes=("", "_by_hand"), validate="one_to_one")
    fits = fits.assign(gain=fits["kendall_tau"] - fits["kendall_tau_by_hand"])
    return (
        fits.groupby(KEY, sort=False)
        .agg(
            seeds=("seed", "nunique"),
            hand_written=("kendall_tau_by_hand", "mean"),
            derived=("kendall_tau", "mean"),
            gain=("gain", "mean"),
            standard_error=("gain", "sem"),
        )
        .reset_index()
    )
