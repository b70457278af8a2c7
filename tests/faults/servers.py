"""Servers on this machine that do what servers should not."""

import hashlib
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import study
from journal import Trial

CONTENT = b"latencies" * 100
KNOWN = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "size": len(CONTENT)}
NAME = "f.pt"


def trials(folder):
    """Yield a trial for each server, with a file whose checksum is published and one without."""
    for fault, answer in _ANSWERS.items():
        for words, known in (("with a checksum", KNOWN), ("without a checksum", {})):
            yield Trial(f"download {words}", fault, partial(_trial, answer, NAME, known, folder / "cache"))
    for fault, name in _NAMES.items():
        yield Trial("download with a checksum", fault, partial(_trial, _right, name, KNOWN, folder / "cache"))


def _trial(answer, name, known, cache):
    study.emptied(cache)
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    entry = {
        "url": f"http://127.0.0.1:{server.server_port}/",
        "licence": None,
        "citation": None,
        "files": {name: known},
    }
    try:
        found = study.apart(partial(_retrieve, {"s": entry}, name, cache), cache, refusals=(ValueError,))
    finally:
        server.shutdown()
        server.server_close()
    left = [path for path in cache.rglob("*") if path.is_file()]
    if outside := [path for path in cache.parent.glob("outside*")]:
        return found.called("silent", f"wrote {outside}")
    if found.kind == "done":
        taken = (cache / "s" / name).read_bytes()
        return found.called("same" if taken == CONTENT else "silent", f"took {taken[:40]!r}")
    if left:
        return found.called("silent", f"left {left}")
    return found if Path(name).name[:20] in found.words else found.called("bare")


def _retrieve(sources, name, cache):
    import os

    from hwpred.sources.fetch import retrieve

    os.environ["NO_PROXY"] = "*"
    retrieve(sources, "s", name, cache, retries=0)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            type(self).answer(self)
        except OSError:
            self.close_connection = True

    def log_message(self, *arguments):
        """Say nothing."""


def _send(handler, content, status=200, length=None, **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": len(content) if length is None else length, **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(content)


def _right(handler):
    _send(handler, CONTENT)


def _to(place):
    return lambda handler: _send(handler, b"", 302, Location=place)


def _slowly(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**6))
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(1)


def _headers_slowly(handler):
    handler.send_response_only(200)
    handler.flush_headers()
    while True:
        handler.wfile.write(b"X-More: 1\r\n")
        time.sleep(1)


def _nothing(handler):
    time.sleep(100)


def _endless(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(2048):
        handler.wfile.write(bytes(2**20))


def _many_headers(handler):
    handler.send_response_only(200)
    handler.wfile.write(b"X: 1\r\n" * 100_000 + b"\r\n")


def _unfolding(handler):
    import gzip

    _send(handler, gzip.compress(bytes(2**28)), Content_Encoding="gzip")


_ANSWERS = {
    "as it should be": _right,
    "other content": lambda handler: (
        _send(handler, CONTENT.swapcase()) if "s256" in handler.path else _send(handler, b"<html>" + CONTENT)
    ),
    "more than was published": lambda handler: _send(handler, b"<html>" + bytes(10**6)),
    "a page to log in": lambda handler: _send(handler, b"<!DOCTYPE html><html><body>log in</body></html>"),
    "to another host": _to("http://localhost:9/f.pt"),
    "to a file of this machine": _to("file:///etc/passwd"),
    "to another protocol": _to("ftp://127.0.0.1/f.pt"),
    "to itself": _to("/f.pt"),
    "not there": lambda handler: _send(handler, b"no", 404),
    "an error of the server": lambda handler: _send(handler, b"no", 500),
    "forbidden": lambda handler: _send(handler, b"no", 403),
    "cut off": lambda handler: _send(handler, CONTENT[:-1], length=len(CONTENT)),
    "a byte a second": _slowly,
    "a header a second": _headers_slowly,
    "no answer": _nothing,
    "no end": _endless,
    "a hundred thousand headers": _many_headers,
    "256 MB in a few bytes": _unfolding,
    "no HTTP": lambda handler: handler.wfile.write(b"hello\r\n\r\n"),
}
_NAMES = {
    "a name above the folder": "../outside.pt",
    "a name above the folder, further in": "a/../../outside.pt",
    "a name of 300 letters": "n" * 300,
    "a path from the root": "/tmp/outside.pt",
}
