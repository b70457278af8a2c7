"""Editing what networks are not timed with must not have them timed again, which takes hours of a quiet machine."""

import ast
from pathlib import Path

import hwpred

PACKAGE = Path(hwpred.__file__).parent
SCRIPTS = PACKAGE.parent / "scripts"


def module_file(name):
    """The file of a module of the project, or None."""
    path = PACKAGE.parent / Path(*name.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def imports(file):
    """Names that the import statements of a file load, those in functions too, and the packages around them."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".")
            yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def closure(script):
    """Names of all modules of the project that a script imports, directly or not."""
    found, left = set(), [SCRIPTS / f"{script}.py"]
    while left:
        new = {name for name in imports(left.pop()) if name.startswith("hwpred") and module_file(name)} - found
        found |= new
        left += map(module_file, new)
    return found


def test_timing_stands_on_building_and_not_on_counting_or_sources():
    modules = closure("measure_chunk")
    packages = {name.split(".")[1] for name in modules if "." in name}
    counts, spaces = ("analysis", "profiles"), ("nasbench201", "transnas_macro")
    assert {"hwpred.networks.onnx_graphs", "hwpred.networks.torch_modules", "hwpred.measurement.timing"} < modules
    assert packages <= {"errors", "job", "joblog", "measurement", "networks", "seeding", "spaces", "tables"}
    assert not modules & {f"hwpred.networks.{name}" for name in (*counts, *spaces)}
    assert not modules & {f"hwpred.measurement.{name}" for name in ("collect", "digits", "drift", "output")}


def test_a_metric_of_the_graph_stands_on_counting_and_not_on_timing():
    modules = closure("compute_metric")
    assert "hwpred.networks.analysis" in modules
    assert not modules & {f"hwpred.measurement.{name}" for name in ("chunks", "command", "timing", "collect")}
