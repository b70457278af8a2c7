"""The calculations of docs/pairing.md: the published code's pairing beside the true one."""

import numpy as np
import pandas as pd
import pytest

from hwpred.findings import pairing
from hwpred.selection import simulation
from hwpred.selection.outcome import MARGIN, Candidates


def test_a_moved_reference_point_adds_what_the_hypervolume_with_it_says():
    generator = np.random.default_rng(3)
    accuracy = np.sort(generator.uniform(10, 90, 60))[::-1]
    metric = generator.normal(size=60)
    draws = [np.sort(generator.choice(60, 12, replace=False)) for _ in range(7)]
    candidates = Candidates(accuracy[np.array(draws)], metric[np.array(draws)])
    selected = candidates.select(candidates.metric[:, None] + generator.normal(size=(7, 1, 12)))
    own = candidates.outcomes(selected)["hypervolume"].mean()
    candidates.reference = np.full(7, MARGIN * metric.max())
    moved = candidates.outcomes(selected)["hypervolume"].mean()
    assert moved > own
    assert own + pairing.moved_reference(accuracy, metric, draws) == pytest.approx(moved)


def test_a_drawn_trial_is_that_of_the_simulation():
    generator = np.random.default_rng(5)
    accuracy, metric = np.sort(generator.uniform(10, 90, 60))[::-1], generator.normal(size=60)
    names = ("selection", 7, "c")
    example = simulation.example(accuracy, metric, architectures=12, stds=[0.0], names=names)
    drawn = simulation.draw_architectures(60, 12, 0, names)
    assert sorted(accuracy[drawn]) == sorted(example.accuracy)
    assert sorted(metric[drawn]) == sorted(example.metric)


def simulated(losses):
    """Means of a simulation: losses by pairing, at all architectures and at 100, whatever the std."""
    rows = [
        {
            **{"pairing": kind, "architectures": count, "deviation_std": std, "kendall_tau": 1 - std / 2},
            **{"mra_all": loss, "mra_pareto": loss / 2, "hypervolume": 4 - std, "hypervolume_percent": 100 - 25 * std},
        }
        for kind, loss in losses.items()
        for count in (100, 5000, 15625)
        for std in (0.0, *pairing.SHOWN)
    ]
    return pd.DataFrame(rows)


def test_factors_are_the_published_pairing_over_the_true_one():
    means = pairing.mean_of_combinations(simulated({"reference": 3.0, "true": 2.0}))
    table = pairing.factors(means, simulated({"reference": 4.0, "true": 2.0}))
    assert table.groupby("source")["mra_all"].unique().map(list).to_dict() == {"ours": [1.5], "code": [2.0]}
    assert set(table.loc[table["source"] == "ours", "architectures"]) == {100, 15625}


def test_curves_are_in_percent_of_the_true_front_and_of_fewer_measured():
    means = pairing.mean_of_combinations(simulated({"reference": 3.0, "true": 2.0}))
    series = ["all selected architectures", "pareto-set of the selected architectures", "15625", "5000"]
    paper = pd.DataFrame(
        [(name, std, 2.0 - std) for name in series for std in (0.0, 0.2)], columns=["series", "deviation_std", "value"]
    )
    curves = pairing.curves_of(means, paper)
    assert curves["true"].loc[
        0.2, ["mra_all", "hypervolume_percent", "of_5000_measured_percent"]
    ].tolist() == pytest.approx([2, 95, 95])
    assert curves["paper"].loc[
        0.2, ["mra_all", "hypervolume_percent", "of_5000_measured_percent"]
    ].tolist() == pytest.approx([1.8, 90, 90])
