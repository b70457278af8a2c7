"""The paper's own values (Laube, Mutschler and Zell, 2022): behind our curves, and beside our numbers."""

import pandas as pd

FIGURES = {"nasbench201": "res_pred1", "transnas_macro": "res_pred2"}
"""Space -> the figure of the paper that averages over its combinations."""

PREDICTORS = {"tabular": "lookup"}
"""Names of the paper that are not our keys."""

METRICS = {"latency": "latency", "energy": "energy", "arith. int.": "arithmetic_intensity"}

COLUMNS = ["dataset", "predictor", "train_size", "paper", "ours", "difference"]


def curves_of_space(curves, space):
    """Return the paper's mean curves of a space.

    Parameters
    ----------
    curves : DataFrame
        ``data/paper/paper_curves.csv``.
    space : str

    Returns
    -------
    DataFrame or None
        predictor, train_size, kendall_tau; None for a space that the paper does not have.
    """
    if space not in FIGURES:
        return None
    rows = curves[curves["figure"] == FIGURES[space]].replace({"predictor": PREDICTORS})
    return rows[["predictor", "train_size", "kendall_tau"]].reset_index(drop=True)


def combination_of(table, dataset):
    """Return the combination that a row of the paper's tables is about.

    Parameters
    ----------
    table : str
        ``"table3"`` (HW-NAS-Bench) or ``"table4"`` (TransNAS-Bench-101, inference time on a V100).
    dataset : str
        As the paper writes it, ``"ImageNet16-120-eyeriss arith. int."`` or ``"class scene"``.

    Returns
    -------
    str
    """
    if table == "table4":
        return f"transnas_macro-{dataset.replace(' ', '_')}-v100-latency"
    task_and_device, metric = dataset.split(" ", 1)
    return f"nasbench201-{task_and_device}-{METRICS[metric]}"


def compare(tables, evaluations):
    """Put our mean tau beside the paper's, wherever a run has what the paper's tables have.

    Parameters
    ----------
    tables : DataFrame
        ``data/paper/paper_tables.csv``.
    evaluations : dict
        Combination -> evaluation table.

    Returns
    -------
    DataFrame
        ``COLUMNS``, in the paper's order; ``difference`` is ours minus the paper's.

    Raises
    ------
    ValueError
        If the run and the tables have nothing in common.
    """
    rows = []
    for row in tables.replace({"predictor": PREDICTORS}).itertuples():
        evaluation = evaluations.get(combination_of(row.table, row.dataset))
        ours = None if evaluation is None else _tau(evaluation, row.predictor, row.train_size)
        if ours is not None:
            difference = ours - row.kendall_tau
            rows.append((row.dataset, row.predictor, row.train_size, row.kendall_tau, ours, difference))
    if not rows:
        raise ValueError(
            f"the paper's tables have none of {', '.join(evaluations)} with this run's predictors and training sizes; "
            "run a configuration that they have, e.g. config/studies/table3.yaml"
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _tau(evaluation, predictor, train_size):
    """Return our mean tau, None if there is none; train_size ``"all"`` is a lookup table's only one."""
    rows = evaluation[(evaluation["predictor"] == predictor) & (evaluation["measure"] == "kendall_tau")]
    if train_size != "all":
        rows = rows[rows["train_size"] == int(train_size)]
    return None if rows.empty else float(rows["mean"].iloc[0])
