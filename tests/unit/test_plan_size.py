"""Does the work of planning grow with the jobs of a study, and not faster?"""

import sys
from pathlib import Path

from load_script import load_script

from hwpred.study.studies import CHECKOUT, Studies

invented_study = load_script("size", "benchmarks").invented_study


def planned(folder, combinations):
    """Return what the rules ask a plan for, of a study of that many invented devices, and how many calls that took."""
    study = invented_study(combinations, folder)
    calls = [0]
    sys.setprofile(lambda frame, event, argument: calls.__setitem__(0, calls[0] + (event in ("call", "c_call"))))
    try:
        plan = Studies(CHECKOUT, study).main
        jobs = [
            (
                file,
                plan.targets(combination),
                plan.others(combination, predictor),
                plan.training(combination, predictor, Path(file).stem).settings,
            )
            for combination in plan.combinations
            for predictor in plan.study.predictors
            for file in plan.fits(combination, predictor)
        ]
    finally:
        sys.setprofile(None)
    return jobs, calls[0]


def test_work_grows_with_the_combinations_and_not_with_their_square(tmp_path):
    sizes = (20, 40, 80)
    jobs, calls = zip(*(planned(tmp_path, size) for size in sizes), strict=True)
    assert [len(own) / size for own, size in zip(jobs, sizes, strict=True)] == [len(jobs[0]) / sizes[0]] * len(sizes)
    assert calls[2] - calls[1] < 2.2 * (calls[1] - calls[0])
