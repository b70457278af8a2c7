"""Means of the simulated selection over trials."""

COLUMNS = (
    *("pairing", "combination", "architectures", "deviation_std", "kendall_tau"),
    *("mra_all", "mra_pareto", "hypervolume", "hypervolume_percent", "trials"),
)


def summarise(simulation, combination, pairing):
    """Return the means over the trials of one combination.

    Parameters
    ----------
    simulation : DataFrame
        The ``selection`` table.
    combination, pairing : str

    Returns
    -------
    DataFrame
        ``COLUMNS``, one row a number of architectures and deviation; ``hypervolume_percent`` is the mean in percent
        of that of the true fronts.
    """
    groups = simulation.groupby(["architectures", "deviation_std"])
    means = groups[["kendall_tau", "mra_all", "mra_pareto", "hypervolume", "best_hypervolume"]].mean()
    means["hypervolume_percent"] = 100 * means["hypervolume"] / means["best_hypervolume"]
    means = means.assign(pairing=pairing, combination=combination, trials=groups.size())
    return means.reset_index()[list(COLUMNS)]


def over_combinations(summaries):
    """Return the means over combinations of those numbers of architectures that all have.

    Parameters
    ----------
    summaries : DataFrame
        Rows of ``summarise`` of one or several combinations.
    """
    counts = summaries.groupby("architectures")["combination"].nunique()
    common = summaries[summaries["architectures"].map(counts) == counts.max()]
    numbers = ["kendall_tau", "mra_all", "mra_pareto", "hypervolume", "hypervolume_percent"]
    return common.groupby(["architectures", "deviation_std"])[numbers].mean().reset_index()
