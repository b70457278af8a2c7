"""Whatever somebody writes into a file is read, warned about or refused in one sentence, before any job runs."""

import json
import logging
from pathlib import Path

import pytest
from input_cases import CASES, OK, REFUSED, WARNED, prepare

from hwpred.documents import read_mapping
from hwpred.errors import InputError
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]


def read_study(study):
    """Read a study as a run does; return the warnings about its files."""
    return Studies(ROOT, read_mapping(study), [study]).main.check_own_files()


def outcome(case, folder):
    """Return ``OK``, ``WARNED`` or ``REFUSED``, and the sentences."""
    study = prepare(case, folder)
    try:
        warnings = read_study(study)
    except InputError as error:
        return REFUSED, [str(error)]
    return (WARNED if warnings else OK), warnings


@pytest.mark.parametrize("name", CASES)
def test_an_input_is_read_warned_about_or_refused(name, tmp_path, monkeypatch, caplog):
    case = CASES[name]
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    found, sentences = outcome(case, tmp_path)
    assert (found, sentences) == (case.expected, sentences)
    assert len(sentences) <= 1
    assert not any("\n" in sentence for sentence in sentences)
    assert all(word in sentence for sentence in sentences for word in case.words)
    assert not list(tmp_path.glob("PWNED*"))


def test_all_inputs_are_there():
    assert len(CASES) == 172


def test_a_name_that_no_file_system_takes_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    entry = {"space": "nasbench201", "task": "t", "device": "d", "metric": "latency", "source": "table"}
    entry |= {"file": f"{'n' * 400}.csv", "unit": "ms", "direction": "smaller"}
    Path("catalogue.yaml").write_text(json.dumps({"combinations": [entry]}))
    Path("mine.yaml").write_text(
        json.dumps({"run": "mine", "catalogues": ["catalogue.yaml"], "combinations": ["nasbench201-t-d-latency"]})
    )
    with pytest.raises(InputError, match=r"n\.csv cannot be read \(File name too long\); correct the key file"):
        Studies(ROOT, read_mapping("mine.yaml"), ["mine.yaml"]).main.check_own_files()
