"""Files of sources that change on the disk: receipts, the data that come with the project, the cache of downloads."""

import hashlib
import json
import shutil
from functools import partial
from pathlib import Path

import damage
import source_files as build
import study
from journal import Trial
from test_embedded import shipped
from test_sources_scripts import ARCHITECTURES, COMBINATION, Study

from hwpred.sources import get_source, help
from hwpred.sources.building import build_accuracy, build_targets
from hwpred.sources.checksums import file_digest
from hwpred.sources.fetch import read_receipt, retrieve
from hwpred.sources.listing import build_architectures
from hwpred.tables import read_table

CONTENT = b"latencies" * 100
FILE = "f.pt"


def receipts(folder):
    """Yield a trial for each receipt of a study, each job that reads it, and each thing that may happen to it."""
    for request in (ARCHITECTURES, COMBINATION):
        for fault, change in {**damage.OF_ANY_FILE, **_OF_RECEIPTS}.items():
            yield Trial("receipts", f"{fault}, of {request['kind']}", _reading(folder, request, 0, change))
        for fault, change in {**damage.OF_ANY_FILE, "removed": Path.unlink}.items():
            yield Trial("their files", f"{fault}, of {request['kind']}", _reading(folder, request, 1, change))


def _rewritten(**changes):
    """Return what changes keys of a receipt; a key that is to be None goes."""

    def change(path):
        told = {**json.loads(path.read_text()), **changes}
        path.write_text(json.dumps({key: value for key, value in told.items() if value is not None}))

    return change


def _another_receipt(path):
    shutil.copyfile(next(other for other in sorted(path.parents[1].rglob("*.json")) if other != path), path)


_OF_RECEIPTS = {
    "that of another file": _another_receipt,
    "another source": _rewritten(source="hwnasbench"),
    "another file": _rewritten(file="other.pt"),
    "another checksum": _rewritten(sha256="0" * 64),
    "no checksum": _rewritten(sha256=None),
    "a number for its path": _rewritten(path=7),
    "a folder for its path": _rewritten(path="/"),
    "a list": lambda path: path.write_text("[]"),
}


def _reading(folder, request, number, change):
    """Return what damages a receipt (0) or its file (1), then builds the table that is made from it, to be called."""
    folder = folder / "retrieved"

    def build_table():
        help.SAMPLE_SIZE = build.FBNET_SIZE
        made = Study(folder)
        made.architectures()
        paths = {id(asked): made.receipts(asked) for asked in (ARCHITECTURES, COMBINATION)}[id(request)]
        right = _built(made, request, paths)
        receipt = Path(paths[-1])
        change(Path(read_receipt(receipt)["path"]) if number else receipt)
        return json.dumps([right, _built(made, request, paths)])

    def work():
        study.emptied(folder)
        return _judged(study.apart(build_table, folder), request_file(request))

    return work


def request_file(request):
    """Return the name of the last file that a request needs."""
    return Path(get_source("help").files(request)[-1]).name


def _built(made, request, paths):
    output = made.folder / "built.parquet"
    if request is ARCHITECTURES:
        build_architectures("fbnet", paths, output)
        return _digest(output, "architectures")
    build_targets(made.folder / "architectures.parquet", paths, request, output)
    return _digest(output, "targets")


def embedded(folder):
    """Yield a trial for each table that comes with the project, its description, and each thing that may happen."""
    folder = folder / "embedded"
    tables = sorted(study.ROOT.glob("data/embedded/*.parquet"))
    for number, (name, request) in enumerate(shipped().items()):
        files = [Path(file).name for file in get_source("measured").files(request)]
        for file in (*files, *([] if number else ["SHA256SUMS"])):
            others = [path for path in tables if path.stem != Path(file).stem]
            replaced = damage.replaced_by(others[0].with_suffix(Path(file).suffix))
            more = {} if file == "SHA256SUMS" else {"that of another combination": replaced}
            for fault, change in {**damage.OF_ANY_FILE, **more}.items():
                work = partial(_embedded, folder, {**request, "folder": str(folder)}, file, change)
                yield Trial(Path(file).suffix.lstrip(".") or file, f"{name}: {fault}", work)


def _embedded(folder, request, file, change):
    study.emptied(folder)
    files = get_source("measured").files(request)
    for name in (*files, "SHA256SUMS"):
        shutil.copy(study.ROOT / "data" / "embedded" / Path(name).name, folder)
    architectures, output = folder / "architectures.parquet", folder / "built.parquet"

    def built():
        make, kind = (build_targets, "targets") if request["kind"] == "target" else (build_accuracy, "accuracy")
        make(architectures, files, request, output)
        return _digest(output, kind)

    def build_table():
        build_architectures(request["space"], [], architectures)
        right = built()
        change(folder / file)
        return json.dumps([right, built()])

    return _judged(study.apart(build_table, folder), file)


def cached(folder):
    """Yield a trial for each kind of checksum that a file of the cache has, and each thing that may happen to it."""
    folder = folder / "cached"
    faults = {**damage.OF_ANY_FILE, "a page to log in": lambda path: path.write_bytes(b"<!DOCTYPE html><html>log in")}
    for words, known in _KNOWN.items():
        for fault, change in faults.items():
            yield Trial(words, fault, partial(_cached, folder, known, FILE, change))
    for fault, change in damage.OF_ANY_FILE.items():
        yield Trial("the note of its checksum", fault, partial(_cached, folder, {}, f"{FILE}.sha256", change))


_SHA256 = hashlib.sha256(CONTENT).hexdigest()
_KNOWN = {
    "published sha256": {"sha256": _SHA256},
    "published git blob": {"git_blob": hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()},
    "checksum of the download": {},
}


def _cached(folder, known, damaged, change):
    study.emptied(folder)
    path = folder / "s" / FILE
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    if not known:
        path.with_name(f"{FILE}.sha256").write_text(f"{_SHA256}  {FILE}\n")
    change(path.with_name(damaged))
    entry = {"url": None, "page": "https://example.org", "licence": None, "citation": None, "files": {FILE: known}}

    def take():
        taken = retrieve({"s": entry}, "s", FILE, folder)
        return json.dumps([_SHA256, file_digest(taken)])

    return _judged(study.apart(take, folder), FILE)


def _judged(found, file):
    """Return the outcome of something that told its right result and the one that it had."""
    if found.kind == "done":
        right, made = json.loads(found.words)
        return found.called("same" if made == right else "silent", "")
    return found if found.kind != "sentence" or Path(file).name in found.words else found.called("bare")


def _digest(path, kind):
    return hashlib.sha256(read_table(path, kind).to_csv().encode()).hexdigest()
