"""What figures and schedulers are told about predictors. No number of a fit depends on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Description:
    """How a predictor is shown, and what to reserve for its fits.

    Attributes
    ----------
    label : str
        Its name in figures and tables.
    family : str
        The predictors that it is like: their colour in figures.
    seconds_per_sample : float
        CPU seconds that one training sample costs, search included: a generous estimate.
    memory : int
        MB that a job needs: a generous estimate.
    """

    label: str
    family: str
    seconds_per_sample: float = 1e-4
    memory: int = 1500


DESCRIPTIONS = {
    "lin_reg": Description("Linear regression", "linear"),
    "ridge_reg": Description("Ridge regression", "linear"),
    "bayes_lin_reg": Description("Bayesian regression", "linear"),
    "svmr": Description("SVR", "kernel", 3e-3, 3000),
    "gp": Description("GP", "gaussian_process", 5e-3, 6000),
    "sparse_gp": Description("Sparse GP", "gaussian_process", 2e-4),
    "bohamiann": Description("BOHAMIANN", "networks", 2e-4),
    "rf": Description("Random forest", "trees", 5e-4),
    "xgb": Description("XGBoost", "trees", 2e-4),
    "lgb": Description("LightGBM", "trees", 3e-4),
    "ngb": Description("NGBoost", "trees", 1e-3),
    "mlp": Description("MLP (large)", "networks", 3e-3),
    "minimlp": Description("MLP (small)", "networks", 2e-3),
    "bananas": Description("BANANAS", "networks", 8e-3),
    "gcn": Description("GCN", "graph_networks", 1e-2),
    "bonas": Description("BONAS", "graph_networks", 6e-3),
    "nao": Description("NAO", "networks", 5e-3),
    "structured_gp": Description("Structured GP", "structured", 1e-2, 6000),
    "transfer_gp": Description("Transfer GP", "structured", 3e-2, 6000),
    "lookup": Description("Lookup table", "lookup"),
}
