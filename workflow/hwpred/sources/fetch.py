"""Files of the sources: where they lie in the cache, how they get there, and the check of their content.

A file lies at ``<cache>/<source>/<file>``. One that lies there is used without a connection, and is
neither changed nor removed; a cache that holds all files may be read-only. A file with a checksum in
``sources.yaml`` is compared with it, whether it was there or has been downloaded just now.
"""

import hashlib
import json
import logging
import os
from pathlib import Path, PurePosixPath

from hwpred.errors import InputError
from hwpred.sources import LOCAL_SOURCES

logger = logging.getLogger(__name__)

CACHE_VARIABLE = "HWPRED_CACHE"
_RETRIES = 3
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 16


class RetrievalError(InputError):
    """A file cannot be had, or is not the published one; the message says what to do."""


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
    entry, checksum = _find(sources, source, file)
    path = Path(cache).expanduser().absolute() / source / file
    if path.is_file():
        _verify(path, checksum, "move it away to have it downloaded again" if entry["url"] else "get it again")
    elif entry["url"] is None:
        raise RetrievalError(f"{file} must be fetched by hand: get it from {entry['page']} and put it at {path}")
    else:
        _download(entry, file, path, checksum, retries)
    if checksum is None:
        logger.warning(
            "%s of %s has no known checksum; add this line to its files in sources.yaml: '%s: {sha256: %s}'",
            file,
            source,
            file,
            file_digest(path),
        )
    return path


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
        "url": entry["url"] and entry["url"] + file,
        "licence": entry["licence"],
        "citation": entry["citation"],
    }


def read_receipt(path):
    """Read a receipt and check that its file is still there, unchanged; RetrievalError if it is not."""
    receipt = json.loads(Path(path).read_text(encoding="utf-8"))
    file = Path(receipt["path"])
    if not file.is_file():
        raise RetrievalError(f"{file} has been removed; put it back, or delete {path} and run again")
    if file_digest(file) != receipt["sha256"]:
        raise RetrievalError(f"{file} has changed since it was retrieved; put it back, or delete {path} and run again")
    return receipt


def file_digest(path, kind="sha256"):
    """Return the checksum of a file in hexadecimal: its ``"sha256"``, or its ``"git_blob"`` id."""
    with open(path, "rb") as file:
        if kind == "sha256":
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return digest.hexdigest()


def _find(sources, source, file):
    """Return the source's entry and the file's checksum, (kind, digest) or None if it has none."""
    if source not in sources:
        raise ValueError(f"unknown source {source!r}; sources.yaml has {', '.join(sources)}")
    entry = sources[source]
    facts = entry["files"].get(file)
    if facts is None:
        path = PurePosixPath(file)
        if not entry.get("unlisted") or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"source {source} has no file {file!r}; sources.yaml has {', '.join(entry['files'])}")
        facts = {}
    return entry, next(((kind, facts[kind]) for kind in ("sha256", "git_blob") if kind in facts), None)


def _verify(path, checksum, advice):
    if checksum is None:
        return
    kind, expected = checksum
    found = file_digest(path, kind)
    if found != expected:
        raise RetrievalError(f"{path} is not the published file: its {kind} is {found}, not {expected}; {advice}")


def _download(entry, file, path, checksum, retries):
    import pooch
    import requests

    source_folder = path.parents[len(PurePosixPath(file).parts) - 1]
    origin = pooch.Pooch(source_folder, entry["url"], {file: None}, retry_if_failed=retries)
    url = origin.get_url(file)
    instead = f"put the file at {path} yourself, or set {CACHE_VARIABLE} to a cache that holds it"
    if file not in entry["files"]:
        beside = [name for name in entry["files"] if PurePosixPath(name).parent == PurePosixPath(file).parent]
        instead += f" (files known beside it: {', '.join(beside) or 'none'})"
    try:
        origin.fetch(file, downloader=_VerifiedDownload(checksum))
    except _NotTheFile as error:
        raise RetrievalError(f"{url} has not the published content ({error}); {instead}") from error
    except _NotThere as error:
        raise RetrievalError(f"there is no {url}; {instead}") from error
    except requests.RequestException as error:
        raise RetrievalError(f"{url} could not be downloaded ({_reason(error)}); {instead}") from error
    except OSError as error:
        raise RetrievalError(f"the cache folder cannot be written to ({error}); {instead}") from error


class _NotTheFile(ValueError):
    """Wrong content; pooch tries again after a ValueError, as the transfer may be to blame."""


class _NotThere(Exception):
    """The server has no such file; no reason to try again."""


class _VerifiedDownload:
    """Downloader for pooch that checks the content before pooch moves the file to its place."""

    def __init__(self, checksum):
        self.checksum = checksum

    def __call__(self, url, output_file, pooch):
        import requests
        from pooch import HTTPDownloader

        download = HTTPDownloader(progressbar=True, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_SECONDS)
        try:
            download(url, output_file, pooch)
        except requests.HTTPError as error:
            if error.response.status_code in (404, 410):
                raise _NotThere(url) from error
            raise
        if self.checksum is not None:
            kind, expected = self.checksum
            found = file_digest(output_file, kind)
            if found != expected:
                raise _NotTheFile(f"its {kind} is {found}, not {expected}")


def _reason(error):
    """Put a failed request into a few words; the whole story is in the traceback."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection" if isinstance(error, requests.ConnectionError) else "the transfer broke off"
