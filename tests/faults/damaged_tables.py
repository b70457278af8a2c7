"""Tables between the stages that are torn or other ones, given to the jobs that read them, and to ``hwpred check``."""

import hashlib
import json
import random
from itertools import cycle
from pathlib import Path

import damage
import study
from journal import Trial

from hwpred.study.checkup import KINDS, check_results, wildcards_of
from hwpred.study.studies import of_files
from hwpred.tables import read_metadata, read_table

FLIPS = 1000
_MEASURE = ("measure_chunk",)
"""Rules whose results are another time's at each run."""
_TIMES = ("fit_seconds", "search_seconds", "predict_seconds", "seconds")


def corrupted(folder):
    """Yield a trial for each kind of table, each rule that reads it, and each thing that may happen to it."""
    stage = Stage(folder)
    for (kind, reader), (job, path) in stage.readers().items():
        for fault, change in stage.changes(path).items():
            yield Trial(kind, f"{fault}, read by {reader}", stage.trial(job, path, change))


def checked(folder):
    """Yield a trial of ``hwpred check`` for each kind of table, and each thing that may happen to it."""
    stage = Stage(folder)
    paths = {kind: path for (kind, _), (_, path) in stage.readers().items()}
    for kind, path in paths.items():
        for fault, change in stage.changes(path).items():
            yield Trial(kind, fault, stage.check(path, change))


def flipped(folder):
    """Yield ``FLIPS`` trials in which one bit of a table is another one, which is then read as every job reads it."""
    stage, chance = Stage(folder), random.Random(0)
    paths = {kind: path for (kind, _), (_, path) in reversed(stage.readers().items())}
    for number, (kind, path) in zip(range(FLIPS), cycle(sorted(paths.items())), strict=False):
        bit = chance.randrange(8 * (stage.root / path).stat().st_size)
        yield Trial(kind, f"{number}: bit {bit}", stage.reading(path, lambda file, bit=bit: damage.flip(file, bit)))


class Stage:
    """The finished study, on which trials take place; each leaves everything as it was."""

    def __init__(self, folder):
        self.project = study.finished(folder)
        self.jobs = study.jobs_of(folder)
        self.root = self.project.study
        self._right = {}

    def readers(self):
        """Return {(kind of table, rule): (job, path)}: the first job of each rule that reads a table of the kind."""
        found = {}
        for job in self.jobs.values():
            for path in job[1].input if job[1].rule not in _MEASURE else ():
                if (kind := kind_of(path)) is not None:
                    found.setdefault((kind, job[1].rule), (job, path))
        return dict(sorted(found.items()))

    def changes(self, path):
        """Return {what happens: function of a path} for a table, other ones in its place among them."""
        return {**damage.OF_TABLES, **{words: damage.replaced_by(other) for words, other in self._others(path)}}

    def _others(self, path):
        """Yield the tables of the same kind that differ in one thing, each named by what that is."""
        pattern, own = pattern_of(path)
        told = set()
        for other in sorted(self.root.glob("results/**/*.parquet")):
            wildcards = wildcards_of(pattern, other.relative_to(self.root))
            differing = [key for key in own if wildcards and wildcards[key] != own[key]]
            if len(differing) == 1 and differing[0] not in told:
                told.add(differing[0])
                yield f"that of another {differing[0]}", other

    def trial(self, job, path, change):
        """Return what runs a job on a changed table, to be called."""

        def work():
            outputs = [self.root / file for file in job[1].output]
            with kept([self.root / path, *outputs]):
                right = self._right_of(job)
                found = study.run(job, self.project, lambda: change(self.root / path), results(job))
            return judged(found, path, right)

        return work

    def _right_of(self, job):
        """Return what an undisturbed job results in; only of files that two such jobs make the same."""
        name = id(job[1])
        if name not in self._right:
            one, other = (study.run(job, self.project, lambda: None, results(job)) for _ in range(2))
            if {one.kind, other.kind} != {"done"}:
                raise RuntimeError(f"{job[1].rule} fails where nothing is wrong: {one.words}")
            one, other = json.loads(one.words), json.loads(other.words)
            self._right[name] = {file: digest for file, digest in one.items() if other[file] == digest}
            if not self._right[name]:
                raise RuntimeError(f"{job[1].rule} makes nothing twice the same")
        return self._right[name]

    def reading(self, path, change):
        """Return what changes a table and reads it, to be called."""

        def read():
            right = _digest(Path(path))
            change(Path(path))
            return json.dumps([right, _digest(Path(path))])

        def work():
            with kept([self.root / path]):
                found = study.apart(read, self.root)
            if found.kind == "done":
                right, made = json.loads(found.words)
                return found.called("same" if made == right else "silent", "")
            return found if found.kind != "sentence" or Path(path).name in found.words else found.called("bare")

        return work

    def check(self, path, change):
        """Return what changes a table and looks through all results, to be called."""

        def look():
            change(Path(path))
            _, faults = check_results(of_files([], self.project.folder), "smoke")
            return json.dumps([fault.words for fault in faults])

        def work():
            with kept([self.root / path]):
                found = study.apart(look, self.root)
            if found.kind == "done":
                named = [words for words in json.loads(found.words) if Path(path).name in words]
                return found.called("sentence" if named else "silent", " ".join(named))
            return found

        return work


class kept:
    """Files that are as they were once the block has ended."""

    def __init__(self, paths):
        self._files = {path: (path.read_bytes(), path.stat()) for path in paths}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for path, (content, times) in self._files.items():
            path.unlink(missing_ok=True)
            path.write_bytes(content)
            study.set_times(path, times)


def judged(found, path, right):
    """Return the outcome of a job on a damaged table: is the sentence about it, are its results the right ones?"""
    if found.kind == "done":
        made = json.loads(found.words)
        is_right = all(made[file] == digest for file, digest in right.items())
        return found.called("same" if is_right else "silent", "")
    if found.kind == "sentence" and Path(path).name not in found.words:
        return found.called("bare", f"names another file: {found.words}")
    return found


def results(job):
    """Return what says, after a job, {file: digest of what it wrote}, times left out."""
    return lambda: json.dumps({file: _digest(Path(file)) for file in job[1].output})


def _digest(path):
    kind = kind_of(path)
    if kind is None:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    rows = read_table(path, kind).drop(columns=list(_TIMES), errors="ignore")
    return hashlib.sha256(f"{rows.to_csv()} {sorted(read_metadata(path).items())}".encode()).hexdigest()


def kind_of(path):
    """Return the kind of table that lies at a path; None if it is no table between the stages."""
    found = pattern_of(path)
    return found and KINDS[found[0]]


def pattern_of(path):
    """Return the pattern of a table's path, and its wildcards; None if it is no table between the stages."""
    told = ((pattern, wildcards_of(pattern, Path(path))) for pattern in KINDS)
    return next(((pattern, wildcards) for pattern, wildcards in told if wildcards is not None), None)
