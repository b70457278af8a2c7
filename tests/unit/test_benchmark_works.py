"""The benchmarks beside libraries, without their seconds: both sides agree, and the finding reads what was measured."""

from importlib.util import find_spec

import by_libraries
import pytest
import works

from hwpred.errors import InputError
from hwpred.findings import libraries

QUICK = [work for work in works.WORKS if work.name not in ("minimlp", "ngb", "rf")]


@pytest.mark.parametrize("work", QUICK, ids=lambda work: f"{work.name}-{work.library}-{work.at_once}")
def test_both_sides_agree(work, monkeypatch):
    pytest.importorskip(work.library, reason=f"{work.library} is not installed: `make benchmark` installs it")
    monkeypatch.setattr(works, "TRIALS", 3)
    arguments = [work.prepare(samples=min(work.samples)) for _ in range(2)]
    assert work.difference(work.ours(*arguments[0]), work.theirs(*arguments[1])) <= work.tolerance


def test_a_perceptron_of_torch_is_ours():
    settings = {"restarts": 0, "least_steps": 40, "epochs": 1}
    work = works.fits("minimlp", "torch", by_libraries.perceptron_of_torch, (25,), 2, 1e-3, hyperparameters=(settings,))
    arguments = [work.prepare(samples=25) for _ in range(2)]
    assert work.difference(work.ours(*arguments[0]), work.theirs(*arguments[1])) <= work.tolerance


def test_results_that_differ_are_told():
    (work,) = (work for work in works.WORKS if work.name == "lin_reg")
    problems, tests = work.prepare(samples=55)
    predictions = work.ours(problems, tests)
    predictions[1] = predictions[1] + 0.5
    assert work.difference(predictions, work.theirs(problems, tests)) == pytest.approx(0.5)


def test_a_row_has_the_seconds_of_both_sides():
    told = {"work": "gp", "library": "sklearn", "samples": 55, "at_once": 5, "compared": "predictions"}
    measured = [
        {"extra_info": {**told, "side": "theirs"}, "stats": {"min": 6.0}},
        {"extra_info": {**told, "side": "ours", "largest_difference": 0.001}, "stats": {"min": 2.0}},
    ]
    (row,) = libraries.beside(measured).to_dict("records")
    assert row == {
        **told,
        "library": "scikit-learn",
        "seconds": 6,
        "our_seconds": 2,
        "times": 3,
        "largest_difference": 0.001,
    }


@pytest.mark.skipif(find_spec("pytest_benchmark") is not None, reason="pytest-benchmark is installed")
def test_what_is_not_installed_is_told():
    with pytest.raises(InputError, match=r"pytest-benchmark is not installed: `make benchmark` installs it"):
        libraries.tabulate(["benchmarks/test_libraries.py"])
