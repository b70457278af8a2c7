"""The tau of linear regression and XGBoost by combination and training size."""

from hwpred.device_names import title_of
from hwpred.figures.latex import document, pair, table_of
from hwpred.figures.reading import read_evaluations
from hwpred.figures.style import label_of, seeds_text
from hwpred.figures.summary_tables import tau_by_size

HEADS = {"task": "Task", "device": "Device", "metric": "Metric", "predictor": "Predictor"}


def draw(files):
    """Return the table, a row a training size, and as LaTeX a table a space."""
    evaluations, metadata = read_evaluations(files)
    table = tau_by_size(evaluations)
    space = table["combination"].map({name: facts["space"] for name, facts in metadata.items()})
    tables = [_as_latex(rows, metadata, name) for name, rows in table.groupby(space, sort=False)]
    return {"linear_and_xgboost.csv": table, "linear_and_xgboost.tex": document(tables)}


def _as_latex(table, metadata, space):
    """Return the table of one space, a column a training size; the better predictor is bold."""
    best = table.groupby(["combination", "train_size"])["kendall_tau_mean"].transform("max")
    columns = (table["kendall_tau_mean"], table["kendall_tau_std"], table["kendall_tau_mean"] == best)
    cells = table.assign(cell=[pair(*cell) for cell in zip(*columns, strict=True)])
    keys = ["combination", "predictor"]
    wide = cells.pivot(index=keys, columns="train_size", values="cell")
    wide = wide.reindex(cells.set_index(keys).index.unique()).reset_index()
    facts = [metadata[name] for name in wide.pop("combination")]
    wide["predictor"] = wide["predictor"].map(label_of)
    for place, name in enumerate(("task", "device", "metric")):
        wide.insert(place, name, [fact[name].replace("_", " ") for fact in facts])
    wide["device"] = [title_of(fact["device"]) for fact in facts]
    # A study may have neither predictor: then the table has no number.
    known = table["seeds"].dropna()
    seeds = seeds_text(known if len(known) else [0])
    caption = (
        f"Kendall's tau on {space} by training size, mean and standard deviation of {seeds}; the larger one is bold."
    )
    heads = {**HEADS, **{name: f"{name:,}" for name in wide.columns if isinstance(name, int)}}
    return table_of(wide, heads, caption, f"tau-{space.replace('_', '-')}")
