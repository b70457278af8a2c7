"""Downloading one file of a source: bounded in size and time, and compared before it takes its place."""

import time
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urljoin, urlsplit

from hwpred.errors import InputError
from hwpred.sources.checksums import KINDS, difference

CACHE_VARIABLE = "HWPRED_CACHE"
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 16
_PATIENCE_SECONDS, _LEAST_BYTES_A_SECOND = 60, 1000
"""A transfer that has been slower than that on average after so many seconds is given up."""
_MOST_BYTES = 1 << 30
"""Of a file whose size is not known."""
_PROXY_PASSWORD = "the proxy wants a name and a password: export HTTPS_PROXY=http://name:password@host:port"
_PAGES = (b"<!doctype html", b"<html")


class RetrievalError(InputError):
    """A file cannot be had, or is not the published one; the message says what to do."""


def url_of(entry, file):
    """Return where a file is downloaded from; a folder may lie elsewhere than its source.

    Parameters
    ----------
    entry : dict
        What ``sources.yaml`` says of the source.
    file : str

    Returns
    -------
    str
    """
    return _base(entry, file) + file


def _base(entry, file):
    return entry.get("folders", {}).get(file.split("/")[0], entry["url"])


def download(entry, file, path, published, retries):
    """Download a file to its place in the cache.

    Parameters
    ----------
    entry : dict
        What ``sources.yaml`` says of the source.
    file : str
        Path within the source.
    path : Path
        Of the file in the cache.
    published : dict
        What is known of the file: ``size``, ``sha256`` or ``git_blob``.
    retries : int
        Further attempts.

    Raises
    ------
    RetrievalError
        If the file is not there, is not the published one, or cannot be downloaded.
    """
    import pooch
    import requests

    source_folder = path.parents[len(PurePosixPath(file).parts) - 1]
    origin = pooch.Pooch(source_folder, _base(entry, file), {file: None}, retry_if_failed=retries)
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
        words = _reason(cause) if cause else str(error)
        raise RetrievalError(f"{url} could not be downloaded ({words}); or {instead}") from error
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
        self.is_published = bool(published.keys() & set(KINDS))

    def __call__(self, url, output_file, pooch):
        import requests
        from pooch import HTTPDownloader

        told = {"chunk_size": _CHUNK_BYTES, "timeout": _TIMEOUT_SECONDS}
        if not self.is_published:
            told |= {"hooks": {"response": _check_answer}, "headers": {"Accept-Encoding": "identity"}}
        fetch = HTTPDownloader(progressbar=True, **told)
        try:
            with open(output_file, "wb") as file:
                bounded = _BoundedFile(file, self.published.get("size"))
                _in_time(lambda: fetch(url, bounded, pooch), bounded)
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
        if words := difference(Path(output_file), self.published):
            raise _NotTheFile(words)
        if not self.is_published and _is_page(Path(output_file)):
            raise _NotTheFile("it is a web page, such as one to log in; open the address in a browser")


def _in_time(fetch, file):
    """Fetch in a thread, which is left alone when hardly anything comes: requests waits for headers without an end."""
    outcome = SimpleQueue()

    def work():
        try:
            fetch()
            outcome.put(None)
        except BaseException as error:
            outcome.put(error)

    Thread(target=work, daemon=True).start()
    while True:
        try:
            error = outcome.get(timeout=1)
            break
        except Empty:
            file.check_pace()
    if error is not None:
        raise error


def _check_answer(response, **_):
    """Refuse to follow to another host, where nothing would tell the file, and to unfold a few bytes to many."""
    if (encoding := response.headers.get("content-encoding", "identity")) != "identity":
        raise _NotReached(f"it comes as {encoding}, which was not asked for, and has no published checksum")
    host, target = urlsplit(response.url).hostname, urljoin(response.url, response.headers.get("location", ""))
    if response.is_redirect and urlsplit(target).hostname != host:
        words = f"it leads to another host, {urlsplit(target).hostname}, and has no published checksum"
        raise _NotReached(words)


def _is_page(path):
    with path.open("rb") as file:
        return file.read(200).lstrip().lower().startswith(_PAGES)


class _BoundedFile:
    """A file that takes no more bytes than were published, and gives up on a transfer that hardly moves."""

    def __init__(self, file, size):
        self._file, self._size = file, _MOST_BYTES if size is None else size
        self._written, self._started = 0, time.monotonic()

    def write(self, content):
        """Write bytes; pooch calls it for each piece that has come."""
        self._written += len(content)
        if self._written > self._size:
            raise _NotTheFile(f"it has more than {self._size} bytes")
        self.check_pace()
        self._file.write(content)

    def check_pace(self):
        """Raise ``requests.Timeout`` if hardly anything has come until now."""
        import requests

        seconds = time.monotonic() - self._started
        if seconds > _PATIENCE_SECONDS and self._written < _LEAST_BYTES_A_SECOND * seconds:
            raise requests.Timeout(f"{self._written} bytes in {seconds:.0f} s")

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
