"""The table priors.csv: which weights count as those of a view that leads."""

import numpy as np
import pytest

from hwpred.findings import priors as page
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.data import Data

OPERATIONS = get_space("nasbench201").enumerate()[:400]
LATENCY = structured("nasbench201", OPERATIONS).blocks["live/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])


def test_weights_of_the_view_that_a_device_runs_are_told_apart(monkeypatch):
    monkeypatch.setattr(page, "SAMPLES", 40)
    target = (LATENCY - LATENCY.mean()) / LATENCY.std()
    data = Data("c", "nasbench201", "smaller", np.arange(400), OPERATIONS, target)
    table = page.summary(page.fitted_weights(data)).set_index(["kind", "form", "leads"])
    assert table["combinations"].eq(1).all()
    # One view leads, three do not.
    assert set(table.xs("linear", level="form").index.get_level_values("leads")) == {True, False}
    largest = table["median"].groupby("leads").max()
    assert largest[True] > 20 * largest[False]
    assert table.loc[("size", "linear", True), "median"] == pytest.approx(0.05, rel=1)
