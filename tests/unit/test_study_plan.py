"""The plan of a run: names of files, blocks of seeds, what jobs are told, and what to reserve for them."""

from pathlib import Path

import pytest

from hwpred.study.plan import seeds_of
from hwpred.study.resources import CORE_SECONDS, pays_on_gpu, training_minutes
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
PIXEL3 = "nasbench201-cifar10-pixel3-latency"
FBNET = "fbnet-images-silver_4114-latency"


def plan(**changes):
    config = {"run": "mine", "combinations": [PIXEL3, FBNET], "predictors": ["ridge_reg", "lookup", "structured_gp"]}
    return Studies(ROOT, {**config, **changes}).main


@pytest.mark.parametrize(
    ("seeds", "block", "first", "names"),
    [
        (50, 25, None, ["0-24", "25-49"]),
        (50, 25, 3, ["0-24"]),
        (50, 25, 25, ["0-24"]),
        (50, 25, 26, ["0-24", "25-49"]),
        (50, 25, 99, ["0-24", "25-49"]),
        (5, 2, None, ["0-1", "2-3", "4-4"]),
        (5, 2, 0, []),
        (3, 25, None, ["0-2"]),
    ],
)
def test_blocks_of_seeds(seeds, block, first, names):
    study = plan(seeds=seeds, seed_block=block)
    assert study.blocks("ridge_reg", first) == names
    assert study.blocks("lookup", first) == ([] if first == 0 else ["0-0"])


def test_blocks_hold_each_seed_once():
    for seeds in range(1, 30):
        study = plan(seeds=seeds, seed_block=7)
        assert [seed for block in study.blocks("ridge_reg") for seed in seeds_of(block)] == list(range(seeds))


def test_files_are_those_of_the_run_and_of_planned_blocks():
    study = plan(seeds=5, seed_block=3, prediction_seeds=2, selection={"seeds": 4})
    folder = f"results/mine/fits/{PIXEL3}"
    blocks = [f"{folder}/{key}/{block}.parquet" for key in ("ridge_reg", "structured_gp") for block in ("0-2", "3-4")]
    assert sorted(study.fits(PIXEL3)) == sorted([*blocks, f"{folder}/lookup/0-0.parquet"])
    assert study.fits(PIXEL3, "lookup") == [f"{folder}/lookup/0-0.parquet"]
    assert [Path(file).stem for file in study.predictions(PIXEL3)] == ["0-2", "0-0", "0-2"]
    assert [Path(file).stem for file in study.space_predictions(PIXEL3)] == ["0-2", "3-4", "0-0", "0-2", "3-4"]
    assert study.evaluations("fbnet") == [f"results/mine/evaluation/{FBNET}.parquet"]
    assert len(study.evaluations()) == 2


def test_only_seeds_that_select_predict_the_whole_space_and_only_where_accuracies_are_known():
    study = plan(seeds=5, seed_block=3, selection={"seeds": 4})
    assert study.training(PIXEL3, "ridge_reg", "0-2").settings["space_seeds"] == [0, 1, 2]
    assert study.training(PIXEL3, "ridge_reg", "3-4").settings["space_seeds"] == [3]
    assert study.training(FBNET, "ridge_reg", "0-2").settings["space_seeds"] == []


def test_a_fit_is_told_what_concerns_it():
    study = plan(device="cuda", hyperparameters={"ridge_reg": {"alpha": 2.0}})
    assert study.training(PIXEL3, "ridge_reg", "0-1").settings["hyperparameters"] == {"alpha": 2.0}
    assert study.training(PIXEL3, "structured_gp", "0-1").settings["hyperparameters"] == {}
    assert (study.device("ridge_reg"), study.device("structured_gp")) == (None, "cuda")
    assert study.dead_operations(PIXEL3, "ridge_reg") is None
    assert study.dead_operations(PIXEL3, "structured_gp") == "partly_dropped"
    assert plan(design="active").dead_operations(PIXEL3, "ridge_reg") == "partly_dropped"


def test_what_a_device_is_compared_with_does_not_change_its_values():
    request = plan().request(PIXEL3)
    assert {"transfer_from", "dead_operations"}.isdisjoint(request)
    assert request["kind"] == "target"


def test_other_devices_are_measured_if_a_predictor_learns_from_them():
    assert list(plan().measured) == [PIXEL3, FBNET]
    study = plan(predictors=["ridge_reg", "transfer_gp"])
    assert len(study.measured) > 2
    assert study.others(PIXEL3, "ridge_reg") == []
    assert study.others(PIXEL3, "transfer_gp") == [
        f"results/mine/data/targets/{name}.parquet" for name in study.entry(PIXEL3)["transfer_from"]
    ]


def test_figures_follow_the_study():
    study = plan()
    assert {"space_curves_nasbench201", "space_curves_fbnet", f"scatter_{FBNET}"} <= set(study.figures)
    assert f"curves_{FBNET}" not in study.figures
    assert f"curves_{FBNET}" in study.all_figures
    assert "search_gain" not in study.all_figures
    searched = plan(hpo_configurations=5, default_seeds=1)
    assert "search_gain" in searched.all_figures
    assert "search.csv" in searched.tables
    assert f"selection_fronts_{PIXEL3}" in study.selection_figures
    assert not any(FBNET in figure for figure in study.selection_figures)
    assert {"limits", "verification"} <= set(study.figures)
    assert not {"verification", "limits"} & set(plan(selection={"seeds": 0}).selection_figures)
    assert plan(combinations=[FBNET]).selection_figures == []


def test_explanations_stop_at_614_samples():
    sizes = {"nasbench201": [11, 614, 1366], "fbnet": [700]}
    study = plan(train_sizes=sizes)
    assert study.explaining(PIXEL3)["train_sizes"] == [11, 614]
    assert study.explaining(FBNET)["train_sizes"] == [700]


def test_minutes_grow_with_the_work():
    assert training_minutes(samples=0, seconds_per_sample=1, columns=30, predicted_spaces=0) == 10
    assert training_minutes(samples=600, seconds_per_sample=1, columns=30, predicted_spaces=0) == 20
    assert training_minutes(samples=600, seconds_per_sample=1, columns=60, predicted_spaces=0) == 30
    assert training_minutes(samples=0, seconds_per_sample=1, columns=30, predicted_spaces=24) == 12
    small, large = plan(seeds=2), plan(seeds=20)
    least, most = small.training(PIXEL3, "structured_gp", "0-1"), large.training(PIXEL3, "structured_gp", "0-19")
    assert least.minutes < most.minutes


def test_only_long_jobs_of_predictors_that_were_measured_go_to_a_gpu():
    small, large = plan(seeds=1), plan(seeds=50, seed_block=50, hpo_configurations=20)
    assert small.training(PIXEL3, "minimlp", "0-0").device == "cpu"
    assert large.training(PIXEL3, "minimlp", "0-49").device == "auto"
    assert large.training(PIXEL3, "transfer_gp", "0-49").device == "cpu"
    assert large.training(PIXEL3, "rf", "0-49").device is None
    assert large.device("minimlp") == "cpu"
    asked = plan(seeds=1, device="cuda")
    assert asked.training(PIXEL3, "minimlp", "0-0").device == "cuda"


def test_what_is_asked_of_tables_is_of_their_combination_and_a_block_is_of_any_number_of_seeds():
    made = plan(seeds=3)
    asked = made.asked([*made.fits(PIXEL3), made.targets(PIXEL3)])
    assert asked == {PIXEL3: made.asked(made.predictions(PIXEL3))[PIXEL3]}
    assert asked[PIXEL3]["train_sizes"] == made.train_sizes(PIXEL3)
    assert "seeds" not in asked[PIXEL3]
    assert made.asked([made.evaluation(PIXEL3)])[PIXEL3]["seeds"] == 3
    assert made.asked([made.targets(PIXEL3), made.simulation(PIXEL3)]) == {}


@pytest.mark.parametrize("there", [False, True])
def test_a_job_reserves_the_gpu_that_it_takes(there, monkeypatch):
    monkeypatch.setattr("hwpred.study.plan.has_gpu", lambda: there)
    assert [plan().gpus(device) for device in (None, "cpu", "auto", "cuda")] == [None, None, 1 if there else None, 1]


def test_more_work_pays_on_a_gpu_and_less_does_not():
    for predictor in CORE_SECONDS:
        assert not pays_on_gpu(predictor, [10], 1, 1)
        assert pays_on_gpu(predictor, [10, 100, 1000, 10_000], 100, 20)
    assert not pays_on_gpu("nao", [], 100, 20)


def test_measuring_needs_its_key():
    with pytest.raises(ValueError, match=r"this study has no key 'measure'; start with --configfile"):
        plan().all_measured()


def test_what_is_measured():
    study = Studies(ROOT)["measure"]
    timed = "nasbench201-cifar10-epyc_onnx-latency"
    assert study.timings(timed)[0] == f"results/measure/timings/{timed}/first-0.parquet"
    assert len(study.timings(timed)) == 32 + 4  # of 500 architectures: all 15,625, and a tenth a second time
    assert study.timing_plan(timed, chunk_size=7)["chunk_size"] == 7
    assert "results/measure/measured/nasbench201-digits-accuracy.parquet" in study.all_measured()
    assert "results/measure/measured/nasbench201-digits-accuracy.csv" in study.all_measured()
    assert {"device": "graph", "metric": "memory"}.items() <= study.measured_catalogue()[-1].items()
