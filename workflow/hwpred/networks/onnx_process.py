"""Counts of ONNX files that come from strangers, in a process of its own: its memory and its time are bounded.

onnx infers shapes in native code, which a file of a few hundred bytes can make allocate gigabytes, and which may break.
Here that ends the process, one sentence says of which file, and the next file gets a new process.
"""

import json
import os
import subprocess
import sys
from threading import Timer

from hwpred.errors import InputError
from hwpred.spaces.operator_counts import COLUMNS

MOST_SECONDS = 60
"""Of one file; a thousand operators take less than one."""
MOST_MEMORY = 400 * 2**20
"""Bytes of the process, besides the file that it looks into; 20,000 operators take 100 MB. Limited where the system
can (not on Windows)."""


class CountingProcess:
    """A process that counts one file after another; to be used in a ``with`` statement."""

    def __init__(self):
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def count(self, path, dimensions=None):
        """Return what is counted of a file.

        Parameters
        ----------
        path : Path
        dimensions : dict, optional
            As of ``hwpred.networks.onnx_files.read_graph``.

        Returns
        -------
        dict
            ``counts``, a list of int (``hwpred.spaces.operator_counts.COLUMNS``); ``digest``, an int; ``unknown``,
            names of operators that hwpred does not know; ``dimensions``, names of those that stand in an input.

        Raises
        ------
        InputError
            One sentence about the file.
        """
        if self._process is None:
            self._process = _started()
        answer, in_time = self._ask({"path": str(path), "dimensions": dimensions})
        if not answer.endswith("\n"):
            self._end()
            broken, slow = "onnx breaks on it, or needs too much memory", f"it takes more than {MOST_SECONDS} s"
            reason = broken if in_time else slow
            raise InputError(f"{path} cannot be analysed: {reason}; check the model with onnx.checker")
        found = json.loads(answer)
        if found.get("is_full"):
            self._end()
        if "error" in found:
            raise InputError(found["error"])
        return found

    def _ask(self, question):
        """Return the line that the process answers, and whether it did so, or ended, in time."""
        timer = Timer(MOST_SECONDS, self._process.kill)
        timer.start()
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            in_time = timer.is_alive()
            timer.cancel()
        return answer, in_time

    def _end(self):
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _started():
    # Without the folder that the process was started in (-P), where a stranger's file may be called onnx.py.
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "hwpred.networks.onnx_process"]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _serve(asked, answers):
    """Answer a line of JSON for each line of JSON."""
    from hwpred.networks.onnx_files import read_graph
    from hwpred.networks.onnx_operators import operators_of
    from hwpred.networks.operator_views import counts_of

    for line in asked:
        request = json.loads(line)
        try:
            graph = read_graph(request["path"], request["dimensions"])
            network = operators_of(graph)
            counts = counts_of(network)
            answer = {"counts": [counts[name] for name in COLUMNS], "digest": graph.digest, "unknown": network.unknown}
            answer["dimensions"] = list(graph.dimensions)
        except (InputError, OSError) as error:
            # Memory that ran out does not come back for the next file.
            answer = {"error": str(error), "is_full": isinstance(error.__cause__, MemoryError)}
        print(json.dumps(answer), file=answers, flush=True)


def _limit_memory():
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    # What a library prints is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    _serve(sys.stdin, answers)
