"""Timing a network with a command of the user's, on a phone, a board, or anything else that a command reaches."""

import math
import os
import re
import shlex
import signal
import subprocess

from hwpred.measurement.timing import summarise

PLACE = "{onnx}"
SHOWN_CHARACTERS = 200
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class MeasurementError(RuntimeError):
    """One architecture could not be measured; the next one may be."""


def time_command(command, file, timeout):
    """Let a command time an ONNX file.

    Parameters
    ----------
    command : str
        A shell command with ``{onnx}``; prints one time in ms a line.
    file : str or Path
    timeout : float
        Seconds after which the command and what it started are ended.

    Returns
    -------
    Timing

    Raises
    ------
    MeasurementError
        If the command fails, takes too long, or prints anything but positive numbers; or if ``{onnx}`` stands in quotes
        and the path has characters that a shell takes for its own.
    """
    path = shlex.quote(str(file))
    if path != str(file) and _is_quoted(command):
        raise MeasurementError(
            f"device_command has {PLACE} in quotes, and the file to time lies at {str(file)!r}, where a shell would "
            "run or take apart what stands in the path; leave the quotes out, or set TMPDIR to a path of plain letters"
        )
    return summarise(_numbers(_run(command.replace(PLACE, path), timeout)))


def _is_quoted(command):
    """Whether the file's place may be in quotes, which quotes of ours would end."""
    parts = command.split(PLACE)
    before = ["".join(parts[:number]) for number in range(1, len(parts))]
    return any(text.count(mark) % 2 for text in before for mark in "'\"`") or any("$(" in text for text in before)


def _run(command, timeout):
    # In a session of its own, so that a hanging command ends with everything that it started.
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, shell=True, text=True, errors="replace", start_new_session=True, **pipes) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise MeasurementError(f"device_command did not end within {timeout:g} s; raise command_timeout") from error
        finally:
            # Not poll(): even if the shell has ended, what it left behind may hold the pipes.
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise MeasurementError(f"device_command ended with code {process.returncode}: {_shown(errors or output)}")
    return output


def _numbers(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if not lines:
        raise MeasurementError("device_command printed nothing; it must print one time in ms a line")
    numbers = []
    for line in lines:
        number = float(line) if _DECIMAL.fullmatch(line) else math.nan
        if not (math.isfinite(number) and number > 0):
            raise MeasurementError(f"device_command printed {_shown(line)!r}, no positive number of ms")
        numbers.append(number)
    return numbers


def _shown(text):
    """Return the end, where the reason of a failure stands, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"...{text[-SHOWN_CHARACTERS:]}"
