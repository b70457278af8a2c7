"""The code that a job is said to stand on is the code that its process loads, in both directions."""

import json
from pathlib import Path

from hwpred.documents import read_yaml
from hwpred.study import code
from hwpred.study.code import modules_of
from hwpred.study.selecting import STAGES
from hwpred.study.studies import Studies

NOT_ALWAYS_LOADED = {
    # Written into a job's closure by a line that this run does not reach.
    "hwpred.sources.restricted_pickle",
}
"""Modules that a job may stand on without having loaded them."""
NOT_LOADED_BY = {
    # hwpred.advice reads a person's files, spaces and networks and holds rows out only where it is asked to.
    "plan_measurements": {
        *(f"hwpred.sources.{name}" for name in ("cells", "formats", "measurements", "remarks", "requests", "table")),
        *(f"hwpred.spaces.{name}" for name in ("declaration", "declared", "expressions", "zoo")),
        "hwpred.sources.timm_csv",
        *(f"hwpred.networks.{name}" for name in ("onnx_files", "onnx_operators", "operator_views")),
        "hwpred.documents",
        "hwpred.metrics",
        "hwpred.networks",
        *("hwpred.predictors.classical", "hwpred.predictors.classical.lookup"),
    },
    # hwpred.ceilings asks a space only where several of its architectures are one network.
    "evaluate_combination": {"hwpred.spaces.transnas_macro"},
}
"""The same, of single rules."""


def script_of(rule):
    """The script of a rule, and the names by which it asks registries besides those of its wildcards."""
    if rule.startswith("plot_"):
        return "draw", {"family": rule.removeprefix("plot_")}
    if rule in STAGES:
        return "select_architectures", {"stage": STAGES[rule].module}
    return rule, {}


def test_jobs_load_what_they_stand_on_and_nothing_else(finished_project, monkeypatch):
    project = finished_project
    monkeypatch.chdir(project.study)
    config = project.study / "config" / "config.yaml"
    plan = Studies(project.folder, read_yaml(config), [config]).main
    jobs = [json.loads(file.read_text()) for file in sorted(project.records.glob("*.json"))]
    assert len(jobs) > 40
    not_counted, never_loaded = {}, {}
    for job in jobs:
        name, asked = script_of(job["rule"])
        script = Path(project.folder, "workflow", "scripts", f"{name}.py")
        stands_on = modules_of(script, **asked, **plan.members(job["wildcards"]))
        loaded = set(job["modules"]) - code.LEFT_OUT
        if loaded - stands_on:
            not_counted[job["rule"]] = loaded - stands_on
        if missing := stands_on - loaded - NOT_ALWAYS_LOADED - NOT_LOADED_BY.get(job["rule"], set()):
            never_loaded.setdefault(job["rule"], set()).update(missing)
    assert not not_counted, "an edit there would run nothing again"
    assert not never_loaded, "an edit there would run a job again that does not stand on it"
