"""Looking through results: what is torn, foreign, out of date or left over is named, and nothing else."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from hwpred import tables
from hwpred.cli import main
from hwpred.study.checkup import KINDS, check_results, made_by, summary
from hwpred.study.code import code_of
from hwpred.study.studies import CHECKOUT, of_files
from hwpred.tables import write_table

COMBINATION, OTHER = "nasbench201-cifar10-epyc_onnx-latency", "nasbench201-cifar10-graph-memory"
SCRIPTS = CHECKOUT / "workflow" / "scripts"


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder of results with the fits of two combinations, made by the code that is there, and one log."""
    monkeypatch.chdir(tmp_path)
    studies = of_files([])
    monkeypatch.setattr(tables, "_MADE_BY", {})
    frame = pd.DataFrame({"architecture": [0], "value": [1.0], "target": [0.0], "time": [0.0]})
    for combination in (COMBINATION, OTHER):
        code = code_of(SCRIPTS / "build_targets.py", **studies.main.members({"combination": combination}))
        tables.say_what_made_them({"code": code}.items())
        file = Path(studies.main.targets(combination))
        write_table(frame, file, "targets", {"combination": combination, "space": "nasbench201"})
    log = tmp_path / "results/default/logs/build_targets/x.log"
    log.parent.mkdir(parents=True)
    log.write_text("")
    return tmp_path / "results" / "default"


def faults():
    """Return the kinds and sentences of what is wrong."""
    return [(fault.kind, fault.words) for fault in check_results(of_files([]), "default")[1]]


def targets(results, combination=COMBINATION):
    return results / "data" / "targets" / f"{combination}.parquet"


def test_every_kind_of_table_has_a_place_and_a_script():
    assert set(KINDS.values()) == set(tables.SCHEMAS)
    for kind in tables.SCHEMAS:
        script, _ = made_by(kind)
        assert (SCRIPTS / f"{script}.py").is_file()


def test_good_results_are_called_good(results):
    number, found = check_results(of_files([]), "default")
    assert (number, found) == (3, [])
    assert summary("results/default", number, found) == "results/default: 3 files, nothing is wrong"


def test_one_flipped_bit_is_torn(results):
    content = bytearray(targets(results).read_bytes())
    content[10] ^= 4
    targets(results).write_bytes(content)
    [(kind, words)] = faults()
    assert kind == "torn"
    assert f"{COMBINATION}.parquet cannot be read as the targets table" in words


def test_the_table_of_another_combination_is_foreign(results):
    shutil.copy(targets(results, OTHER), targets(results))
    [(kind, words)] = faults()
    assert kind == "foreign"
    assert f"its combination is {OTHER!r}, not {COMBINATION!r}; delete it and run again" in words


@pytest.mark.parametrize(
    ("place", "kind", "told", "words"),
    [
        ("timings/a/first-0", "timings", {"combination": "a", "chunk": "first-1"}, "its chunk is 'first-1'"),
        ("timings/a/first-0", "timings", {"combination": "b", "chunk": "first-0"}, "its combination is 'b'"),
        ("measured/a", "measured", {"name": "b"}, "its name is 'b'"),
        ("trainings/nasbench201-digits/0", "trainings", {"name": "1"}, "its name is '1'"),
    ],
)
def test_measurements_of_others_are_foreign(results, place, kind, told, words):
    path = results / f"{place}.parquet"
    types = tables.SCHEMAS[kind]
    row = {field.name: ["" if "string" in str(field.type) else 1] for field in types}
    write_table(pd.DataFrame(row), path, kind, told)
    [(fault, sentence)] = faults()
    assert (fault, words in sentence) == ("foreign", True)


def test_a_table_of_another_kind_is_torn(results):
    write_table(pd.DataFrame({"architecture": [0], "accuracy": [1.0]}), targets(results), "accuracy")
    [(kind, words)] = faults()
    assert (kind, "its kind is 'accuracy', not 'targets'" in words) == ("torn", True)


def test_a_table_that_other_code_made_is_out_of_date(results, monkeypatch):
    frame = tables.read_table(targets(results), "targets")
    tables.say_what_made_them({"code": "0123456789ab"}.items())
    write_table(frame, targets(results), "targets", {"combination": COMBINATION})
    [(kind, words)] = faults()
    assert kind == "out of date"
    assert words.endswith(f"{COMBINATION}.parquet was made by other code than there is now; run again")


@pytest.mark.parametrize("name", ["data/notes.txt", "data/targets/nasbench201-cifar10-pixel9-latency.parquet"])
def test_what_is_no_part_of_the_study_is_left_over(results, name):
    if name.endswith(".parquet"):
        frame = tables.read_table(targets(results), "targets")
        write_table(frame, results / name, "targets", {"combination": Path(name).stem})
    else:
        (results / name).write_text("mine")
    [(kind, words)] = faults()
    assert kind == "left over"
    assert name in words


def test_an_empty_page_is_torn_and_an_empty_log_is_not(results):
    (results / "answer.html").touch()
    [(kind, words)] = faults()
    assert (kind, words) == ("torn", "results/default/answer.html is empty; delete it and run again")


def test_the_journal_of_a_chunk_that_is_timed_belongs_to_the_run(results):
    journal = results / "timings" / "nasbench201-cifar10-laptop-latency" / "first-0.unfinished.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text("{}\n")
    assert faults() == []


def test_a_report_may_lie_beside_the_stages(results):
    (results / "report.html").write_text("<html></html>")
    assert faults() == []


def test_unfinished_files_are_removed(results):
    left = results / "data" / "targets" / ".x.4194305.unfinished.parquet"  # no process has a number so large
    left.write_text("a part")
    assert faults() == [("unfinished", f"{left.relative_to(Path.cwd())} was left unfinished, and is removed")]
    assert faults() == []


def test_the_command_says_it_line_by_line_and_fails_if_something_is_wrong(results, capsys, caplog):
    assert main(["check", "results/default"]) == 0
    assert "results/default: 3 files, nothing is wrong" in caplog.text
    targets(results).write_text("no table")
    assert main(["check"]) == 1
    found = capsys.readouterr()
    assert found.out.startswith("torn: results/default/data/targets/")
    assert "hwpred check: results/default: 3 files, 1 torn" in found.err
    assert main(["check", "results/nothing"]) == 1
    assert "there is no study 'nothing'" in capsys.readouterr().err
    shutil.rmtree("results")
    assert main(["check"]) == 1
    assert "there is no folder results/default here" in capsys.readouterr().err
