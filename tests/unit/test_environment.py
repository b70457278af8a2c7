"""pyproject.toml, environment.yml and requirements.lock name the same packages."""

import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}
"""Packages that conda-forge calls otherwise than PyPI."""
FROM_PIP = {"xgboost", "xgboost-cpu"}
"""Packages that environment.yml takes from PyPI as well; its comment says why."""
LINUX = {"sys_platform": "linux", "platform_system": "Linux"}


@pytest.fixture
def pyproject():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


@pytest.fixture
def environment():
    return yaml.safe_load((PROJECT / "environment.yml").read_text())


@pytest.fixture
def lock():
    lines = (PROJECT / "requirements.lock").read_text().splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def requirements(pyproject):
    project = pyproject["project"]
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    return [Requirement(line) for line in lines]


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


def unsatisfied(pyproject, lock):
    """Names of pyproject.toml that the lock lacks or pins outside the bounds."""
    pins = pinned_versions(lock)
    needed = [r for r in requirements(pyproject) if r.marker is None or r.marker.evaluate(LINUX)]
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


def test_lock_satisfies_pyproject(pyproject, lock):
    assert unsatisfied(pyproject, lock) == []


def test_lock_satisfies_the_build_system(pyproject, lock):
    pins = pinned_versions(lock)
    for line in pyproject["build-system"]["requires"]:
        requirement = Requirement(line)
        assert pins[requirement.name] in requirement.specifier


@pytest.mark.parametrize("line", ["polars>=1", "numpy>=99"])
def test_a_missing_or_old_pin_is_noticed(pyproject, lock, line):
    pyproject["project"]["dependencies"].append(line)
    assert unsatisfied(pyproject, lock) == [Requirement(line).name]


def test_lock_pins_every_package_for_any_build(lock):
    for pin in lock:
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert "+" not in specifier.version, f"{pin}: a local build cannot be had elsewhere"
    assert len(pinned_versions(lock)) == len(lock)
