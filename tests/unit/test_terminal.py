"""What a run tells on the terminal: jobs done, an honest time left, and what was made."""

import logging
from types import SimpleNamespace

import pytest

from hwpred.study import terminal
from hwpred.study.terminal import FinishedJobs, Planned, TimeLeft, made, words_of


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def run(left, clock, number, seconds):
    left.started([number])
    clock.now += seconds
    left.finished(number)


def test_jobs_alike_take_as_long_as_those_before_them_and_longer_ones_longer(clock):
    left = TimeLeft({number: Planned("train_predictor", "gp", 10 * (number + 1)) for number in range(3)}, clock)
    assert left.seconds() is None
    run(left, clock, 0, 7)
    assert left.seconds() == pytest.approx(14 + 21)
    left.started([1])
    clock.now += 4
    assert left.seconds() == pytest.approx(10 + 21)


def test_nothing_is_told_while_most_work_is_of_unknown_kinds(clock):
    jobs = {0: Planned("build_targets", "", 10), 1: Planned("build_targets", "", 10)}
    left = TimeLeft({**jobs, 2: Planned("train_predictor", "gp", 30)}, clock)
    run(left, clock, 0, 1)
    assert left.seconds() is None
    left = TimeLeft({**jobs, 2: Planned("train_predictor", "gp", 10)}, clock)
    run(left, clock, 0, 1)
    assert left.seconds() == pytest.approx(2)  # the other is taken to be like the known one


def test_another_predictor_counts_as_its_rule_and_another_figure_as_all_figures(clock):
    jobs = {0: Planned("train_predictor", "gp", 10), 1: Planned("train_predictor", "mlp", 20)}
    jobs |= {2: Planned("plot_curves", "", 10), 3: Planned("plot_costs", "", 10)}
    left = TimeLeft(jobs, clock)
    run(left, clock, 0, 5)
    run(left, clock, 2, 3)
    assert left.seconds() == pytest.approx(10 + 3)


def test_jobs_side_by_side_take_less_but_not_less_than_the_longest(clock):
    left = TimeLeft({number: Planned("plot_curves", "", 10) for number in range(6)}, clock)
    left.started([0, 1])
    clock.now += 6
    left.finished(0)
    left.finished(1)
    assert left.seconds() == pytest.approx(4 * 6 / 2)
    left.started([2, 3, 4, 5])
    assert left.seconds() == pytest.approx(4 * 6 / 2)
    clock.now += 1000
    assert left.seconds() == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (20, ", less than a minute left"),
        (740, ", about 12 min left"),
        (5399, ", about 90 min left"),
        (9000, ", about 2.5 h left"),
    ],
)
def test_words(seconds, words):
    assert words_of(seconds) == words


def test_a_run_shows_one_line_a_finished_job():
    """The records are those of Snakemake's scheduler."""
    shown = []
    logger, handler = logging.Logger("snakemake"), logging.Handler()
    handler.name, handler.emit = "DefaultStreamHandler", lambda record: shown.append(handler.format(record))
    handler.setFormatter(logging.Formatter())
    logger.addHandler(handler)
    rule = SimpleNamespace(name="plot_curves")
    jobs = [SimpleNamespace(jobid=number, rule=rule, wildcards_dict={}, resources={"runtime": 10}) for number in (7, 8)]
    terminal.follow(logger, jobs)
    logger.info("Select jobs to execute...")
    logger.info("Execute 1 jobs...", extra={"event": "job_started", "jobs": [7]})
    logger.info("Job 7: Drawing", extra={"event": "job_info"})
    logger.info("Finished jobid: 7 (Rule: plot_curves)", extra={"event": "job_finished", "job_id": 7})
    logger.info(None, extra={"event": "progress", "done": 1, "total": 2})
    logger.info("Execute 1 jobs...", extra={"event": "job_started", "jobs": [8]})
    logger.info("Finished jobid: 8 (Rule: plot_curves)", extra={"event": "job_finished", "job_id": 8})
    logger.info(None, extra={"event": "progress", "done": 2, "total": 2})
    assert shown == ["Job 7: Drawing", "Job 7 is done: 1 of 2, less than a minute left", "Job 8 is done: 2 of 2"]


def test_a_failed_job_names_some_of_its_files():
    files = ", ".join(f"results/mine/fits/{number}.parquet" for number in range(300))
    text = f"Error in rule evaluate:\n    jobid: 3\n    input: {files}\n    log: results/mine/logs/evaluate.log"
    record = logging.makeLogRecord({"msg": text, "event": "job_error"})
    lines = FinishedJobs(logging.Formatter(), None).format(record).splitlines()
    assert max(map(len, lines)) < 120
    assert lines[2].startswith("    input: results/mine/fits/0.parquet, results")
    assert lines[2].endswith(" and 297 more")
    assert [*lines[:2], lines[3]] == [*text.splitlines()[:2], text.splitlines()[3]]


def test_the_end_says_what_was_made_and_where():
    files = [f"results/mine/figures/curves_{name}.{suffix}" for name in "abcd" for suffix in ("png", "pdf")]
    files += ["results/mine/answer.html", "results/mine/answer.txt", "results/mine/fits/a/b/0-9.parquet"]
    assert made(files).splitlines() == [
        "Made:",
        "  results/mine: 1 file that further jobs read",
        "  results/mine/figures: 4 png, 4 pdf",
        "  results/mine: answer.html, answer.txt",
    ]
    assert made([]) == "Made: nothing"
