"""pyproject.toml, environment.yml and the locks name the same packages, and the code imports no others."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}
"""Packages that conda-forge calls otherwise than PyPI."""
FROM_PIP = {"playwright", "xgboost", "xgboost-cpu"}
"""Packages that environment.yml takes from PyPI as well; its comment says why."""
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}
MACOS = {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"}


@pytest.fixture
def pyproject():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


@pytest.fixture
def environment():
    return yaml.safe_load((PROJECT / "environment.yml").read_text())


@pytest.fixture
def lock():
    lines = (PROJECT / "requirements.lock").read_text().splitlines()
    lines += (PROJECT / "requirements-torch.lock").read_text().splitlines()
    return [Requirement(line.removesuffix(" \\")) for line in lines if not line.startswith(("#", " "))]


NOT_INSTALLED = {"benchmarks", "kubernetes", "zoo"}
"""Extras that ``make`` and environment.yml leave out: few people need them."""
OF_WORKFLOW = ("workflow", "measure", "slurm", *sorted(NOT_INSTALLED))


def requirements(pyproject):
    project = pyproject["project"]
    extras = [lines for key, lines in project["optional-dependencies"].items() if key not in NOT_INSTALLED]
    return [Requirement(line) for line in chain(project["dependencies"], *extras)]


def wanted_from_conda(pyproject):
    """Lines of environment.yml, without pip's, that say what pyproject.toml says."""
    wanted = {f"python {pyproject['project']['requires-python']}", "pip"}
    for requirement in requirements(pyproject):
        if requirement.name not in FROM_PIP:
            wanted.add(f"{CONDA_NAMES.get(requirement.name, requirement.name)} {requirement.specifier}")
    return wanted


def conda_lines(environment):
    return {line for line in environment["dependencies"] if isinstance(line, str)}


def pip_lines(environment):
    return next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))


def pinned_versions(lock):
    return {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in lock}


def on(platform, requirements):
    return [entry for entry in requirements if entry.marker is None or entry.marker.evaluate(platform)]


def unsatisfied(pyproject, lock, platform):
    """Names of pyproject.toml that the lock lacks or pins outside the bounds."""
    pins = pinned_versions(on(platform, lock))
    needed = on(platform, requirements(pyproject))
    return [r.name for r in needed if r.name not in pins or pins[r.name] not in r.specifier]


def test_conda_asks_for_the_same_packages(pyproject, environment):
    assert conda_lines(environment) == wanted_from_conda(pyproject)


def test_conda_leaves_the_rest_to_pip(pyproject, environment):
    *packages, project = pip_lines(environment)
    wanted = {str(requirement) for requirement in requirements(pyproject) if requirement.name in FROM_PIP}
    assert {str(Requirement(line)) for line in packages} == wanted
    assert project == "-e ."


@pytest.mark.parametrize("line", ["polars>=1", "numpy>=2.1"])
def test_a_package_or_bound_of_one_side_only_is_noticed(pyproject, environment, line):
    dependencies = pyproject["project"]["dependencies"]
    pyproject["project"]["dependencies"] = [d for d in dependencies if not d.startswith("numpy")] + [line]
    assert conda_lines(environment) != wanted_from_conda(pyproject)


@pytest.mark.parametrize("platform", [LINUX, MACOS])
def test_lock_satisfies_pyproject(pyproject, lock, platform):
    assert unsatisfied(pyproject, lock, platform) == []


def test_lock_satisfies_the_build_system(pyproject, lock):
    pins = pinned_versions(lock)
    for line in pyproject["build-system"]["requires"]:
        requirement = Requirement(line)
        assert pins[requirement.name] in requirement.specifier


@pytest.mark.parametrize("line", ["polars>=1", "numpy>=99"])
def test_a_missing_or_old_pin_is_noticed(pyproject, lock, line):
    pyproject["project"]["dependencies"].append(line)
    assert unsatisfied(pyproject, lock, LINUX) == [Requirement(line).name]


def test_the_libraries_to_compare_with_are_locked_beside_the_others(pyproject, lock):
    text = (PROJECT / "requirements-benchmarks.lock").read_text()
    pins = dict(re.findall(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:", text, re.MULTILINE))
    assert not set(pins) & set(pinned_versions(lock))
    pins |= pinned_versions(lock)
    for line in pyproject["project"]["optional-dependencies"]["benchmarks"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[requirement.name])


def test_lock_pins_every_package_once_for_any_build(lock):
    for pin in lock:
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert "+" not in specifier.version, f"{pin}: a local build cannot be had elsewhere"
    assert len(pinned_versions(lock)) == len(lock)


def test_every_package_but_torch_has_hashes_and_none_is_of_cuda(lock):
    text = (PROJECT / "requirements.lock").read_text()
    hashed = re.findall(r"^([\w.-]+)==.* \\\n    --hash=sha256:", text, re.MULTILINE)
    assert {canonicalize_name(name) for name in hashed} == set(pinned_versions(lock)) - {"torch"}
    assert not [pin.name for pin in lock if pin.name.startswith(("nvidia", "cuda", "triton"))]
    assert "://" not in text


def imported(*folders):
    """Top-level modules that the Python files of these folders import, the project's and Python's own left out."""
    files = [file for folder in folders for file in (PROJECT / folder).rglob("*.py")]
    apart = [file for file in files if "hwpred" not in file.parts]
    own = {"hwpred", *(file.parent.name if file.stem == "__init__" else file.stem for file in apart)}
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
    return names - own - sys.stdlib_module_names


def undeclared(folders, extras, pyproject):
    """Imported modules whose package neither the dependencies nor these extras declare."""
    project = pyproject["project"]
    lines = [*project["dependencies"], *(line for key in extras for line in project["optional-dependencies"][key])]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    packages = packages_distributions()
    return sorted(
        name
        for name in imported(*folders)
        if not declared & {canonicalize_name(package) for package in packages.get(name, [name])}
    )


def test_what_the_workflow_and_the_tests_import_is_declared(pyproject):
    assert undeclared(["workflow"], OF_WORKFLOW, pyproject) == []
    assert undeclared(["benchmarks", "tests"], ["workflow", "measure", "slurm", "benchmarks", "dev"], pyproject) == []


def test_an_import_that_is_not_declared_is_noticed(pyproject):
    pyproject["project"]["dependencies"].remove("requests>=2.31")
    assert undeclared(["workflow"], OF_WORKFLOW, pyproject) == ["requests"]


def test_predicting_and_choosing_need_no_extra(pyproject):
    folders = [f"workflow/hwpred/{name}" for name in ("predictors", "selection", "sources", "spaces", "training")]
    # Only to count and to build timm's networks (hwpred.spaces.zoo.count, hwpred.spaces.zoo.network).
    assert undeclared(folders, [], pyproject) == ["timm"]


def test_python_versions(pyproject):
    """What the classifiers promise, the Makefile takes."""
    minors = [int(line.rsplit(".")[-1]) for line in pyproject["project"]["classifiers"] if ":: Python ::" in line]
    makefile = (PROJECT / "Makefile").read_text()
    low, high = map(int, re.search(r"\(3, (\d+)\) <= sys.version_info < \(3, (\d+)\)", makefile).groups())
    assert minors == list(range(low, high))
    assert pyproject["project"]["requires-python"] == f">=3.{low}"
