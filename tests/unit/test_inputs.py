"""Whatever somebody writes into a file is read, warned about or refused in one sentence, before any job runs."""

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
