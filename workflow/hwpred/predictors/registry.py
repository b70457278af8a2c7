"""The registry of predictors: one line each. Importing it costs nothing, so the workflow can read it."""

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Entry:
    """Where a predictor lives, and what the workflow must know before importing it.

    Attributes
    ----------
    module, class_name : str
        Its class, and the module of it in ``hwpred.predictors``: a family and a name, such as ``classical.linear``.
    trained : bool
        False for a predictor that chooses its own measurements and so has one fit only, the same for all seeds and
        sizes.
    structured : bool
        Whether it reads what ``hwpred.structure`` knows about the space.
    transfers : bool
        Whether it learns from other devices' measurements, too.
    on_torch : bool
        Whether it computes with torch, and so can on a GPU.
    """

    module: str
    class_name: str
    trained: bool = True
    structured: bool = False
    transfers: bool = False
    on_torch: bool = False


REGISTRY = {
    "lin_reg": Entry("classical.linear", "LinearRegression"),
    "ridge_reg": Entry("classical.linear", "RidgeRegression"),
    "bayes_lin_reg": Entry("classical.linear", "BayesianLinearRegression"),
    "svmr": Entry("classical.svm", "SupportVectorRegression"),
    "gp": Entry("gaussian.exact", "GaussianProcess", on_torch=True),
    "sparse_gp": Entry("gaussian.sparse", "SparseGaussianProcess", on_torch=True),
    "bohamiann": Entry("neural.bohamiann", "Bohamiann", on_torch=True),
    "rf": Entry("classical.forest", "RandomForest"),
    "xgb": Entry("classical.xgb", "XGBoost"),
    "lgb": Entry("classical.lgb", "LightGBM"),
    "ngb": Entry("classical.ngb", "NGBoost"),
    "mlp": Entry("neural.mlp", "LargePerceptron", on_torch=True),
    "minimlp": Entry("neural.mlp", "SmallPerceptron", on_torch=True),
    "bananas": Entry("neural.mlp", "Bananas", on_torch=True),
    "gcn": Entry("neural.graph_networks", "GCN", on_torch=True),
    "bonas": Entry("neural.graph_networks", "Bonas", on_torch=True),
    "nao": Entry("neural.nao", "Nao", on_torch=True),
    "structured_gp": Entry("structured.gp", "StructuredGaussianProcess", structured=True, on_torch=True),
    "transfer_gp": Entry(
        "structured.transfer_gp", "TransferGaussianProcess", structured=True, transfers=True, on_torch=True
    ),
    "lookup": Entry("classical.lookup", "LookupTable", trained=False),
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


def torch_device(key, device):
    """Return where a predictor is to compute.

    Parameters
    ----------
    key : str
        Of the predictor.
    device : str
        What the study says.

    Returns
    -------
    str or None
        None for a predictor that does without torch.
    """
    return device if REGISTRY[key].on_torch else None


def use_torch_device(device):
    """Tell torch where to compute (``hwpred.predictors.devices``); None, of a predictor without torch, does nothing.

    Imported by name: other predictors do without torch, which takes seconds to import.
    """
    if device is not None:
        import_module("hwpred.predictors.devices").use_device(device)
