"""A study in a declared search space: what it checks, what its jobs are told, and what they stand on."""

from pathlib import Path

import pytest
from declarations import CHAIN, measurements_of, space_of

from hwpred import spaces
from hwpred.errors import InputError
from hwpred.sources.building import build_targets
from hwpred.sources.listing import build_architectures
from hwpred.study.code import modules_of
from hwpred.study.studies import Studies
from hwpred.training.data import read_data
from hwpred.training.grid import Settings, fit_grid

ROOT = Path(__file__).parents[2]
STUDY = {
    "run": "mine",
    "spaces": ["space.yaml"],
    "catalogues": ["catalogue.yaml"],
    "combinations": ["chain-toy-gpu-latency"],
    "predictors": ["ridge_reg", "structured_gp"],
    "train_sizes": {"chain": [10, 20]},
    "test_sizes": {"chain": 20},
}
CATALOGUE = """
combinations:
  - {space: chain, task: toy, device: gpu, metric: latency, source: table, file: mine.csv, unit: ms, direction: smaller}
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A function: keys that differ -> the plan of a study on the declared space."""
    monkeypatch.setattr(spaces, "_DECLARED", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "space.yaml").write_text(CHAIN)
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE)
    measurements_of(space_of(CHAIN)).to_csv("mine.csv", index=False)
    return lambda **changes: Studies(ROOT, {**STUDY, **changes}).main


def test_a_study_takes_a_declared_space(study, tmp_path, monkeypatch):
    plan = study()
    assert plan.check_own_files() == []
    name = "chain-toy-gpu-latency"
    assert plan.declared_in("chain") == ["space.yaml"]
    assert plan.members({"combination": name, "predictor": "ridge_reg"})["space"] == "declared"
    assert plan.members({"space": "chain"})["source"] == ["own_space"]
    monkeypatch.setattr(spaces, "_DECLARED", {})
    with pytest.raises(InputError, match=r"catalogue.yaml: combinations\[0\].space is 'chain'; use one of nasbench201"):
        study(spaces=[])
    (tmp_path / "space.yaml").write_text(CHAIN.replace("space: chain", "space: Chain"))
    with pytest.raises(InputError, match=r"space.yaml: space is 'Chain'; it does not match"):
        study()


def test_jobs_know_the_space_from_their_tables(study, tmp_path, monkeypatch):
    plan, name = study(), "chain-toy-gpu-latency"
    declaration, request = plan.declaration("chain"), plan.request(name)
    monkeypatch.setattr(spaces, "_DECLARED", {})  # another process
    build_architectures("chain", [], "architectures.parquet", declaration)
    build_targets("architectures.parquet", ["mine.csv"], request, "targets.parquet")
    data = read_data("architectures.parquet", "targets.parquet", combination=name)
    assert data.space.columns == ["width", "op_1", "op_2", "op_3"]
    assert len(data.operations) == 41
    *tables, skipped = fit_grid("structured_gp", data, Settings(0, (0,), (10,), 20, 1, 1000, 1, 0))
    assert skipped is None
    assert tables[0]["kendall_tau"].item() > 0.5
    (tmp_path / "space.yaml").write_text(CHAIN.replace("repeat: 3", "repeat: 2"))
    with pytest.raises(InputError, match=r"space.yaml has changed since the run was started; start it again"):
        build_architectures("chain", [], "again.parquet", declaration)


def test_a_job_stands_on_what_was_declared_and_jobs_of_other_spaces_do_not(study, tmp_path, monkeypatch):
    before = study().declaration("chain")["digest"]
    monkeypatch.setattr(spaces, "_DECLARED", {})
    (tmp_path / "space.yaml").write_text(CHAIN + "# a comment\n")
    assert study().declaration("chain")["digest"] == before
    monkeypatch.setattr(spaces, "_DECLARED", {})
    (tmp_path / "space.yaml").write_text(CHAIN.replace("width * width", "width"))
    assert study().declaration("chain")["digest"] != before
    own = {"hwpred.spaces.declared", "hwpred.spaces.expressions", "hwpred.spaces.declared.structure"}
    for script in ("train_predictor", "build_targets", "build_architectures"):
        path = ROOT / "workflow" / "scripts" / f"{script}.py"
        members = {"predictor": ["structured_gp"], "source": ["own_space"]}
        assert own - {"hwpred.spaces.declared.structure"} <= modules_of(path, space="declared", **members)
        assert not own & modules_of(path, space="fbnet", predictor=["structured_gp"], source=["help"])
