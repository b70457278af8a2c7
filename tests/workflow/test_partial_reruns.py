"""What runs again after a change, and that nothing else does."""

import os

COMBINATIONS, TRAINED, BLOCKS = 2, 3, 2  # of the smoke study; the lookup table has one block


def test_editing_a_predictor_trains_that_predictor_only(project):
    project.edit("workflow/hwpred/predictors/classical/xgb.py", '"verbosity": 0,', '"verbosity": 0, "max_bin": 255,')
    jobs = project.would_run()
    assert jobs["train_predictor"] == COMBINATIONS * BLOCKS
    assert jobs["evaluate_combination"] == COMBINATIONS
    assert not {"retrieve_source", "build_architectures", "build_targets"} & set(jobs)


def test_editing_what_all_training_stands_on_trains_everything(project):
    project.edit("workflow/hwpred/training/splits.py", "order[:test_size], order[test_size:]", "order[:9], order[9:]")
    assert project.would_run()["train_predictor"] == COMBINATIONS * (TRAINED * BLOCKS + 1)


def test_words_and_where_others_compute_run_nothing(project):
    project.edit(
        "workflow/hwpred/predictors/classical/xgb.py", '"""Return predictions of shape (n,)."""', '"""Predict."""'
    )
    project.edit("workflow/hwpred/training/grid.py", "about %.0f s left", "some %.0f s left")
    project.configure(device="auto")  # of predictors on torch, of which this study has none
    assert project.would_run() == {}


def test_editing_a_figure_style_draws_every_figure_but_never_trains(project):
    path = project.folder / "workflow" / "hwpred" / "figures" / "style.py"
    path.write_text(path.read_text() + "\nEDITED = True\n")
    jobs = project.would_run()
    drawing = {rule: count for rule, count in project.all_jobs().items() if rule.startswith("plot_")}
    assert len(drawing) > 10
    assert {rule: count for rule, count in jobs.items() if rule.startswith("plot_")} == drawing
    assert not {rule for rule in jobs if rule.startswith(("train_predictor", "evaluate_combination", "build_"))}


def test_another_table_counts_by_its_content_and_not_by_its_time(project):
    """As ``rsync -a``, ``scp -p`` and unzip leave it: another file, older than the results."""
    file = project.study / "tables" / "nasbench201.csv"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    old = file.read_text()
    first, _, *rest = old.splitlines()
    file.write_text("\n".join([first, *rest]) + "\n")
    os.utime(file, ns=(times[0], times[1] - 10**12))
    jobs = project.would_run()
    assert jobs["build_targets"] == jobs["build_accuracy"] == jobs["evaluate_combination"] == 1
    file.write_text(old)
    os.utime(file)
    assert "train_predictor" not in project.would_run(), "the same content at another time is the same table"


def test_editing_the_budget_weighs_it_anew_and_predicts_nothing(project):
    project.edit("workflow/hwpred/selection/budget.py", "MEASURE_TRIALS = 100", "MEASURE_TRIALS = 50")
    assert set(project.would_run()) == {"weigh_budget", "plot_budget", "figures_all"}


def test_adding_a_block_of_seeds_keeps_the_finished_ones(project):
    project.configure(seeds=5)
    # Block 2-2 grows into 2-3, block 4-4 is new, block 0-1 stays.
    assert project.would_run()["train_predictor"] == COMBINATIONS * TRAINED * 2
    project.configure(seeds=2)
    assert "train_predictor" not in project.would_run()


def test_selecting_by_more_seeds_trains_the_blocks_of_those_only(project):
    selection = {**project.configuration()["selection"], "seeds": 3}
    project.configure(selection=selection)
    # Block 2-2 of the combination whose accuracies are known; the other one selects nothing.
    assert project.would_run()["train_predictor"] == TRAINED


def test_adding_a_predictor_trains_that_predictor_only(project):
    project.configure(predictors=[*project.configuration()["predictors"], "bayes_lin_reg"])
    assert project.would_run()["train_predictor"] == COMBINATIONS * BLOCKS


def test_adding_a_combination_trains_that_combination_only(project):
    project.edit("tests/smoke/config/combinations.yaml", "accuracies:", COPIED + "\naccuracies:")
    project.edit(
        "tests/smoke/config/config.yaml",
        "nasbench201-synthetic-laptop-latency,",
        "nasbench201-synthetic-laptop-latency, nasbench201-synthetic-phone-latency,",
    )
    jobs = project.would_run()
    assert jobs["train_predictor"] == TRAINED * BLOCKS + 1
    assert jobs["build_targets"] == jobs["evaluate_combination"] == 1


COPIED = """  - space: nasbench201
    task: synthetic
    device: phone
    metric: latency
    source: table
    file: tables/nasbench201.csv
    unit: ms
    direction: smaller
"""
