"""Jobs start quickly: a script imports what takes long to import only where all of its jobs use it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from hwpred.drawing.registry import FAMILIES
from hwpred.predictors import REGISTRY

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
SLOW = {"lightgbm", "matplotlib", "onnx", "scipy.optimize", "scipy.stats", "sklearn", "torch", "xgboost"}
"""Each takes 0.1 to 1 s of CPU time, where a whole job of the default study may take 0.3 s otherwise."""
USED = {
    "answer_device": {"torch"},
    "collect_accuracies": {"scipy.optimize", "scipy.stats", "sklearn", "torch"},
    "draw": {"matplotlib"},
    "explain_combination": {"torch"},
    "make_finding": {"matplotlib"},
    "rank_on_leaderboard": {"matplotlib", "scipy.optimize", "scipy.stats"},
    "render_page": {"matplotlib"},
    "summarise_measurements": {"matplotlib"},
    "train_accuracies": {"scipy.optimize", "scipy.stats", "sklearn", "torch"},
    "try_own_device": {"torch"},
}
"""What scripts import of that; scripts that do not stand here import none of it."""
USED_BY_PREDICTORS = {
    "svmr": {"scipy.optimize", "scipy.stats", "sklearn"},
    "rf": {"scipy.optimize", "scipy.stats", "sklearn"},
    "lgb": {"lightgbm", "scipy.optimize", "scipy.stats", "sklearn"},
    **{key: {"torch"} for key, entry in REGISTRY.items() if entry.on_torch},
}
"""The same of the modules of predictors."""


def imports_of(script):
    """Return the import statements of a script, without what it does."""
    tree = ast.parse((SCRIPTS / f"{script}.py").read_text(encoding="utf-8"))
    return "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))


def slow_after(statements):
    """Return which slow modules a new interpreter has loaded after those statements."""
    told = f"{statements}\nimport json, sys\nprint(json.dumps(sorted({SLOW} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_scripts_that_are_not_listed_import_nothing_slow():
    quick = [script.stem for script in sorted(SCRIPTS.glob("*.py")) if script.stem not in USED]
    assert {"train_predictor", "evaluate_combination", "select_architectures", "build_targets"} < set(quick)
    assert slow_after("\n".join(map(imports_of, quick))) == set()


@pytest.mark.parametrize("script", USED)
def test_a_listed_script_imports_what_is_listed(script):
    assert slow_after(imports_of(script)) <= USED[script]


def test_figures_of_the_default_study_import_matplotlib_only():
    drawn = [key for key, family in FAMILIES.items() if any(figure.default for figure in family.figures.values())]
    assert {"predictions", "space_curves", "cost_front"} <= set(drawn)
    assert slow_after("\n".join(f"import hwpred.drawing.{key}" for key in drawn)) == {"matplotlib"}


def with_predictors(keys):
    calls = "\n".join(f"get_predictor({key!r})" for key in keys)
    return f"{imports_of('train_predictor')}\nfrom hwpred.predictors import get_predictor\n{calls}"


def test_predictors_that_are_not_listed_import_nothing_slow():
    quick = [key for key in REGISTRY if key not in USED_BY_PREDICTORS]
    assert {"lin_reg", "ridge_reg", "bayes_lin_reg", "lookup"} <= set(quick)
    assert slow_after(with_predictors(quick)) == set()


def test_networks_import_torch_only():
    networks = [key for key, used in USED_BY_PREDICTORS.items() if used == {"torch"}]
    assert slow_after(with_predictors(networks)) == {"torch"}


@pytest.mark.parametrize("key", [key for key, used in USED_BY_PREDICTORS.items() if used != {"torch"}])
def test_a_listed_predictor_imports_what_is_listed(key):
    assert slow_after(with_predictors([key])) <= USED_BY_PREDICTORS[key]
