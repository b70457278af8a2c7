"""The table of answers at the head of docs/findings.md."""

import pandas as pd

from hwpred.findings import answers


def board(**beats):
    """Return a leaderboard with some fifty measurements: ``structured_gp__told=0.9``."""
    rows = [(*key.partition("__")[::2], share) for key, share in beats.items()]
    table = pd.DataFrame(rows, columns=["predictor", "dead_operations", "beats"])
    table["dead_operations"] = table["dead_operations"].replace("", None)
    return table.assign(view="all", measurements=answers.MEASUREMENTS, combinations=3, kendall_tau=0.5)


def test_the_leader_was_told_nothing_and_knows_no_other_device():
    table = board(structured_gp__told=0.9, transfer_gp__untold=0.95, structured_gp__untold=0.8, gcn=0.7, macs=0.85)
    _, answer, numbers, _ = answers.predictor(table)
    assert answer == "Structured GP"
    assert "beats 80 %" in numbers
    assert "The next one, GCN, beats 70 %" in numbers


def test_another_leader_is_named():
    assert answers.predictor(board(structured_gp__untold=0.6, gcn=0.7))[1] == "GCN"


def test_what_is_saved_is_the_largest_size_whose_tau_few_measurements_beat():
    sizes = [answers.FEW, answers.MEASUREMENTS, 124]
    table = pd.DataFrame({"train_size": sizes, "best_of_eighteen": [0.5, 0.7, 0.85], "kendall_tau_mean": 0.8})
    table = table.assign(combination="nasbench201-cifar10-pixel3-latency")
    both = pd.concat([table.assign(dead_operations=told) for told in ("told", "untold")])
    both.loc[both["dead_operations"] == "untold", "kendall_tau_mean"] = 0.75
    saves, tells = answers.structure(pd.concat([both, both.assign(combination="nasbench201-cifar-fpga-latency")]))
    assert saves[1].endswith(f"better than the best other predictor with {answers.MEASUREMENTS}")
    assert tells[1].startswith("It raises tau by 0.050")


def test_what_is_kept_is_what_is_not_broken():
    row = {"combination": "nasbench201-cifar10-pixel3-latency", "predictor": "structured_gp", "margin": 0.0}
    row |= {"train_size": answers.MEASUREMENTS, "quality_lost": 0.25, "measured": 1.5}
    blind = {**row, "verification": "none", "verified": 0, "broken_percent": 20.0, "not_found_percent": 0.0}
    verified = {**row, "verification": "in_turn", "verified": answers.VERIFIED, "not_found_percent": 1.0}
    kept, lost = answers.choices(pd.DataFrame([blind, verified]))
    assert kept[1].startswith("80 % do")
    assert "99.0 % do. That costs 1.5 measurements" in kept[2]
    assert lost[1] == "0.25 points of accuracy"
