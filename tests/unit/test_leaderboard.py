"""The leaderboard: who beats whom on which combinations, and the page that shows it."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hwpred.findings import leaderboard
from hwpred.findings.leaderboard_page import render
from hwpred.findings.tables import read_csv
from hwpred.writing import write_csv

ROOT = Path(__file__).parents[2]
CELLS, CHAINS = "nasbench201-cifar10-pixel3-latency", "fbnet-images-raspi4-latency"
TAUS = {"structured_gp": 0.9, "gp": 0.7, "xgb": 0.6, "lgb": 0.6, "rf": 0.1}


def scores(combination, size=11, taus=TAUS, **more):
    """Return a table of scores of one combination at one training size."""
    rows = [{"combination": combination, "predictor": predictor, "kendall_tau": tau} for predictor, tau in taus.items()]
    return pd.DataFrame(rows).assign(train_size=size, seeds=3, **more)


def compared(*tables):
    """Compare tables of scores, some of which have no statements about dead operations."""
    table = pd.concat(tables, ignore_index=True)
    return leaderboard.compare(table.assign(dead_operations=table.get("dead_operations")))


def test_a_predictor_beats_the_share_of_the_others_that_rank_worse():
    beats = compared(scores(CELLS)).set_index("predictor")["beats"]
    assert beats.to_dict() == {"structured_gp": 1, "gp": 0.75, "xgb": 0.375, "lgb": 0.375, "rf": 0}


def test_told_and_untold_meet_the_others_and_not_each_other():
    told = scores(CELLS, dead_operations=pd.NA)
    told.loc[told["predictor"] == "structured_gp", "dead_operations"] = "told"
    untold = scores(CELLS, taus={"structured_gp": 0.65}, dead_operations="untold")
    table = compared(told, untold)
    own = table[table["predictor"] == "structured_gp"].set_index("dead_operations")["beats"]
    assert own.to_dict() == {"told": 1, "untold": 0.75}
    assert table.set_index("predictor").loc["gp", "beats"] == 0.75


@pytest.mark.parametrize(("size", "stands_with"), [(10, 11), (19, 25), (76, 55), (151, 124), (2283, 3036), (8, 11)])
def test_sizes_of_other_spaces_stand_with_the_nearest_one(size, stands_with):
    assert leaderboard.nearest(size) == stands_with


def test_a_size_far_from_all_stands_with_none():
    assert np.isnan(leaderboard.nearest(15000))
    assert compared(scores(CELLS, size=11), scores(CHAINS, size=15000))["combination"].unique().tolist() == [CELLS]


def test_of_two_sizes_that_stand_together_the_nearer_one_counts():
    table = compared(scores(CHAINS, size=39), scores(CHAINS, size=76, taus={**TAUS, "gp": 0.95}))
    assert set(table["train_size"]) == {76}


def test_a_combination_with_few_predictors_does_not_count():
    few = {key: TAUS[key] for key in ("gp", "xgb", "lgb", "rf")}
    assert compared(scores(CELLS), scores(CHAINS, taus=few))["combination"].unique().tolist() == [CELLS]


def test_where_nothing_can_be_told_both_rows_count_the_same_fits():
    told = scores(CELLS, dead_operations=None)
    told.loc[0, "dead_operations"] = "told"
    board = leaderboard.rank(compared(told, scores(CHAINS)), "all", [CELLS, CHAINS])
    own = board[board["predictor"] == "structured_gp"].set_index("dead_operations")["combinations"]
    assert own.to_dict() == {"told": 2, "untold": 1}
    assert (board["predictor"] == "gp").sum() == 1


def test_intervals_hold_the_means_and_come_out_the_same_again():
    table = compared(scores(CELLS), scores(CHAINS, taus={**TAUS, "gp": 0.2, "xgb": 0.3}))
    board = leaderboard.rank(table, "all", [CELLS, CHAINS])
    assert (board["beats_low"] <= board["beats"]).all()
    assert (board["beats"] <= board["beats_high"]).all()
    assert board[board["predictor"] == "gp"]["beats_low"].item() < board[board["predictor"] == "gp"]["beats"].item()
    pd.testing.assert_frame_equal(board, leaderboard.rank(table, "all", [CELLS, CHAINS]))


def test_the_first_table_counts_where_a_fit_stands_in_two(tmp_path):
    write_csv(scores(CHAINS).assign(dead_operations="told"), tmp_path / "first.csv")
    write_csv(scores(CHAINS, taus={"gp": 0.0, "svmr": 0.3}), tmp_path / "second.csv")
    table = leaderboard.read_scores([tmp_path / "first.csv", tmp_path / "second.csv"]).set_index("predictor")
    assert table.loc["gp", "kendall_tau"] == 0.7
    assert table.loc["svmr", "kendall_tau"] == 0.3
    assert table["dead_operations"].isna().all()


def test_the_committed_page_is_what_its_tables_render_to():
    tables = [read_csv(ROOT / f"docs/results/{name}.csv") for name in ("leaderboard", "leaderboard_combinations")]
    page = (ROOT / "docs/leaderboard.html").read_text(encoding="utf-8")
    assert page == render(*tables)
    assert len(page.encode()) < 1_000_000
    assert not re.search(r"https?://", page)
    contents = json.loads(re.search(r'<script type="application/json" id="contents">(.*?)</script>', page)[1])
    assert {row[0] for row in contents["rows"]} == set(tables[0]["view"])
    assert len(contents["combinations"]) == tables[1]["combination"].nunique()
