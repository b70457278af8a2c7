"""What every batched predictor must do: give a problem the same numbers whatever it is fitted together with."""

import numpy as np


def assert_same_alone_and_together(cls, problems, x, numbers, **tolerance):
    """Compare fits of the first 7 problems alone and among more; no prediction may be a constant.

    Parameters
    ----------
    cls : class
    problems : function
        Number -> that many ``Problem``s with fresh generators; the first ones are always the same.
    x : architectures to predict
    numbers : sequence of int
        How many are fitted together.
    tolerance : ``rtol`` and ``atol`` of the predictions.
    """
    alone = [cls(**problem.hyperparameters).fit(problem.x, problem.y, problem.rng) for problem in problems(7)]
    for number in numbers:
        together = cls.predict_many(cls.fit_many(problems(number))[:7], [x] * 7)
        for one, prediction in zip(alone, together, strict=True):
            np.testing.assert_allclose(one.predict(x), prediction, **tolerance)
            assert np.ptp(prediction) > 0
