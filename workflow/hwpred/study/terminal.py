"""What the terminal shows of a run: a line for each finished job with the time left, and in the end what was made.

Snakemake is followed by its log records, which tell what happened (``event``), and is not imported.
"""

import logging
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

LEAST_KNOWN = 0.5
"""Share of the planned minutes that must be of kinds of jobs that have run; with less, no time left is told."""
FOR_PEOPLE = (".csv", ".html", ".hwpred", ".md", ".pdf", ".png", ".svg", ".tex", ".txt")
"""Suffixes of files that are named in the end; of the others, which further jobs read, only the number is."""
WIDEST = 100
"""Characters of a line that names files; with more, some are left out."""
_TOLD_OTHERWISE = ("job_started", "job_finished")
_STANDARD = ("DefaultStreamHandler", "DefaultLogFileHandler")


_FILES = re.compile(rf"^ *(?:input|output): .{{{WIDEST},}}$", re.MULTILINE)
"""The line of a failed job that names all of its files."""


@dataclass(frozen=True)
class Planned:
    """A job that a run has planned.

    Parameters
    ----------
    rule : str
        Its name.
    predictor : str
        Key of the predictor; empty without one.
    minutes : float
        That the job reserves.
    """

    rule: str
    predictor: str
    minutes: float

    @property
    def kinds(self):
        """What it is alike to, the narrowest first. Names of rules begin with a verb: all that draw are alike."""
        return (self.rule, self.predictor), self.rule, self.rule.split("_")[0]


class TimeLeft:
    """How long the jobs take that are not finished: planned minutes, corrected by how long jobs alike took.

    Reserved minutes are generous, so that they say only how jobs of one kind compare with each other.

    Parameters
    ----------
    jobs : dict
        Number of the job -> Planned.
    clock : callable
        Seconds.
    """

    def __init__(self, jobs, clock=time.monotonic):
        self._waiting, self._clock = dict(jobs), clock
        self._running, self._begin = {}, None
        self._seconds, self._minutes = defaultdict(float), defaultdict(float)
        self._busy = 0.0

    def started(self, numbers):
        """Note that jobs start now."""
        now = self._clock()
        self._begin = now if self._begin is None else self._begin
        self._running |= {number: (self._waiting.pop(number), now) for number in numbers if number in self._waiting}

    def finished(self, number):
        """Note that a job has ended."""
        if number not in self._running:
            return
        job, start = self._running.pop(number)
        seconds = self._clock() - start
        self._busy += seconds
        for kind in job.kinds:
            self._seconds[kind] += seconds
            self._minutes[kind] += job.minutes

    def seconds(self):
        """Return the seconds until the end; None as long as most of the work is of kinds that have not run yet."""
        now = self._clock()
        left = [(job, 0.0) for job in self._waiting.values()]
        left += [(job, now - start) for job, start in self._running.values()]
        known = [(job, age, expected) for job, age in left if (expected := self._expected(job)) is not None]
        minutes, known_minutes = sum(job.minutes for job, _ in left), sum(job.minutes for job, *_ in known)
        if not known or known_minutes < LEAST_KNOWN * minutes:
            return None
        needed = [max(expected - age, 0.0) for _, age, expected in known]
        # Those of unknown kinds are taken to be like the others.
        work = sum(needed) * minutes / known_minutes
        busy = self._busy + sum(now - start for _, start in self._running.values())
        return max(work / max(busy / max(now - self._begin, 1e-9), 1.0), *needed)

    def _expected(self, job):
        kind = next((kind for kind in job.kinds if self._minutes[kind]), None)
        return None if kind is None else job.minutes * self._seconds[kind] / self._minutes[kind]


def words_of(seconds):
    """Write a time left, which is an estimate: ``", about 12 min left"``; nothing where it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return ", less than a minute left"
    return f", about {seconds / 60:.0f} min left" if seconds < 5400 else f", about {seconds / 3600:.1f} h left"


class FinishedJobs(logging.Formatter):
    """Writes a line for each finished job, and everything else as another formatter does.

    Parameters
    ----------
    formatter : logging.Formatter
    follower : Follower
    """

    def __init__(self, formatter, follower):
        self._formatter, self._follower = formatter, follower

    def format(self, record):
        """Return the text of a record."""
        event = getattr(record, "event", None)
        if event != "progress":
            text = self._formatter.format(record)
            return _FILES.sub(_shortened, text) if event == "job_error" else text
        left = self._follower.time_left.seconds() if record.done < record.total else None
        return f"Job {self._follower.last} is done: {record.done:,} of {record.total:,}{words_of(left)}"


def _shortened(line):
    files, shown = line[0].split(", "), []
    while files and sum(map(len, shown)) + len(files[0]) < WIDEST:
        shown.append(files.pop(0))
    return f"{', '.join(shown)} and {len(files):,} more" if shown else line[0]


class Follower(logging.Filter):
    """Notes when jobs start and end; lets every record pass, since other loggers read them, too.

    Parameters
    ----------
    time_left : TimeLeft
        What is told of each start and end.
    """

    def __init__(self, time_left):
        super().__init__()
        self.time_left, self.last = time_left, None

    def filter(self, record):
        """Note what a record tells."""
        event = getattr(record, "event", None)
        if event == "job_started":
            self.time_left.started(record.jobs)
        if event == "job_finished":
            self.last = record.job_id
            self.time_left.finished(record.job_id)
        return True


def follow(logger, jobs):
    """Let Snakemake's logger tell the time left, on the terminal and in its file.

    Parameters
    ----------
    logger : logging.Logger
    jobs : iterable of snakemake.jobs.Job
        All that will run.
    """
    follower = Follower(TimeLeft({job.jobid: _planned(job) for job in jobs}))
    logger.addFilter(follower)
    for handler in logger.handlers:
        if handler.name in _STANDARD:
            handler.setFormatter(FinishedJobs(handler.formatter, follower))
            handler.addFilter(_is_news)


def _planned(job):
    return Planned(job.rule.name, job.wildcards_dict.get("predictor", ""), float(job.resources.get("runtime", 0)))


def _is_news(record):
    return getattr(record, "event", None) not in _TOLD_OTHERWISE and record.msg != "Select jobs to execute..."


def made(files):
    """Say what was made, and where: a line a folder, with names where there are few.

    Parameters
    ----------
    files : iterable of str
        Outputs of all jobs that have run.
    """
    files = [Path(file) for file in dict.fromkeys(map(str, files))]
    folders = defaultdict(list)
    for file in files:
        if file.suffix in FOR_PEOPLE:
            # results/<run>/figures, whatever lies below it.
            folders[Path(*file.parent.parts[:3])].append(file)
    lines = [f"  {folder}: {_names(folder, inside)}" for folder, inside in sorted(folders.items(), reverse=True)]
    others = sum(file.suffix not in FOR_PEOPLE for file in files)
    if others:
        lines.insert(0, f"  {_others(files)}: {others:,} {'file' if others == 1 else 'files'} that further jobs read")
    return "\n".join(["Made:", *lines]) if lines else "Made: nothing"


def _names(folder, files):
    if len(files) <= 3:
        return ", ".join(str(file.relative_to(folder)) for file in files)
    kinds = Counter(file.suffix[1:] for file in files)
    return ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())


def _others(files):
    runs = sorted({"/".join(file.parts[:2]) for file in files if file.suffix not in FOR_PEOPLE})
    return ", ".join(runs[:3]) + (" and others" if len(runs) > 3 else "")
