"""The registry of predictors: one line each. Importing it costs nothing, so the workflow can read it."""

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Entry:
    """Where a predictor lives, and what the workflow must know before importing it.

    ``trained`` is False for a predictor that chooses its own measurements and so has one fit only,
    the same for all seeds and sizes. ``stands_on`` names further modules whose edits change its
    numbers; ``structured`` tells that those of ``hwpred.structure`` do;
    ``transfers``, that it learns from other devices' measurements, too. ``seconds_per_sample`` (CPU
    seconds that one training sample costs, search included) and ``memory`` (MB) are generous: they
    tell a scheduler what to reserve.
    """

    label: str
    family: str
    module: str
    class_name: str
    stands_on: tuple = ()
    trained: bool = True
    structured: bool = False
    transfers: bool = False
    seconds_per_sample: float = 1e-4
    memory: int = 1500


STRUCTURED = ("hypotheses", "structured_kernel", "warps", "gaussian_processes")
"""Modules that ``structured_gp`` stands on."""

REGISTRY = {
    "lin_reg": Entry("Lin. Reg.", "linear", "linear", "LinearRegression"),
    "ridge_reg": Entry("Ridge Reg.", "linear", "linear", "RidgeRegression"),
    "bayes_lin_reg": Entry("Bayes. Lin. Reg.", "linear", "linear", "BayesianLinearRegression"),
    "svmr": Entry("SVM Reg.", "kernel", "svm", "SupportVectorRegression", seconds_per_sample=3e-3, memory=3000),
    "gp": Entry(
        "GP", "gaussian_process", "gp", "GaussianProcess", ("gaussian_processes",), seconds_per_sample=5e-3, memory=6000
    ),
    "sparse_gp": Entry(
        "Sparse GP", "gaussian_process", "gp", "SparseGaussianProcess", ("gaussian_processes",), seconds_per_sample=2e-4
    ),
    "bohamiann": Entry("BOHAMIANN", "networks", "bohamiann", "Bohamiann", seconds_per_sample=2e-4),
    "rf": Entry("Random Forests", "trees", "forest", "RandomForest", seconds_per_sample=5e-4),
    "xgb": Entry("XGBoost", "trees", "xgb", "XGBoost", seconds_per_sample=2e-4),
    "lgb": Entry("LGBoost", "trees", "lgb", "LightGBM", seconds_per_sample=3e-4),
    "ngb": Entry("NGBoost", "trees", "ngb", "NGBoost", seconds_per_sample=1e-3),
    "mlp": Entry("MLP (large)", "networks", "mlp", "LargePerceptron", ("networks",), seconds_per_sample=3e-3),
    "minimlp": Entry("MLP (small)", "networks", "mlp", "SmallPerceptron", ("networks",), seconds_per_sample=2e-3),
    "bananas": Entry("BANANAS", "networks", "mlp", "Bananas", ("networks",), seconds_per_sample=8e-3),
    "gcn": Entry("GCN", "graph_networks", "graph_networks", "GCN", ("networks",), seconds_per_sample=1e-2),
    "bonas": Entry("BONAS", "graph_networks", "graph_networks", "Bonas", ("networks",), seconds_per_sample=6e-3),
    "nao": Entry("NAO", "networks", "nao", "Nao", ("networks",), seconds_per_sample=5e-3),
    "structured_gp": Entry(
        "Structured GP",
        "structured",
        "structured_gp",
        "StructuredGaussianProcess",
        STRUCTURED,
        structured=True,
        seconds_per_sample=1e-2,
        memory=6000,
    ),
    "transfer_gp": Entry(
        "Transfer GP",
        "structured",
        "transfer_gp",
        "TransferGaussianProcess",
        ("structured_gp", *STRUCTURED),
        structured=True,
        transfers=True,
        seconds_per_sample=3e-2,
        memory=6000,
    ),
    "lookup": Entry("Lookup Table", "lookup", "lookup", "LookupTable", trained=False),
}


def get_predictor(key):
    """Return the class of that predictor.

    Raises
    ------
    ValueError
        If there is no such predictor.
    """
    if key not in REGISTRY:
        raise ValueError(f"unknown predictor {key!r}; use one of {', '.join(REGISTRY)}")
    entry = REGISTRY[key]
    return getattr(import_module(f"hwpred.predictors.{entry.module}"), entry.class_name)
