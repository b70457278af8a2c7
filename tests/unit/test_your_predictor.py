"""docs/your_predictor.md, followed step by step: module, registries, study, leaderboard."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import yaml
from load_script import run_script

from hwpred.errors import InputError
from hwpred.findings import leaderboard
from hwpred.findings.leaderboard_page import render
from hwpred.findings.registry import FINDINGS
from hwpred.findings.tables import read_csv
from hwpred.metrics import kendall_tau
from hwpred.predictors.constraints import check_hyperparameters
from hwpred.predictors.descriptions import DESCRIPTIONS, Description
from hwpred.predictors.registry import REGISTRY, Entry, get_predictor
from hwpred.tables import write_table
from hwpred.writing import write_csv

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/your_predictor.md").read_text(encoding="utf-8")
MODULE, ENTRY, DESCRIPTION, STUDY = re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)
KEY = "smoother"


@pytest.fixture
def smoother(monkeypatch):
    """The predictor of the page, registered as the page says."""
    module = ModuleType(f"hwpred.predictors.classical.{KEY}")
    exec(compile(MODULE, "docs/your_predictor.md", "exec"), vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for registry, line in ((REGISTRY, ENTRY), (DESCRIPTIONS, DESCRIPTION)):
        for key, value in eval(f"{{{line}}}", {"Entry": Entry, "Description": Description}).items():
            monkeypatch.setitem(registry, key, value)
    return get_predictor(KEY)


def test_the_predictor_of_the_page_ranks(smoother):
    rng = np.random.default_rng(0)
    operations = rng.integers(5, size=(400, 6))
    x = np.eye(5)[operations].reshape(400, -1)
    y = (operations == 3) @ np.arange(1, 7) + 0.1 * rng.normal(size=400)
    check_hyperparameters(KEY, {"sharpness": smoother().sharpness})
    predicted = smoother().fit(x[:300], y[:300], rng).predict(x[300:])
    assert kendall_tau(y[300:], predicted) > 0.6


def evaluation(folder, combination, tau):
    """Write an evaluation table as a run of the page's study does."""
    table = pd.DataFrame({"predictor": [KEY], "train_size": [11], "measure": ["kendall_tau"], "seeds": [10]})
    table = table.assign(mean=tau, std=0.1, q05=tau, q50=tau, q95=tau)
    space, task, device, metric = combination.split("-")
    told = {"combination": combination, "space": space, "task": task, "device": device, "metric": metric}
    path = folder / f"{combination}.parquet"
    write_table(table, path, "evaluation", {**told, "skipped_predictors": {}})
    return path


def committed():
    return {name: [ROOT / file for file in files] for name, files in FINDINGS["leaderboard"].inputs({}).items()}


def test_the_study_of_the_page_names_what_the_leaderboard_holds():
    study = yaml.safe_load(STUDY)
    board = read_csv(ROOT / "docs/results/leaderboard_combinations.csv")
    for combination in study["combinations"]:
        rows = board[board["combination"] == combination]
        sizes = study["train_sizes"][combination.split("-")[0]]
        assert set(sizes) <= set(rows["train_size"]), combination
        assert rows.groupby("train_size")["predictor"].nunique().loc[sizes].min() >= leaderboard.LEAST_PREDICTORS
    assert study["predictors"] == [KEY]


def test_a_new_predictor_stands_on_the_leaderboard_and_others_stay(smoother, tmp_path):
    name = yaml.safe_load(STUDY)["combinations"][0]
    made = leaderboard.tabulate_with_run([evaluation(tmp_path, name, 0.99)], {name: "partly_dropped"}, **committed())
    board, before = made["leaderboard.csv"], read_csv(ROOT / "docs/results/leaderboard.csv")
    own = board[(board["predictor"] == KEY) & (board["view"] == "all")]
    assert own[["measurements", "combinations", "kendall_tau", "beats"]].to_numpy().tolist() == [[11, 1, 0.99, 1.0]]
    assert "Kernel smoother" in made["leaderboard.html"]
    # The page shows what the files hold, digit by digit.
    for name in ("leaderboard", "leaderboard_combinations"):
        write_csv(made[f"{name}.csv"], tmp_path / f"{name}.csv")
    assert made["leaderboard.html"] == render(*map(read_csv, sorted(tmp_path.glob("leaderboard*.csv"))))
    # Nobody else's tau changes but by the digits that the tables keep, only the share of the others that they beat.
    both = before.merge(board, on=["view", "measurements", "predictor", "dead_operations"])
    assert len(both) == len(before)
    np.testing.assert_allclose(both["kendall_tau_x"], both["kendall_tau_y"], rtol=0, atol=2e-6)


def test_a_run_on_other_combinations_only_is_told_what_to_do(smoother, tmp_path):
    name = "nasbench201-cifar10-my_phone-latency"
    with pytest.raises(InputError, match=r"my_phone-latency.parquet.*leaderboard_combinations.csv"):
        leaderboard.tabulate_with_run([evaluation(tmp_path, name, 0.9)], {name: None}, **committed())


def test_the_job_writes_the_page_and_its_table(smoother, tmp_path, monkeypatch):
    name = yaml.safe_load(STUDY)["combinations"][0]
    files = {"board": tmp_path / "leaderboard.csv", "page": tmp_path / "leaderboard.html"}
    run_script(
        "rank_on_leaderboard",
        monkeypatch,
        input={"evaluations": [evaluation(tmp_path, name, 0.99)]},
        output=files,
        params={"statements": {name: None}, "committed": committed()},
    )
    assert KEY in set(read_csv(files["board"])["predictor"])
    assert "Kernel smoother" in files["page"].read_text(encoding="utf-8")
