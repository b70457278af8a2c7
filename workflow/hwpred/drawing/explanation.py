"""What structured_gp found out about one combination."""

from hwpred.figures.explanation import plot_explanation
from hwpred.tables import of_combination, read_metadata, read_table


def draw(explanations):
    """Return table and figure, from the explanation of the combination."""
    (file,) = explanations
    metadata = read_metadata(file, "explanation", of_combination(file))
    explanation = read_table(file, "explanation")
    told = explanation[~explanation["kind"].isin(["coverage", "spread"])]
    told = told.assign(value=told["value"] * told["kind"].map({"share": 100}).fillna(1))
    groups = told.groupby(["kind", "part", "train_size"], sort=False)["value"]
    table = groups.agg(value_mean="mean", value_std="std", seeds="size").reset_index()
    return {"explanation.csv": table, "explanation": plot_explanation(explanation, metadata)}
