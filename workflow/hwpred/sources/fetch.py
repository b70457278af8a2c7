"""Files of the sources: where they lie in the cache, how they get there, and the check of their content.

A file lies at ``<cache>/<source>/<file>``. One that lies there is used without a connection, and is
neither changed nor removed; a cache that holds all files may be read-only. A file whose size or checksum stands
in ``sources.yaml`` is compared with them, whether it was there or has been downloaded just now.
"""

import json
import logging
import os
import re
from pathlib import Path, PurePosixPath

from hwpred.sources import LOCAL_SOURCES
from hwpred.sources.checksums import KINDS, difference, file_digest
from hwpred.sources.download import CACHE_VARIABLE, RetrievalError, download, url_of

logger = logging.getLogger(__name__)

_RETRIES = 3
_RECEIPT_KEYS = {"source", "file", "path", "sha256", "size", "url", "licence", "citation"}
_SHA256 = re.compile(r"([0-9a-f]{64})\s")
_LONGEST_NAME = 255
"""Bytes of a file's name that all file systems take."""


def cache_folder(configured=None):
    """Return the folder of the downloaded files: the environment's ``HWPRED_CACHE``, or else the configured one.

    Raises
    ------
    ValueError
        If neither is given.
    """
    folder = os.environ.get(CACHE_VARIABLE) or configured
    if not folder:
        raise ValueError(f"no cache folder: set the configuration's key cache or the environment's {CACHE_VARIABLE}")
    return Path(folder).expanduser().absolute()


def load_sources(sources):
    """Return the content of ``sources.yaml``, given its path (or its content, unchanged)."""
    if isinstance(sources, dict):
        return sources
    import yaml

    return yaml.safe_load(Path(sources).read_text(encoding="utf-8"))


def retrieve(sources, source, file, cache, retries=_RETRIES):
    """Return where a source's file lies, after downloading it if it was not there.

    Parameters
    ----------
    sources : dict
        Content of ``sources.yaml``.
    source, file : str
        Key of the source and path within it.
    cache : str or Path
    retries : int
        Further attempts after a failed download.

    Returns
    -------
    Path
        Absolute.

    Raises
    ------
    ValueError
        If there is no such source, or it has no such file.
    RetrievalError
        If the file is not there and cannot be downloaded, or its content is not the published one.
    """
    entry, published = _find(sources, source, file)
    path = Path(cache).expanduser().absolute() / source / file
    is_published = bool(published.keys() & set(KINDS))
    if not is_published:
        published = {**published, **_noted(path)}
    if path.is_dir():
        raise RetrievalError(f"{path} is a folder, and should be a file; move it away")
    if path.is_file():
        advice = "move it away to have it downloaded again" if entry["url"] else "get it again"
        if words := difference(path, published):
            raise RetrievalError(f"{path} is not the published file: {words}; {advice}")
    elif entry["url"] is None:
        raise RetrievalError(f"{file} must be fetched by hand: get it from {entry['page']} and put it at {path}")
    else:
        download(entry, file, path, published, retries)
        if not is_published:
            _note(path)
    if not is_published:
        words = "%s of %s has no published checksum; add this line to its files in sources.yaml: '%s: {sha256: %s}'"
        logger.warning(words, file, source, file, file_digest(path))
    return path


def _note_of(path):
    return path.with_name(f"{path.name}.sha256")


def _note(path):
    """Write beside a file that was downloaded without a checksum which one it has, as ``sha256sum`` does."""
    _note_of(path).write_text(f"{file_digest(path)}  {path.name}\n", encoding="utf-8")


def _noted(path):
    """Return the checksum that a file had when it was downloaded, as ``sources.yaml`` would say it; else nothing."""
    try:
        text = _note_of(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    if not (checksum := _SHA256.match(text)):
        raise RetrievalError(f"{_note_of(path)} holds no sha256; delete it, and {path.name} beside it")
    return {"sha256": checksum[1]}


def make_receipt(sources, source, file, cache):
    """Retrieve a file and describe it.

    Parameters
    ----------
    sources, source, file, cache
        As in ``retrieve``; a file of a local source lies at the given path.

    Returns
    -------
    dict
        source, file, path, sha256, size (bytes), url, licence, citation (the last three may be None).

    Raises
    ------
    RetrievalError
        If the file does not exist, or cannot be had.
    """
    if source in LOCAL_SOURCES:
        entry, path = {"url": None, "licence": None, "citation": None}, Path(file).expanduser().absolute()
        if not path.is_file():
            raise RetrievalError(f"{path} does not exist; correct the key {LOCAL_SOURCES[source]} of its definition")
    else:
        entry, path = sources.get(source), retrieve(sources, source, file, cache)
    return {
        "source": source,
        "file": file,
        "path": str(path),
        "sha256": file_digest(path),
        "size": path.stat().st_size,
        "url": entry["url"] and url_of(entry, file),
        "licence": entry["licence"],
        "citation": entry["citation"],
    }


def write_receipt(sources, source, file, cache, output):
    """Retrieve a file and write its description as JSON.

    Parameters
    ----------
    sources, source, file, cache
        As in ``retrieve``.
    output : str
        Path of the receipt.
    """
    from hwpred.tables import whole_file

    receipt = make_receipt(sources, source, file, cache)
    with whole_file(output) as unfinished:
        unfinished.write_text(json.dumps(receipt, indent=2) + "\n", encoding="utf-8")


def read_receipt(path):
    """Read a receipt, which lies at ``<source>/<file>.json``, and check that its file is still there, unchanged.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict
        As ``make_receipt`` made it.

    Raises
    ------
    RetrievalError
        If it is no receipt, or that of another file, or its file is not what it was.
    """
    try:
        receipt = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RetrievalError(f"{path} is no receipt, it cannot be read ({error}); delete it and run again") from error
    if not isinstance(receipt, dict) or not receipt.keys() >= _RECEIPT_KEYS:
        raise RetrievalError(
            f"{path} is no receipt: it needs {', '.join(sorted(_RECEIPT_KEYS))}; delete it and run again"
        )
    for key in ("source", "file", "path", "sha256"):
        if not isinstance(receipt[key], str):
            raise RetrievalError(f"{path} is no receipt: its {key} is {receipt[key]!r}; delete it and run again")
    if not Path(path).as_posix().endswith(f"/{receipt['source']}/{receipt['file']}.json"):
        told = f"{receipt['file']} of {receipt['source']}"
        raise RetrievalError(f"{path} is the receipt of another file, {told}; delete it and run again")
    file = Path(receipt["path"])
    if not file.is_file():
        raise RetrievalError(f"{file} has been removed; put it back, or delete {path} and run again")
    if file_digest(file) != receipt["sha256"]:
        raise RetrievalError(f"{file} has changed since it was retrieved; put it back, or delete {path} and run again")
    return receipt


def _find(sources, source, file):
    """Return the source's entry and what is known of the published file: ``size``, ``sha256`` or ``git_blob``."""
    if source not in sources:
        raise ValueError(f"unknown source {source!r}; sources.yaml has {', '.join(sources)}")
    entry, path = sources[source], PurePosixPath(file)
    known = file in entry["files"] or entry.get("unlisted")
    if not known or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"source {source} has no file {file!r}; sources.yaml has {', '.join(entry['files'])}")
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
        raise ValueError(f"source {source} cannot have a file {file[:40]!r}...: its name is longer than 255 bytes")
    return entry, entry["files"].get(file, {})
