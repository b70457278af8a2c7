"""Files of the sources: where they lie in the cache, how they get there, and the check of their content.

A file lies at ``<cache>/<source>/<file>``. One that lies there is used without a connection, and is
neither changed nor removed; a cache that holds all files may be read-only. A file whose size or checksum stands
in ``sources.yaml`` is compared with them, whether it was there or has been downloaded just now.
"""

import hashlib
import json
import logging
import os
import time
from pathlib import Path, PurePosixPath

from hwpred.errors import InputError
from hwpred.sources import LOCAL_SOURCES
from hwpred.tables import whole_file

logger = logging.getLogger(__name__)

CACHE_VARIABLE = "HWPRED_CACHE"
_RETRIES = 3
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 16
_PATIENCE_SECONDS, _LEAST_BYTES_A_SECOND = 60, 1000
"""A transfer that has been slower than that on average after so many seconds is given up."""
_PROXY_PASSWORD = "the proxy wants a name and a password: export HTTPS_PROXY=http://name:password@host:port"
_CHECKSUMS = ("sha256", "git_blob")
_RECEIPT_KEYS = {"source", "file", "path", "sha256", "size", "url", "licence", "citation"}


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
    entry, published = _find(sources, source, file)
    path = Path(cache).expanduser().absolute() / source / file
    if path.is_dir():
        raise RetrievalError(f"{path} is a folder, and should be a file; move it away")
    if path.is_file():
        advice = "move it away to have it downloaded again" if entry["url"] else "get it again"
        if difference := _difference(path, published):
            raise RetrievalError(f"{path} is not the published file: {difference}; {advice}")
    elif entry["url"] is None:
        raise RetrievalError(f"{file} must be fetched by hand: get it from {entry['page']} and put it at {path}")
    else:
        _download(entry, file, path, published, retries)
    if not published.keys() & _CHECKSUMS:
        words = "%s of %s has no known checksum; add this line to its files in sources.yaml: '%s: {sha256: %s}'"
        logger.warning(words, file, source, file, file_digest(path))
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
        "url": entry["url"] and _folder(entry, file) + file,
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
    receipt = make_receipt(sources, source, file, cache)
    with whole_file(output) as unfinished:
        unfinished.write_text(json.dumps(receipt, indent=2) + "\n", encoding="utf-8")


def read_receipt(path):
    """Read a receipt and check that its file is still there, unchanged; RetrievalError if it is not."""
    try:
        receipt = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RetrievalError(f"{path} is no receipt, it cannot be read ({error}); delete it and run again") from error
    if not isinstance(receipt, dict) or not receipt.keys() >= _RECEIPT_KEYS:
        raise RetrievalError(
            f"{path} is no receipt: it needs {', '.join(sorted(_RECEIPT_KEYS))}; delete it and run again"
        )
    file = Path(receipt["path"])
    if not file.is_file():
        raise RetrievalError(f"{file} has been removed; put it back, or delete {path} and run again")
    if file_digest(file) != receipt["sha256"]:
        raise RetrievalError(f"{file} has changed since it was retrieved; put it back, or delete {path} and run again")
    return receipt


def file_digest(path, kind="sha256"):
    """Return the checksum of a file.

    Parameters
    ----------
    path : str or Path
    kind : str
        ``"sha256"``, or ``"git_blob"`` for the id that git gives the content.

    Returns
    -------
    str
        Hexadecimal.
    """
    with open(path, "rb") as file:
        if kind == "sha256":
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return digest.hexdigest()


def _find(sources, source, file):
    """Return the source's entry and what is known of the published file: ``size``, ``sha256`` or ``git_blob``."""
    if source not in sources:
        raise ValueError(f"unknown source {source!r}; sources.yaml has {', '.join(sources)}")
    entry, path = sources[source], PurePosixPath(file)
    known = file in entry["files"] or entry.get("unlisted")
    if not known or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"source {source} has no file {file!r}; sources.yaml has {', '.join(entry['files'])}")
    return entry, entry["files"].get(file, {})


def _folder(entry, file):
    """Return the url below which a file lies: that of its folder where the folder has one of its own."""
    return entry.get("folders", {}).get(file.split("/")[0], entry["url"])


def _difference(path, published):
    """Return in words how a file differs from the published one, or None; the size tells most without reading it."""
    size = path.stat().st_size
    if size != published.get("size", size):
        return f"its size is {size} bytes, not {published['size']}"
    for kind in _CHECKSUMS:
        if kind in published and (found := file_digest(path, kind)) != published[kind]:
            return f"its {kind} is {found}, not {published[kind]}"
    return None


def _download(entry, file, path, published, retries):
    import pooch
    import requests

    source_folder = path.parents[len(PurePosixPath(file).parts) - 1]
    origin = pooch.Pooch(source_folder, _folder(entry, file), {file: None}, retry_if_failed=retries)
    url = origin.get_url(file)
    instead = f"put the file at {path} yourself, or set {CACHE_VARIABLE} to a folder that holds it"
    if file not in entry["files"]:
        beside = [name for name in entry["files"] if PurePosixPath(name).parent == PurePosixPath(file).parent]
        instead += f" (files known beside it: {', '.join(beside) or 'none'})"
    try:
        origin.fetch(file, downloader=_VerifiedDownload(published))
    except _NotTheFile as error:
        raise RetrievalError(f"{url} has not the published content ({error}); {instead}") from error
    except _NotThere as error:
        raise RetrievalError(f"there is no {url}; {instead}") from error
    except (_NotReached, requests.RequestException) as error:
        cause = error.__cause__ if isinstance(error, _NotReached) else error
        raise RetrievalError(f"{url} could not be downloaded ({_reason(cause)}); or {instead}") from error
    except OSError as error:
        raise RetrievalError(f"the cache folder cannot be written to ({error}); {instead}") from error


class _NotTheFile(ValueError):
    """Wrong content; pooch tries again after a ValueError, as the transfer may be to blame."""


class _NotThere(Exception):
    """The server has no such file; no reason to try again."""


class _NotReached(Exception):
    """Something between here and the server refuses, its cause says what; no reason to try again."""


class _VerifiedDownload:
    """Downloader for pooch that checks the content before pooch moves the file to its place."""

    def __init__(self, published):
        self.published = published

    def __call__(self, url, output_file, pooch):
        import requests
        from pooch import HTTPDownloader

        download = HTTPDownloader(progressbar=True, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_SECONDS)
        try:
            with open(output_file, "wb") as file:
                download(url, _BoundedFile(file, self.published.get("size")), pooch)
        except requests.HTTPError as error:
            if error.response.status_code in (404, 410):
                raise _NotThere(url) from error
            if error.response.status_code == 407:
                raise _NotReached from error
            raise
        except requests.exceptions.SSLError as error:
            raise _NotReached from error
        except requests.exceptions.ProxyError as error:
            raise (_NotReached if "407" in str(error) else error) from error
        if difference := _difference(Path(output_file), self.published):
            raise _NotTheFile(difference)


class _BoundedFile:
    """A file that takes no more bytes than were published, and gives up on a transfer that hardly moves."""

    def __init__(self, file, size):
        self._file, self._size = file, size
        self._written, self._started = 0, time.monotonic()

    def write(self, content):
        """Write bytes; pooch calls it for each piece that has come."""
        import requests

        self._written += len(content)
        if self._size is not None and self._written > self._size:
            raise _NotTheFile(f"it has more than {self._size} bytes")
        seconds = time.monotonic() - self._started
        if seconds > _PATIENCE_SECONDS and self._written < _LEAST_BYTES_A_SECOND * seconds:
            raise requests.Timeout(f"{self._written} bytes in {seconds:.0f} s")
        self._file.write(content)

    def flush(self):
        """Hand everything to the system; pooch calls it after each piece."""
        self._file.flush()


def _reason(error):
    """Say why a request failed and what to do; the whole story is in the traceback."""
    import requests

    kinds = requests.exceptions
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code
        return {
            403: "the server or a proxy on the way forbids it, answer 403; ask whoever runs your network",
            407: _PROXY_PASSWORD,
            511: "the network wants you to log in first, answer 511; open any page in a browser",
        }.get(status, f"the server answered {status}; try again later")
    if isinstance(error, kinds.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):
            return "no secure connection, something on the way breaks it; ask whoever runs your network"
        return (
            "the certificate is not trusted; if a company's proxy stands between, name its certificate: "
            "export REQUESTS_CA_BUNDLE=/path/to/its/certificates.pem"
        )
    if isinstance(error, kinds.ProxyError):
        return _PROXY_PASSWORD if "407" in str(error) else "the proxy does not answer; correct HTTPS_PROXY"
    if isinstance(error, kinds.ConnectTimeout):
        return "no connection in time; behind a proxy, name it: export HTTPS_PROXY=http://host:port"
    if isinstance(error, requests.Timeout):
        return "no answer in time, or hardly any; try again later"
    if isinstance(error, requests.ConnectionError) and "Connection broken" not in str(error):
        return "no connection; behind a proxy, name it: export HTTPS_PROXY=http://host:port"
    return "the transfer broke off; try again"
