"""The lookup table against linear regression by device and metric."""

from hwpred.device_names import title_of
from hwpred.figures.latex import document, table_of
from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import lookup_against_linear

HEADS = {
    **{"device": "Device", "metric": "Metric", "space": "Space", "task": "Task"},
    "lookup_measurements": "Lookup: measured",
    "lookup_kendall_tau": r"$\tau$",
    "lin_reg_train_size": "Linear: measured",
    "lin_reg_kendall_tau": r"$\tau$",
    "lin_reg_largest_kendall_tau": r"$\tau$, most measured",
    "lin_reg_better_from": "Linear better from",
    "all_better_from": "All better from",
}
CAPTION = (
    "Kendall's tau of the lookup table and of linear regression after about as many measurements, and the training "
    "sizes from which on linear regression, or every trained predictor, is better than the lookup table."
)


def draw(files):
    """Return the table, and the same as LaTeX."""
    table = lookup_against_linear(*read_evaluations(files))
    shown = table.assign(device=table["device"].map(title_of))
    return {"lookup.csv": table, "lookup.tex": document([table_of(shown, HEADS, CAPTION, "lookup")])}
