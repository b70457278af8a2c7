"""The criteria of the verdicts on the paper's seven findings."""

import pandas as pd
import pytest

from hwpred.findings import verdicts
from hwpred.findings.pages import findings as page

LOSSES = {0.9: {"mra_all": 1.5, "mra_pareto": 0.5}, 0.8: {"mra_all": 2.0, "mra_pareto": 1.2}}


@pytest.mark.parametrize(
    ("parts", "expected"), [([True, True], "confirmed"), ([False, True], "mixed"), ([False, False], "refuted")]
)
def test_a_finding_of_parts_is_mixed_if_some_hold(parts, expected):
    assert verdicts.of_parts(parts) == expected


@pytest.mark.parametrize(("ridge", "expected"), [(-0.3, "mixed"), (0.0, "confirmed")])
def test_networks_must_be_best_at_more_than_half_of_the_sizes_of_each_space(ridge, expected):
    found = {"firsts": {"nasbench201": (10, 11)}, "ridge": {"nasbench201": pd.Series([ridge])}}
    found["clearly"] = {"nasbench201": 4}
    _, verdict, text = verdicts.networks(found)
    assert verdict == expected
    assert "best at 10 of 11 on NAS-Bench-201 (clearly at 4)" in text
    found["firsts"]["nasbench201"] = (5, 11)
    assert verdicts.networks(found)[1] == ("mixed" if expected == "confirmed" else "refuted")


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        ({"nasbench201": [5, 25]}, "confirmed"),
        ({"nasbench201": [25], "fbnet": [19, 151]}, "mixed"),
        ({"fbnet": []}, "refuted"),
    ],
)
def test_graph_encodings_must_help_below_50_samples_and_not_above(ahead, expected):
    assert verdicts.graphs({"graph_leads_at": ahead})[1] == expected


def test_sizes_at_which_no_graph_network_leads_are_not_told_as_if_one_did():
    text = verdicts.graphs({"graph_leads_at": {"mnasnet": [19, 151], "fbnet": []}})[2]
    assert text == "A graph network leads by more than 0.02 with 19 and 151 measurements on MnasNet; never on FBNet."


def test_a_graph_network_leads_at_the_sizes_at_which_it_is_ahead_of_all_others():
    tau = pd.DataFrame({"gcn": [0.5, 0.6, 0.7], "bonas": 0.1, "nao": 0.9, "rf": [0.3, 0.55, 0.7]}, index=[5, 11, 25])
    assert page.graph_leads_at(tau) == [5, 11]
    assert page.graph_leads_at(tau.assign(rf=[0.9, 0.3, 0.9])) == [11]
    assert page.graph_leads_at(tau.assign(rf=0.9)) == []


def test_a_network_is_clearly_best_beyond_two_standard_errors_of_the_difference():
    def rows(lead):
        table = pd.DataFrame(
            {"predictor": ["gcn", "rf"], "kendall_tau_mean": [0.5 + lead, 0.5], "kendall_tau_std": 0.3}
        )
        return table.assign(train_size=5, seeds=9)

    # Two errors of 0.1 make one of 0.141 of the difference.
    assert [page.networks_clearly_first(rows(lead)) for lead in (-0.3, 0.27, 0.29)] == [0, 0, 1]


def test_what_chance_makes_is_that_of_the_mean_over_combinations():
    rows = pd.DataFrame({"predictor": "rf", "train_size": [5, 5, 124, 124], "kendall_tau_std": [0.3, 0.3, 0.03, 0.03]})
    table = rows.assign(combination=["fbnet-a", "fbnet-b"] * 2, seeds=9)
    # Two means of 0.1 standard error each have 0.1 / sqrt(2), and a difference of two predictors 0.1.
    assert page.chance(table)["few"] == pytest.approx((0.196, 0.196))
    assert page.chance(table)["many"] == pytest.approx((0.0196, 0.0196))


@pytest.mark.parametrize(("device", "expected"), [(0.09, "confirmed"), (0.02, "refuted")])
def test_the_device_must_matter_more_than_three_times_as_much(device, expected):
    spreads = {"lin_reg": {"device": (device, 9), "metric": (0.01, 9), "task": (0.02, 9)}}
    assert verdicts.devices({"spreads": spreads})[1] == expected


@pytest.mark.parametrize(
    ("kurtosis", "expected"), [((1.5, 5.0), "confirmed"), ((0.1, 5.0), "mixed"), ((0.0, 0.1), "refuted")]
)
def test_deviations_are_not_normal_if_their_kurtosis_is_not(kurtosis, expected):
    assert verdicts.normal({"shapes": {"kurtosis": kurtosis}})[1] == expected


def test_losses_agree_within_a_fifth():
    assert verdicts.losses({"lost": {"true_pairing": LOSSES}})[1] == "confirmed"
    lower = {**LOSSES, 0.9: {"mra_all": 0.98, "mra_pareto": 0.46}}
    assert verdicts.losses({"lost": {"true_pairing": lower}})[1] == "mixed"


@pytest.mark.parametrize(
    ("share", "common", "expected"), [(0.98, 99, "refuted"), (1.01, 99, "mixed"), (1.01, 101, "confirmed")]
)
def test_more_candidates_must_win_with_either_reference_point(share, common, expected):
    values = {"at_73": share, "measured_5000": 1.0, "needed_tau": 0.8, "common": common}
    assert verdicts.more({"hypervolume": values})[1] == expected


def test_a_curve_is_interpolated_where_it_has_a_value():
    tau, hypervolume = pd.Series([0.5, 0.7, 0.9]), pd.Series([4.0, 5.0, 5.5])
    assert page.interpolate(0.6, tau, hypervolume) == pytest.approx(4.5)
    assert page.interpolate(0.9, tau, hypervolume) == pytest.approx(5.5)
    assert page.interpolate(5.25, hypervolume, tau) == pytest.approx(0.8)
