"""What a failed job leaves in its log and prints: a sentence for a wrong input, a traceback for a mistake of ours."""

import subprocess
import sys

PROGRAM = """
from hwpred.errors import InputError
from hwpred.joblog import start_job_log
from hwpred.sources.fetch import RetrievalError
start_job_log({log!r})
raise {error}
"""


def run(tmp_path, error):
    log = tmp_path / "job.log"
    program = PROGRAM.format(log=str(log), error=error)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.returncode, done.stderr, log.read_text()


def test_a_wrong_input_is_one_line(tmp_path):
    for kind in ("InputError", "RetrievalError"):
        code, printed, log = run(tmp_path, f"{kind}('own.csv, row 7: correct it, 100 %')")
        assert (code, printed) == (1, "own.csv, row 7: correct it, 100 %\n")
        assert log.count("\n") == 1
        assert log.endswith("CRITICAL hwpred: own.csv, row 7: correct it, 100 %\n")


def test_a_mistake_of_the_program_keeps_its_traceback_in_the_log(tmp_path):
    code, printed, log = run(tmp_path, "KeyError('value')")
    assert (code, printed) == (1, "KeyError: 'value'\n")
    assert "Traceback (most recent call last)" in log
    assert log.endswith("KeyError: 'value'\n")
